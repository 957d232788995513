"""Many promises of one person's time: made, and counted again from the rows alone."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from crm.domain.refusals import Refused, by_field
from volunteers.models import FULL_DAY, Assignment, WorkDay
from volunteers.services import assignments

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
TURNS = 8
SEED = 20_260_615
THREADS, WISHES = 8, 25


def unexpected(outcomes):
    return [
        outcome
        for outcome in outcomes
        if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
    ]


def sentences(outcomes):
    """What each loser was told."""
    return [by_field(outcome) for outcome in outcomes if isinstance(outcome, Refused)]


def wish(volunteer, engagement, *, days_a_week, starts_on=TODAY, ends_on=date(2026, 8, 14), by):
    return assignments.assign(
        volunteer,
        engagement,
        assignments.AssignmentTerms(
            role="Developer", starts_on=starts_on, ends_on=ends_on, days_a_week=Decimal(days_a_week)
        ),
        by=by,
        today=TODAY,
    )


def days_over_capacity():
    """Counted day by day from the rows alone, in a way of its own."""
    load = defaultdict(Decimal)
    for row in Assignment.objects.select_related("volunteer").order_by("pk"):
        for offset in range((row.ends_on - row.starts_on).days + 1):
            load[row.volunteer, row.starts_on + timedelta(days=offset)] += row.days_a_week
    return [(str(who), day) for (who, day), days in load.items() if days > who.days_a_week]


def days_worked_twice():
    return list(
        WorkDay.objects.values("assignment__volunteer", "day")
        .annotate(halves=Sum("half_days"))
        .filter(halves__gt=FULL_DAY)
        .order_by("assignment__volunteer", "day")
    )
