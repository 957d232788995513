"""Days by month, by year and by entry are one sum, wherever the server stands."""

import time
from calendar import monthrange
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.db.models.functions import ExtractYear, TruncMonth
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engagements.models import Engagement
from impact.selectors.totals import portfolio_totals
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import WorkDay
from volunteers.selectors.days import half_days_by_assignment, half_days_by_engagement

pytestmark = pytest.mark.django_db
SERVERS = ["UTC", "Europe/Paris", "Indian/Reunion", "Pacific/Auckland"]
FIRST, LAST = date(2026, 1, 1), date(2029, 12, 31)


@pytest.fixture(params=SERVERS, autouse=True)
def server(request, monkeypatch):
    """The process's own time zone, as the machine would give it."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows cannot change the time zone of a running process")
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.fixture
def assignment():
    return AssignmentFactory(starts_on=FIRST, ends_on=LAST)


DAYS = st.dates(FIRST, LAST)
EDGES = {
    date(2026, 12, 31): 2,
    date(2027, 1, 1): 1,
    date(2028, 2, 29): 2,
    date(2026, 3, 29): 1,
    date(2026, 10, 25): 1,
}


class TestSums:
    @given(
        entries=st.lists(
            st.dictionaries(DAYS, st.sampled_from([1, 2]), max_size=40), min_size=1, max_size=3
        )
    )
    @example(entries=[EDGES])
    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_by_month_by_year_and_by_entry_are_one_sum(self, entries):
        engagement = EngagementFactory()
        rows = [
            WorkDay(assignment=assignment, day=day, half_days=half)
            for assignment, days in ((self.assigned(engagement), days) for days in entries)
            for day, half in days.items()
        ]
        WorkDay.objects.bulk_create(rows)
        saved = WorkDay.objects.filter(assignment__engagement=engagement)
        total = sum(half for days in entries for half in days.values())

        by_month = self.sums(saved, TruncMonth("day"))
        by_year = self.sums(saved, ExtractYear("day"))

        assert sum(by_month.values()) == sum(by_year.values()) == total
        assert by_month == +Counter({month: self.halves(saved, month) for month in self.months()})
        assert by_year == +sum(
            (Counter({month.year: half}) for month, half in by_month.items()), Counter()
        )
        assert half_days_by_engagement([engagement.pk]).get(engagement.pk, 0) == total
        assert sum(half_days_by_assignment(engagement.assignments.all()).values()) == total
        told = portfolio_totals(Engagement.objects.filter(pk=engagement.pk)).half_days
        assert told is None  # fewer people than a group that a reader may be told of

    def assigned(self, engagement):
        return AssignmentFactory(
            engagement=engagement, starts_on=FIRST, ends_on=LAST, days_a_week=Decimal(5)
        )

    def months(self):
        return [
            date(year, month, 1)
            for year in range(FIRST.year, LAST.year + 1)
            for month in range(1, 13)
        ]

    def sums(self, rows, period):
        """By the database's own calendar."""
        total = (
            rows.annotate(period=period)
            .values("period")
            .annotate(total=Sum("half_days"))
            .order_by("period")
        )
        return Counter({row["period"]: row["total"] for row in total})

    def halves(self, rows, month):
        """By the first and last day, both included."""
        last = month.replace(day=monthrange(month.year, month.month)[1])
        return sum(rows.between(month, last).order_by("pk").values_list("half_days", flat=True))
