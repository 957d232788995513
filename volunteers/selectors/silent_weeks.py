"""Weeks without a word. “Nothing this week” is a word, and nobody is asked during a pause."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from crm.domain.workdays import monday_of
from engagements.models import Pause, ProgressLog
from volunteers.models import WorkDay
from volunteers.models.assignments import AssignmentQuerySet

FLAG_AFTER_WEEKS = 3


def without_log(assignments: AssignmentQuerySet, monday: date) -> AssignmentQuerySet:
    """The assignments whose person has logged neither words nor days of the week, where nothing was paused."""
    sunday = monday + timedelta(days=6)
    worked = Exists(WorkDay.objects.filter(assignment=OuterRef("pk")).between(monday, sunday))
    return assignments.filter(~_written(week=monday), ~worked, ~_paused(monday, sunday))


def silent(assignments: AssignmentQuerySet, today: date) -> AssignmentQuerySet:
    """Running assignments whose person has written nothing for three whole weeks."""
    first = monday_of(today) - timedelta(weeks=FLAG_AFTER_WEEKS)
    present = Q(starts_on__lte=first, ends_on__gte=today, confirmed_on__isnull=False)
    return assignments.filter(present, ~_written(week__gte=first), ~_paused(first, today))


def _written(**weeks: date) -> Exists:
    return Exists(
        ProgressLog.objects.filter(
            engagement=OuterRef("engagement"), author=OuterRef("volunteer__user"), **weeks
        )
    )


def _paused(first: date, last: date) -> Exists:
    return Exists(Pause.objects.filter(engagement=OuterRef("engagement")).overlapping(first, last))
