"""A change of company that is to come: written down, taken back, and carried out on its day."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from crm.models import Membership, Organisation, User
from tests.api_client import ReadingBrowser, ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.models import Assignment, ComingCompany, FormerCompany, Volunteer
from volunteers.selectors.companies import company_on, periods_of
from volunteers.services import assignments, companies

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 20)
ON = date(2026, 7, 6)


@pytest.fixture
def old():
    return OrganisationFactory(sponsor=True, name="Ancienne")


@pytest.fixture
def new():
    return OrganisationFactory(sponsor=True, name="Nouvelle")


@pytest.fixture
def volunteer(member, old):
    return VolunteerFactory(member=member, sponsor=old, user__full_name="Léa Dupont")


@pytest.fixture
def assignment(volunteer, member):
    return AssignmentFactory(
        volunteer=volunteer, engagement=EngagementFactory(member=member), days_a_week=Decimal(2)
    )


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return by_field(refused.value)


class TestADayToCome:
    """Written down now, it changes nothing before its day, and everything from that day on."""

    TODAY = timezone.localdate()
    ON = TODAY + timedelta(days=10)

    @pytest.fixture
    def assignment(self, volunteer, member):
        """Half of it before the change, half of it after."""
        engagement = EngagementFactory(member=member)
        days = {
            "starts_on": self.TODAY - timedelta(days=30),
            "ends_on": self.TODAY + timedelta(days=60),
        }
        return AssignmentFactory(
            volunteer=volunteer, engagement=engagement, days_a_week=Decimal(2), **days
        )

    @pytest.fixture
    def coming(self, volunteer, assignment, new, administrator):
        companies.change_company(volunteer, to=new, on=self.ON, by=administrator, today=self.TODAY)
        return ComingCompany.objects.get()

    @pytest.fixture
    def contacts(self, old, new):
        return person_as(Role.SPONSOR, old), person_as(Role.SPONSOR, new)

    def due(self, coming):
        """As if its day were today."""
        ComingCompany.objects.filter(pk=coming.pk).update(starts_on=self.TODAY)

    def seen_by(self, contacts):
        return [
            Volunteer.objects.visible_to(User.objects.get(pk=contact.pk)).exists()
            for contact in contacts
        ]

    def test_changes_nothing_before(self, volunteer, coming, old, contacts, assignment):
        volunteer.refresh_from_db()

        assert volunteer.sponsor == old
        assert Assignment.objects.get().ends_on == assignment.ends_on
        assert not FormerCompany.objects.exists()
        assert Membership.objects.get(user=volunteer.user).ended_on is None
        assert self.seen_by(contacts) == [True, False]

    def test_is_the_company_of_the_days_from_it_on(self, volunteer, coming, old, new):
        assert company_on(volunteer, self.ON - timedelta(days=1)) == old.pk
        assert company_on(volunteer, self.ON) == new.pk
        found = [(period.sponsor, period.first, period.last) for period in periods_of(volunteer)]
        assert found == [(old, None, self.ON - timedelta(days=1)), (new, self.ON, None)]

    def test_an_assignment_that_crosses_it_can_still_be_changed(
        self, coming, assignment, administrator
    ):
        changed = assignments.change_assignment(assignment, role="Tester", by=administrator)

        assert changed.role == "Tester"

    def test_an_assignment_made_for_the_days_after_is_the_new_company_s(
        self, volunteer, coming, new, member, administrator
    ):
        made = assignments.assign(
            volunteer,
            EngagementFactory(member=member),
            assignments.AssignmentTerms(
                role="Tester",
                starts_on=self.ON,
                ends_on=self.ON + timedelta(days=20),
                days_a_week=Decimal(1),
            ),
            by=administrator,
            today=self.TODAY,
        )
        assert made.sponsor == new

        self.due(coming)
        companies.carry_out_companies(today=self.ON)
        made.refresh_from_db()
        assert made.sponsor == new

    def test_opens_the_person_to_the_new_company_on_its_day(self, coming, contacts):
        """Also before anybody has carried it out."""
        self.due(coming)

        assert self.seen_by(contacts) == [False, True]

    @pytest.mark.parametrize(("days", "is_there"), [(-1, False), (0, True)])
    def test_is_carried_out_on_its_day(
        self, volunteer, assignment, coming, old, new, days, is_there
    ):
        done, refused = companies.carry_out_companies(today=self.ON + timedelta(days=days))

        assert (done, refused) == (int(is_there), 0)
        volunteer.refresh_from_db()
        assert volunteer.sponsor == (new if is_there else old)
        assert [each.sponsor for each in Assignment.objects.order_by("starts_on")] == (
            [old, new] if is_there else [old]
        )
        assert ComingCompany.objects.exists() is not is_there

    def test_is_carried_out_once(self, coming):
        companies.carry_out_companies(today=self.ON)

        assert companies.carry_out_companies(today=self.ON) == (0, 0)
        assert FormerCompany.objects.count() == 1

    def test_the_daily_command_carries_it_out(self, volunteer, coming, new):
        self.due(coming)
        call_command("upkeep", stdout=StringIO())

        volunteer.refresh_from_db()
        assert volunteer.sponsor == new

    def test_what_is_refused_on_its_day_stays_to_be_seen_to(self, volunteer, coming, new, old):
        new.archived_at = timezone.now()
        new.save()

        assert companies.carry_out_companies(today=self.ON) == (0, 1)
        volunteer.refresh_from_db()
        assert volunteer.sponsor == old
        assert ComingCompany.objects.exists()

    def test_what_cannot_come_any_more_is_taken_back_on_its_day_too(
        self, volunteer, coming, new, old, administrator
    ):
        Organisation.objects.filter(pk=new.pk).update(archived_at=timezone.now())

        companies.take_back_company(volunteer, by=administrator, today=self.ON)

        assert not ComingCompany.objects.exists()
        assert company_on(volunteer, self.ON) == old.pk

    def test_the_daily_command_says_what_was_refused(self, coming, new):
        self.due(coming)
        Organisation.objects.filter(pk=new.pk).update(archived_at=timezone.now())
        out = StringIO()

        call_command("upkeep", stdout=out)

        assert "0 of another company, 1 changes of company refused." in out.getvalue()

    def test_a_second_one_waits_for_the_first(self, volunteer, coming, administrator):
        other = OrganisationFactory(sponsor=True)
        for on in (self.TODAY, self.ON + timedelta(days=5)):
            messages = refusal(
                lambda on=on: companies.change_company(
                    volunteer, to=other, on=on, by=administrator, today=self.TODAY
                )
            )
            assert "take that back first" in messages["on"][0]

    def test_is_taken_back_before_its_day(self, volunteer, coming, old, administrator):
        companies.take_back_company(volunteer, by=administrator, today=self.TODAY)

        assert not ComingCompany.objects.exists()
        assert company_on(volunteer, self.ON) == old.pk
        assert "Does not come" in str(
            volunteer.history.order_by("-history_id").first().history_change_reason
        )

    def test_is_not_taken_back_on_its_day(self, volunteer, coming, administrator):
        with pytest.raises(Refused):
            companies.take_back_company(volunteer, by=administrator, today=self.ON)
        assert ComingCompany.objects.exists()

    def test_stands_on_the_page_with_its_button(self, volunteer, assignment, new, administrator):
        page = ReadingBrowser()
        page.force_login(administrator)
        page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        detail = reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        given = {"to": new.pk, "on": self.ON.isoformat(), "seen": volunteer.version}
        answer = page.post(
            reverse("volunteers:volunteer-company", args=[volunteer.pk]), given, follow=True
        )
        assert "Nothing changes before." in answer.content.decode()
        assert "to come, from" in page.get(detail).content.decode()

        volunteer.refresh_from_db()
        take_back = reverse("volunteers:volunteer-company-take-back", args=[volunteer.pk])
        assert (
            "taken back"
            in page.post(take_back, {"seen": volunteer.version}, follow=True).content.decode()
        )
        assert "to come, from" not in page.get(detail).content.decode()

    def test_its_button_on_a_page_of_before_speaks_of_no_text(self, volunteer, administrator):
        page = ReadingBrowser()
        page.force_login(administrator)
        page.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        take_back = reverse("volunteers:volunteer-company-take-back", args=[volunteer.pk])

        html = page.post(take_back, {"seen": volunteer.version + 1}, follow=True).content.decode()

        assert "This was changed since the page was opened" in html
        assert "Nothing of yours is lost" not in html

    def test_goes_the_same_way_through_the_api(
        self, volunteer, assignment, new, old, administrator
    ):
        page = ReadingClient()
        page.force_login(administrator)
        address = f"/api/v1/volunteers/{volunteer.pk}"
        given = {"to": new.pk, "on": self.ON.isoformat(), "seen": volunteer.version}
        answer = page.post(f"{address}/change-company/", given, content_type="application/json")
        assert (answer.status_code, answer.json()["sponsor"]) == (200, old.pk)

        seen = {"seen": answer.json()["version"]}
        assert (
            page.post(
                f"{address}/take-back-company/", seen, content_type="application/json"
            ).status_code
            == 200
        )
        assert not ComingCompany.objects.exists()
