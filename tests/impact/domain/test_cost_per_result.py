"""What one result takes, beside what it took by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from engagements.domain.running_costs import CostLine
from impact.display.measurements import effort_text
from impact.domain.cost_per_result import effort_of
from impact.selectors import summaries
from impact.selectors.given_days import GivenDays
from impact.selectors.results import MetricResult
from tests.engagements.factories import RunningCostFactory
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
)
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory


def result(count=40, first=date(2026, 1, 10), last=date(2026, 3, 2), **more):
    return MetricResult(count=count, window_start=first, window_end=last, **more)


class TestEffort:
    def test_counts_each_month_that_the_window_touches(self):
        lines = [
            CostLine("hosting", Decimal(30), date(2025, 1, 1)),
            CostLine("credits", Decimal(9), date(2026, 3, 1)),
        ]

        effort = effort_of(result(), None, days=GivenDays(8, True), lines=lines)

        assert (effort.running_cost, effort.days_each, effort.cost_each) == (
            99,
            Decimal("0.1"),
            Decimal("2.475"),
        )

    @pytest.mark.parametrize(
        "nothing", [{"count": 0}, {"count": None}, {"refusal": "windows-overlap"}, {"total": 80}]
    )
    def test_without_results_of_a_count_there_is_nothing_to_divide_by(self, nothing):
        assert effort_of(result(**nothing), None, days=GivenDays(8, True), lines=[]) is None

    @given(
        results=st.integers(1, 10**9),
        half_days=st.integers(0, 10**6),
        monthly=st.decimals(0, 10**6, places=2),
    )
    def test_what_each_takes_adds_up_to_the_whole(self, results, half_days, monthly):
        line = CostLine("hosting", monthly, date(2020, 1, 1))

        effort = effort_of(result(results), None, days=GivenDays(half_days, True), lines=[line])

        assert effort.running_cost == 3 * monthly
        assert abs(effort.cost_each * results - effort.running_cost) < Decimal("1e-9")
        assert abs(effort.days_each * results * 2 - half_days) < Decimal("1e-9")

    def test_is_told_beside_the_manual_way(self, db):
        metric = BaselineFactory(hours=Decimal(95), cost=Decimal(1_300)).metric
        MeasurementFactory(metric=metric, count=40)
        RunningCostFactory(
            engagement=metric.engagement, unit_price=20, quantity=1, starts_on=date(2025, 1, 1)
        )
        for _person in range(5):
            WorkDayFactory(
                assignment=AssignmentFactory(engagement=metric.engagement),
                day=date(2026, 1, 5),
                half_days=2,
            )
        (section,) = summaries.summarise([metric.engagement])

        with translation.override("en"):
            text = effort_text(section.metrics[0].effort)

        assert text.startswith(
            "For each result: 9.5 hours and €130 by hand; with the solution 0.12 days of lent people"
        )
        assert "€3 to run it" in text

    def test_a_little_is_not_said_to_be_nothing(self):
        lines = [CostLine("hosting", Decimal(1), date(2020, 1, 1))]
        effort = effort_of(result(10**6), None, days=GivenDays(1, True), lines=lines)

        with translation.override("en"):
            assert "less than 0.01 days of lent people" in effort_text(effort)
            assert "less than €0.01 to run" in effort_text(effort)

    def test_a_share_or_a_missing_baseline_has_none(self, db):
        share = MetricFactory(indicator=IndicatorFactory(share=True))
        MeasurementFactory(metric=share, count=45, total=80, exposure_months=None)
        MeasurementFactory(metric=MetricFactory(engagement=share.engagement))

        (section,) = summaries.summarise([share.engagement])

        assert [each.effort for each in section.metrics] == [None, None]
