"""What pages of lower apps show of the lent team, and to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def shown(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"volunteers:{name}", args=args, query=query))


class TestOwn:
    def running(self, client, user):
        return shown(client, user, "own").context_data["running"]

    def test_offers_the_week_of_each_confirmed_mission_of_this_week(self, client):
        today = timezone.localdate()
        monday = today - today.weekday() * DAY
        volunteer = VolunteerFactory()
        days = {
            "runs": (today - 30 * DAY, today + 30 * DAY),
            "ended on Monday": (today - 30 * DAY, monday),
            "ended on Sunday": (today - 30 * DAY, monday - DAY),
            "begins in a week": (monday + 7 * DAY, today + 30 * DAY),
        }
        for role, (first, last) in days.items():
            AssignmentFactory(volunteer=volunteer, role=role, starts_on=first, ends_on=last)
        AssignmentFactory(volunteer=volunteer, role="proposed", confirmed_on=None)
        AssignmentFactory(role="somebody else's")

        roles = {row.role for row in self.running(client, volunteer.user)}

        assert roles == {"runs", "ended on Monday"}

    def test_offers_nothing_to_whoever_is_no_volunteer(self, client, coordinator):
        answer = shown(client, coordinator, "own")

        assert (answer.context_data["is_volunteer"], answer.context_data["running"]) == (False, [])
        assert not answer.content.strip()


class TestOfOrganisation:
    @pytest.fixture
    def engagement(self, member, coordinator):
        return EngagementFactory(member=member, coordinator=coordinator)

    def people(self, client, user, organisation):
        answer = shown(client, user, "of-organisation", organisation.pk)
        return set(answer.context_data["people"])

    def test_are_those_that_a_company_lends(self, client, member, coordinator):
        volunteer, _another = (VolunteerFactory(member=member) for _each in range(2))

        assert self.people(client, coordinator, volunteer.sponsor) == {volunteer}

    def test_are_those_who_work_or_worked_for_it(self, client, engagement, coordinator):
        worked = AssignmentFactory(
            engagement=engagement,
            volunteer__member=engagement.member,
            ends_on=timezone.localdate() - DAY,
        )

        assert self.people(client, coordinator, engagement.beneficiary) == {worked.volunteer}

    def test_are_none_that_the_reader_may_not_see(self, client, engagement, coordinator):
        elsewhere = AssignmentFactory(engagement__beneficiary=engagement.beneficiary)

        assert self.people(client, coordinator, engagement.beneficiary) == set()
        assert elsewhere.volunteer.member != engagement.member

    def test_an_organisation_that_one_may_not_see_does_not_exist(self, client):
        stranger = person_as(Role.SPONSOR)

        answer = shown(client, stranger, "of-organisation", OrganisationFactory().pk)

        assert answer.status_code == 404


class TestSearch:
    def found(self, client, user, text):
        return list(shown(client, user, "search-results", q=text).context_data["people"])

    def test_finds_a_person_by_name_without_accents_and_by_address(
        self, client, member, coordinator
    ):
        volunteer = VolunteerFactory(member=member, user__full_name="Zoé Lefèvre")
        VolunteerFactory(member=member, user__full_name="Anna Blanc")

        assert self.found(client, coordinator, "lefevre") == [volunteer]
        assert self.found(client, coordinator, f" {volunteer.user.email} ") == [volunteer]

    @pytest.mark.parametrize("text", ["", "  ", "\0"])
    def test_of_nothing_finds_nobody(self, client, member, coordinator, text):
        VolunteerFactory(member=member)

        assert self.found(client, coordinator, text) == []

    def test_finds_nobody_of_another_member(self, client, outsider, member):
        VolunteerFactory(member=member, user__full_name="Zoé Lefèvre")

        assert self.found(client, outsider, "lefevre") == []
