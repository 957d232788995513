"""Days and teams, as pages show them, in a fixed number of statements."""

from django.db.models import Sum

from crm.audit import history
from volunteers.models import VolunteerSkill, WorkDay

ENDS_SOON_DAYS = 30
MAX_TEAM = 20


def half_days_by_assignment(assignments, days=None):
    """{assignment id: half-days worked}, of the worked `days` that one may see; of all of them by default."""
    rows = (
        (WorkDay.objects.all() if days is None else days)
        .filter(assignment__in=assignments)
        .values("assignment")
        .annotate(total=Sum("half_days"))
        .order_by("assignment")
    )
    return {row["assignment"]: row["total"] for row in rows}


def half_days_by_engagement(engagements):
    """{engagement id: half-days worked} of the engagements given, by their ids."""
    rows = (
        WorkDay.objects.filter(assignment__engagement__in=engagements)
        .values("assignment__engagement")
        .annotate(total=Sum("half_days"))
        .order_by("assignment__engagement")
    )
    return {row["assignment__engagement"]: row["total"] for row in rows}


def changes_of(volunteer):
    """What changed in the person's time and skills, newest first."""
    skills = history.comings_and_goings(VolunteerSkill.history.filter(volunteer=volunteer.pk))
    return sorted([*history.entries(volunteer), *skills], key=lambda entry: entry.at, reverse=True)
