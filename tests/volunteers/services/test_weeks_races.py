"""Weeks logged in the same moment: no day is worked twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.races import at_once, on_postgres
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from tests.volunteers.promises import NOW, TURNS, days_worked_twice, sentences, unexpected
from volunteers.models import Assignment, WorkDay
from volunteers.services import assignments, weeks

pytestmark = on_postgres


@pytest.fixture
def head():
    return person_as(Role.COORDINATOR, is_head=True)


class TestWorkedDays:
    @pytest.fixture
    def both(self):
        volunteer = VolunteerFactory()
        return [AssignmentFactory(volunteer=volunteer, days_a_week=Decimal(2)) for _n in range(2)]

    def log(self, assignment, days):
        return weeks.log_work(
            Assignment.objects.get(pk=assignment.pk),
            weeks.WorkedWeek(week=date(2026, 6, 8), days=days, done="Done.", more_days=True),
            by=assignment.volunteer.user,
            at=NOW,
        )

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_one_day_is_not_worked_on_two_engagements(self, both, turn):
        tuesday = date(2026, 6, 9)

        outcomes = at_once(*(lambda one=one: self.log(one, {tuesday: 2}) for one in both))

        assert unexpected(outcomes) == []
        assert [list(told) for told in sentences(outcomes)] == [["days"]]
        assert WorkDay.objects.count() == 1
        assert days_worked_twice() == []

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_half_day_each_is_one_day(self, both, turn):
        tuesday = date(2026, 6, 9)

        outcomes = at_once(*(lambda one=one: self.log(one, {tuesday: 1}) for one in both))

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert days_worked_twice() == []

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_week_sent_twice_is_worked_once(self, both, turn):
        days = {date(2026, 6, 8) + timedelta(days=n): 2 for n in range(5)}

        outcomes = at_once(*[lambda: self.log(both[0], days)] * 4)

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert WorkDay.objects.count() == 5

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_an_assignment_made_shorter_leaves_no_day_outside(self, both, head, turn):
        friday = date(2026, 6, 12)

        outcomes = at_once(
            lambda: self.log(both[0], {friday: 2}),
            lambda: assignments.change_assignment(both[0], ends_on=date(2026, 6, 10), by=head),
        )

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert not WorkDay.objects.filter(day__gt=F("assignment__ends_on")).exists()
