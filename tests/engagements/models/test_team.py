"""Who works in an engagement."""

import pytest

from crm.domain.roles import Role
from engagements.models.team import leads_without_account, people_of, runners_of, works_in
from tests.crm.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person_as,
)
from tests.engagements.factories import LeadAppointmentFactory
from tests.engagements.leaving import DAY, assignment_on, today

pytestmark = pytest.mark.django_db


class TestPeople:
    def test_who_is_on_the_way_may_hold_something(self, engagement):
        person = assignment_on(
            engagement, starts_on=today() + DAY, confirmed_on=None
        ).volunteer.user

        assert person in people_of(engagement, today())

    def test_an_owner_who_has_left_is_among_them_where_they_are_named(self, engagement):
        gone = UserFactory(is_active=False)

        assert gone not in people_of(engagement, today())
        assert gone in people_of(engagement, today(), beside=gone.pk)


class TestWorksIn:
    def test_first_and_last_day_are_days_of_work_and_no_other(self, engagement):
        person = assignment_on(
            engagement, starts_on=today(), ends_on=today() + 2 * DAY
        ).volunteer.user

        days = [today() + n * DAY for n in (-1, 0, 2, 3)]
        assert [works_in(person, engagement, day) for day in days] == [False, True, True, False]

    def test_nobody_works_where_they_are_on_no_team(self, engagement, coordinator):
        assert not works_in(coordinator, engagement, today())


class TestLeadsWithoutAccount:
    def test_a_lead_with_an_account_owns_with_it(self, engagement):
        appointment = LeadAppointmentFactory(engagement=engagement, contact__user=UserFactory())

        assert list(leads_without_account(engagement, today())) == []
        assert list(leads_without_account(engagement, today(), beside=appointment.pk)) == [
            appointment
        ]

    def test_a_former_lead_is_offered_no_more(self, engagement):
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)
        appointment = LeadAppointmentFactory(engagement=engagement, contact=contact)
        assert list(leads_without_account(engagement, today())) == [appointment]

        appointment.ends_on = today() - DAY
        appointment.save()
        assert list(leads_without_account(engagement, today())) == []


class TestRunners:
    def test_coordinate_for_every_one_of_the_members_today(self, member, coordinator):
        other = OrganisationFactory(member=True)
        both = person_as(Role.COORDINATOR, member)
        MembershipFactory(user=both, organisation=other)

        assert set(runners_of([member.pk])) == {coordinator, both}
        assert list(runners_of([member.pk, other.pk])) == [both]

        coordinator.memberships.update(started_on=today() - 9 * DAY, ended_on=today())
        assert list(runners_of([member.pk])) == [both]
