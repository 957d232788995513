"""Days given, as readers outside the team may know them: by month, once it is over, and never of a few people.

Whoever looks each week would otherwise read one person's week. Pages, API, reports and files all tell these days.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from volunteers.models import WorkDay


@dataclass(frozen=True)
class GivenDays:
    """`half_days` is None where no month may be told; `is_whole` where none was left out."""

    half_days: int | None
    is_whole: bool


UNTOLD = GivenDays(None, False)


def given_days(engagements, today):
    """{engagement: GivenDays} of those in which somebody worked in a month that is over, in one statement."""
    months = defaultdict(list)
    rows = _by_month(engagements, today).order_by("assignment__engagement", "month")
    for engagement, _month, half_days, people in rows.values_list(
        "assignment__engagement", "month", "total", "people"
    ):
        months[engagement].append((half_days, people >= settings.SMALLEST_GROUP))
    return {engagement: _sum_of(found) for engagement, found in months.items()}


def given_in_all(engagements, today):
    """Half-days of all of them together; each month of each engagement is told or left out by itself."""
    told = _by_month(engagements, today).filter(people__gte=settings.SMALLEST_GROUP)
    return told.aggregate(in_all=Sum("total"))["in_all"]


def _by_month(engagements, today):
    over = WorkDay.objects.filter(
        assignment__engagement__in=engagements, day__lt=today.replace(day=1)
    )
    by_month = over.order_by().values("assignment__engagement", month=TruncMonth("day"))
    return by_month.annotate(
        total=Sum("half_days"), people=Count("assignment__volunteer", distinct=True)
    )


def _sum_of(months):
    told = [half_days for half_days, may_be_told in months if may_be_told]
    return GivenDays(sum(told) if told else None, len(told) == len(months))
