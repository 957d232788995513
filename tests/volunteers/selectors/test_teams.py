"""Who works in an engagement, until when, and which of them somebody should think of."""

from datetime import date, timedelta

import pytest

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory, WorkDayFactory
from volunteers.selectors import teams

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 6, 10), timedelta(days=1)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


def until(engagement, days, **facts):
    return AssignmentFactory(engagement=engagement, ends_on=TODAY + days * DAY, **facts)


class TestTheTeam:
    @pytest.mark.parametrize(("days", "left"), [(-1, None), (0, 0), (1, 1), (30, 30), (31, None)])
    def test_counts_the_days_that_are_left_when_they_are_few(self, engagement, days, left):
        until(engagement, days)

        (row,) = teams.team_of(engagement, TODAY)

        assert row.days_left == left

    def test_has_the_last_to_leave_first_and_nobody_of_another_engagement(self, engagement):
        first, last = until(engagement, 5), until(engagement, 50)
        AssignmentFactory()

        assert [row.assignment for row in teams.team_of(engagement, TODAY)] == [last, first]

    def test_has_the_days_of_each_in_two_statements(self, engagement, django_assert_num_queries):
        mine, other = until(engagement, 50), until(engagement, 5)
        WorkDayFactory(assignment=mine, half_days=2)
        WorkDayFactory(assignment=mine, half_days=1)
        WorkDayFactory(assignment=AssignmentFactory(), half_days=2)

        with django_assert_num_queries(2):
            rows = teams.team_of(engagement, TODAY)

        assert {row.assignment: row.half_days for row in rows} == {mine: 3, other: 0}


class TestEndings:
    @pytest.mark.parametrize(("days", "is_told"), [(-1, False), (0, True), (30, True), (31, False)])
    def test_are_told_from_thirty_days_before_to_the_last_day(
        self, engagement, coordinator, days, is_told
    ):
        row = until(engagement, days)

        ending, proposed = teams.endings_of(coordinator, TODAY)

        assert (ending, proposed) == ([row] if is_told else [], [])

    def test_a_proposed_mission_waits_and_does_not_end(self, engagement, coordinator):
        row = until(engagement, 5, confirmed_on=None)
        until(engagement, -5, confirmed_on=None)

        assert teams.endings_of(coordinator, TODAY) == ([], [row])

    def test_are_a_matter_of_those_who_run_the_engagement(self, engagement, outsider):
        row = until(engagement, 5)
        lead = person_as(Role.LEAD, engagement.beneficiary)

        for user in (outsider, lead, row.volunteer.user):
            assert teams.endings_of(user, TODAY) == ([], [])

    def test_of_an_engagement_that_rests_are_told_to_nobody(self, member, coordinator):
        until(EngagementFactory(member=member, coordinator=coordinator, stopped=True), 5)

        assert teams.endings_of(coordinator, TODAY) == ([], [])


def test_a_lead_is_not_told_who_has_gone_silent(engagement, coordinator):
    quiet = AssignmentFactory(engagement=engagement, volunteer=VolunteerFactory())

    assert teams.silent_of(coordinator, TODAY) == [quiet]
    assert teams.silent_of(person_as(Role.LEAD, engagement.beneficiary), TODAY) == []
