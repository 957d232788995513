"""A month with worked days, in the state that one asks for."""

from datetime import date

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, MonthSheetFactory, WorkDayFactory


def lent(volunteer, month=date(2026, 6, 1), **state):
    """A month with two days of it worked."""
    assignment = AssignmentFactory(
        volunteer=volunteer, engagement=EngagementFactory(member=volunteer.member)
    )
    for day in (9, 10):
        WorkDayFactory(assignment=assignment, day=month.replace(day=day))
    return MonthSheetFactory(assignment=assignment, month=month, **state)
