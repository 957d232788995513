"""Days and teams, as pages show them, in a fixed number of queries."""

from collections.abc import Iterable

from django.db.models import QuerySet, Sum

from crm.audit import history
from volunteers.models import Volunteer, VolunteerSkill, WorkDay
from volunteers.models.worked_days import WorkDayQuerySet

ENDS_SOON_DAYS = 30
MAX_TEAM = 20


def half_days_by_assignment(
    assignments: Iterable[int], days: WorkDayQuerySet | None = None
) -> dict[int, int]:
    """{key of an assignment: half-days worked}, of the worked `days` that one may see; of all of them by default."""
    rows = (
        (WorkDay.objects.all() if days is None else days)
        .filter(assignment__in=assignments)
        .values("assignment")
        .annotate(total=Sum("half_days"))
        .order_by("assignment")
    )
    return {row["assignment"]: row["total"] for row in rows}


def half_days_by_engagement(engagements: Iterable[int] | QuerySet) -> dict[int, int]:
    """{key of an engagement: half-days worked} of the engagements given by their keys."""
    rows = (
        WorkDay.objects.filter(assignment__engagement__in=engagements)
        .values("assignment__engagement")
        .annotate(total=Sum("half_days"))
        .order_by("assignment__engagement")
    )
    return {row["assignment__engagement"]: row["total"] for row in rows}


def changes_of(volunteer: Volunteer) -> list[history.HistoryEntry]:
    """What changed in the person's time and skills, newest first."""
    rows = history.history_of(VolunteerSkill).filter(volunteer=volunteer.pk)
    skills = history.comings_and_goings(rows)
    return sorted([*history.entries(volunteer), *skills], key=lambda entry: entry.at, reverse=True)
