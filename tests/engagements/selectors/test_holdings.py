"""What somebody holds in an engagement, and what waits for somebody since they left."""

import pytest

from crm.models import Membership
from engagements.models.team import people_of
from engagements.selectors import holdings
from tests.crm.factories import ContactFactory, MembershipFactory
from tests.engagements.factories import (
    DecisionFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    RiskFactory,
)
from tests.engagements.leaving import DAY, assignment_on, lead_of, one_of_each, today, waits

pytestmark = pytest.mark.django_db


class TestWhoHasLeft:
    """Somebody whose every role, appointment and mission in the engagement is over; each at its last day."""

    @pytest.mark.parametrize(("days", "is_there"), [(0, True), (-1, False)])
    def test_a_lent_person_is_there_on_the_last_day(self, engagement, days, is_there):
        person = assignment_on(engagement, ends_on=today() + days * DAY).volunteer.user
        one_of_each(person, engagement)

        assert bool(waits(engagement)) is not is_there
        assert (person in people_of(engagement, today())) is is_there

    @pytest.mark.parametrize(("days", "is_there"), [(0, True), (-1, False)])
    def test_a_lead_is_there_on_the_last_day(self, engagement, days, is_there):
        person = lead_of(engagement, ends_on=today() + days * DAY).contact.user
        one_of_each(person, engagement)

        assert bool(waits(engagement)) is not is_there
        assert (person in people_of(engagement, today())) is is_there

    @pytest.mark.parametrize(("days", "is_there"), [(1, True), (0, False)])
    def test_a_coordinator_is_gone_on_the_day_that_ends_the_role(
        self, engagement, coordinator, days, is_there
    ):
        one_of_each(coordinator, engagement)
        Membership.objects.filter(user=coordinator).update(
            started_on=today() - 9 * DAY, ended_on=today() + days * DAY
        )

        assert set(waits(engagement)) == (set() if is_there else set(holdings.KINDS))

    def test_who_stays_in_another_part_is_there(self, engagement, coordinator):
        appointment = lead_of(engagement, ends_on=today() - DAY)
        DecisionFactory(engagement=engagement, owner=appointment.contact.user)
        MembershipFactory(user=appointment.contact.user, organisation=engagement.member)

        assert waits(engagement) == {}

    def test_a_closed_account_holds_nothing(self, engagement):
        person = lead_of(engagement).contact.user
        one_of_each(person, engagement)
        person.is_active = False
        person.save()

        assert set(waits(engagement)) == {"decision", "risk", "milestone", "blocker"}
        assert person not in people_of(engagement, today())

    def test_what_is_closed_waits_for_nobody(self, engagement):
        person = lead_of(engagement, ends_on=today() - DAY).contact.user
        DecisionFactory(engagement=engagement, owner=person, done_on=today())
        RiskFactory(engagement=engagement, owner=person, closed_on=today())
        MilestoneFactory(engagement=engagement, owner=person, done=True)

        assert waits(engagement) == {}

    def test_nothing_waits_where_the_engagement_is_over(self, member, coordinator):
        stopped = EngagementFactory(member=member, coordinator=coordinator, stopped=True)
        one_of_each(lead_of(stopped, ends_on=today() - DAY).contact.user, stopped)

        assert waits(stopped) == {}


class TestWhatWaits:
    """It stands on the first page of those who run the engagement until somebody is named."""

    @pytest.mark.parametrize("size", [1, 4])
    def test_costs_one_query_whatever_waits(self, member, size, django_assert_num_queries):
        for _number in range(size):
            each = EngagementFactory(member=member)
            one_of_each(lead_of(each, ends_on=today() - DAY).contact.user, each)

        engagements = list(member.supported.values_list("pk", flat=True))

        with django_assert_num_queries(1):
            rows = holdings.waiting_in(engagements, today())
        assert len(rows) == size


class TestALeadWithoutAnAccountLeaves:
    @pytest.fixture
    def appointment(self, engagement):
        contact = ContactFactory(
            organisation=engagement.beneficiary, kept_by=engagement.member, full_name="Rose Named"
        )
        return LeadAppointmentFactory(engagement=engagement, contact=contact)

    @pytest.fixture
    def held(self, engagement, appointment):
        owned = {"engagement": engagement, "owner": None, "owner_lead": appointment}
        return {"decision": DecisionFactory(**owned), "risk": RiskFactory(**owned)}

    @pytest.mark.parametrize(("days", "waiting"), [(0, {}), (-1, {"decision": 1, "risk": 1})])
    def test_what_they_own_waits_from_the_day_after_the_last(
        self, engagement, appointment, held, days, waiting
    ):
        appointment.ends_on = today() + days * DAY
        appointment.save()

        assert waits(engagement) == waiting
