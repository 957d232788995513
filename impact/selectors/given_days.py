"""Days given, as readers outside the team may know them: by month, once it is over, and never of a few people.

Whoever looks each week could otherwise read one person's week. Pages, API, reports and files all show these days.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from engagements.models import Engagement
from volunteers.models import WorkDay

EngagementKeys = Iterable[int] | QuerySet[Engagement, Any]  # or the query of them


@dataclass(frozen=True)
class GivenDays:
    """`half_days` is None where no month may be shown; `is_whole` where none was left out."""

    half_days: int | None
    is_whole: bool


NO_DAYS_SHOWN = GivenDays(None, False)


def given_days(engagements: EngagementKeys, today: date) -> dict[int, GivenDays]:
    """The days given to each engagement in which somebody worked in a month that is over: one query."""
    months: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    rows = _by_month(engagements, today).order_by("assignment__engagement", "month")
    for engagement, _month, half_days, people in rows.values_list(
        "assignment__engagement", "month", "total", "people"
    ):
        months[engagement].append((half_days, people >= settings.SMALLEST_GROUP))
    return {engagement: _sum_of(rows) for engagement, rows in months.items()}


def given_in_all(engagements: EngagementKeys, today: date) -> int | None:
    """Half-days of all of them together; each month of each engagement is shown or left out by itself."""
    months = _by_month(engagements, today).filter(people__gte=settings.SMALLEST_GROUP)
    return months.aggregate(in_all=Sum("total"))["in_all"]


def _by_month(
    engagements: EngagementKeys, today: date
) -> QuerySet[Any, Any]:  # rows of a grouping, which are of no model
    """Rows of engagement, `month`, `total` half-days and number of `people`, of months that are over."""
    days = WorkDay.objects.filter(
        assignment__engagement__in=engagements, day__lt=today.replace(day=1)
    )
    by_month = days.order_by().values("assignment__engagement", month=TruncMonth("day"))
    return by_month.annotate(
        total=Sum("half_days"), people=Count("assignment__volunteer", distinct=True)
    )


def _sum_of(months: Sequence[tuple[int, bool]]) -> GivenDays:
    """`months` are (half-days, whether they may be shown)."""
    shown = [half_days for half_days, may_be_shown in months if may_be_shown]
    return GivenDays(sum(shown) if shown else None, len(shown) == len(months))
