"""Who is proposed for a need, and who goes where, with the reasons."""

from datetime import date
from decimal import Decimal

import pytest

from crm.domain.roles import Role
from engagements.models import Engagement
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    StaffingNeedFactory,
    VolunteerFactory,
)
from volunteers.models import StaffingNeed
from volunteers.selectors import staffing
from volunteers.services import assignments
from volunteers.services.needs import close_need

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
DATES = {"starts_on": date(2026, 7, 6), "ends_on": date(2026, 9, 27)}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def need(engagement, python):
    return StaffingNeedFactory(
        engagement=engagement, skill=python, level=2, days_a_week=Decimal(3), **DATES
    )


def names(found):
    return [each.volunteer.user.full_name for each in found]


class TestProposals:
    def test_best_first_with_reasons(self, need, skilled, coordinator):
        knows = skilled("Knows it", level=3)
        AssignmentFactory(
            volunteer=knows,
            engagement=need.engagement,
            ends_on=date(2026, 3, 1),
            days_a_week=Decimal(1),
        )
        skilled("Able")
        skilled("Leaves soon", available_to=date(2026, 8, 2))
        skilled("Learns", level=1)
        skilled("Wishes", level=0)
        skilled("Cannot", level=None)
        skilled("Full", days_a_week=Decimal(1))

        found, without_time = staffing.proposals_for(need, coordinator, TODAY)

        assert names(found) == ["Knows it", "Able", "Learns", "Leaves soon", "Full", "Wishes"]
        assert without_time == 0
        assert "knows this engagement" in found[0].reasons_for
        assert "Python: the level that is asked for, or more" in found[0].reasons_for
        by_name = {each.volunteer.user.full_name: each for each in found}
        assert by_name["Learns"].reasons_against == ("Python: below the level that is asked for",)
        assert by_name["Wishes"].reasons_against == ("does not hold the skill yet",)
        assert by_name["Leaves soon"].last_day == date(2026, 8, 2)
        assert "away in 8 weeks" in by_name["Leaves soon"].reasons_against
        assert "too little time in 12 weeks" in by_name["Full"].reasons_against

    def test_what_is_proposed_can_be_assigned(self, need, skilled, coordinator):
        busy = skilled("Busy", days_a_week=Decimal(4), available_to=date(2026, 9, 10))
        AssignmentFactory(
            volunteer=busy,
            days_a_week=Decimal(2),
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 8, 20),
        )

        (best,), _none = staffing.proposals_for(need, coordinator, TODAY)
        made = assignments.assign(
            best.volunteer,
            need.engagement,
            assignments.AssignmentTerms(
                need=need,
                role="Developer",
                starts_on=best.first_day,
                ends_on=best.last_day,
                days_a_week=best.days,
            ),
            by=coordinator,
            today=TODAY,
        )

        assert (made.days_a_week, made.ends_on) == (2, date(2026, 9, 10))

    def test_nobody_is_proposed_for_days_that_have_passed(self, need, skilled, coordinator):
        skilled("Léa Dupont")

        (later,), _none = staffing.proposals_for(need, coordinator, date(2026, 9, 2))
        over, _none = staffing.proposals_for(need, coordinator, date(2026, 10, 1))

        assert (later.first_day, later.share, len(later.weeks)) == (date(2026, 9, 2), 1.0, 4)
        assert over == []

    def test_nobody_is_proposed_beyond_the_longest_loan(self, need, skilled, coordinator):
        lent = skilled("Léa Dupont")
        AgreementFactory(volunteer=lent, starts_on=date(2023, 8, 10), ends_on=date(2026, 8, 9))

        (found,), _none = staffing.proposals_for(need, coordinator, TODAY)

        assert (found.last_day, found.reasons_against[0]) == (
            date(2026, 8, 9),
            "may be lent until 9 August 2026 by law",
        )

    def test_only_ones_own_people_are_proposed(self, need, coordinator, python):
        VolunteerFactory(user__full_name="Elsewhere").levels.create(skill=python, level=3)

        assert staffing.proposals_for(need, coordinator, TODAY) == ([], 0)

    @pytest.mark.parametrize("ends", ["need", "engagement"])
    def test_nobody_is_proposed_where_nobody_is_looked_for(self, need, skilled, coordinator, ends):
        skilled("Ada Able")
        assert names(staffing.proposals_for(need, coordinator, TODAY)[0]) == ["Ada Able"]

        if ends == "need":
            close_need(need, seen=need.version, by=coordinator, today=TODAY)
        else:
            Engagement.objects.filter(pk=need.engagement_id).update(
                stage="stopped", stopped_on=TODAY, stop_reason="Over"
            )

        need = StaffingNeed.objects.get(pk=need.pk)
        assert staffing.proposals_for(need, coordinator, TODAY) == ([], 0)

    def test_whoever_has_no_time_is_only_counted(self, need, skilled, coordinator):
        skilled("Gone", available_to=date(2026, 6, 1))

        assert staffing.proposals_for(need, coordinator, TODAY) == ([], 1)

    @pytest.mark.parametrize("size", [2, 12])
    def test_statements_do_not_grow(
        self, need, skilled, coordinator, size, django_assert_num_queries
    ):
        for number in range(size):
            # Over before the need begins: they know the engagement, and have not covered anything of it.
            AssignmentFactory(
                volunteer=skilled(f"Person {number}"),
                engagement=need.engagement,
                ends_on=date(2026, 6, 30),
            )
        coordinator = type(coordinator).objects.get(pk=coordinator.pk)
        coordinator.organisations_as(Role.COORDINATOR)

        with django_assert_num_queries(8):
            found, _none = staffing.proposals_for(need, coordinator, TODAY)

        assert len(found) == size


class TestAllocation:
    def test_leaves_the_only_expert_to_the_need_that_wants_one(
        self, need, skilled, coordinator, engagement, python
    ):
        hard = StaffingNeedFactory(
            engagement=engagement, skill=python, level=3, days_a_week=Decimal(3), **DATES
        )
        skilled("Expert", level=3, days_a_week=Decimal(3))
        skilled("Able", level=2, days_a_week=Decimal(3))

        lines, is_best = staffing.allocation_for([need, hard], coordinator, TODAY)

        assert [names(line.proposals) for line in lines] == [["Able"], ["Expert"]]
        assert (is_best, [line.left for line in lines]) == (True, [0.0, 0.0])

    def test_what_is_covered_lacks_nothing(self, need, skilled, coordinator):
        AssignmentFactory(volunteer=skilled("Léa Dupont"), engagement=need.engagement, need=need)

        ((line,), _is_best) = staffing.allocation_for([need], coordinator, TODAY)

        assert (line.proposals, line.left) == ((), 0.0)

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_do_not_grow(
        self, engagement, skilled, coordinator, python, size, django_assert_num_queries
    ):
        for number in range(size):
            skilled(f"Person {number}")
            StaffingNeedFactory(engagement=engagement, skill=python, **DATES)
        AssignmentFactory(engagement=engagement)
        needs = list(StaffingNeed.objects.for_list())
        coordinator = type(coordinator).objects.get(pk=coordinator.pk)
        coordinator.organisations_as(Role.COORDINATOR)

        with django_assert_num_queries(8):
            staffing.allocation_for(needs, coordinator, TODAY)
