"""Which figures are held against a target, and in how many statements."""

from datetime import date
from decimal import Decimal

import pytest

from impact.selectors import summaries
from tests.impact.factories import MeasurementFactory, MetricFactory, TargetFactory

TODAY = date(2026, 7, 10)


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)


@pytest.mark.django_db
class TestSummary:
    def outcomes(self, metric, today=TODAY):
        (section,) = summaries.summarise([metric.engagement], today)
        return [target.outcome for target in section.metrics[0].targets]

    def test_only_what_is_published_and_counts_is_held_against_it(self, metric):
        TargetFactory(metric=metric, value=Decimal(60))
        wrong = MeasurementFactory(metric=metric, count=50)
        MeasurementFactory(metric=metric, count=70, status="draft")
        MeasurementFactory(metric=metric, count=70, counts_in_total=False)

        assert self.outcomes(metric) == ["missed"]
        MeasurementFactory(metric=metric, count=61, corrects=wrong)
        assert self.outcomes(metric) == ["reached"]

    @pytest.mark.parametrize(
        ("traits", "figure"),
        [
            ({"indicator__share": True}, {"count": 5, "total": 10, "exposure_months": None}),
            ({"reading": "cumulative"}, {"count": 50, "window_start": date(2024, 1, 1)}),
        ],
    )
    def test_shares_and_counts_since_the_beginning_are_read_by_their_latest(self, traits, figure):
        metric = MetricFactory(**traits)
        TargetFactory(metric=metric)
        MeasurementFactory(metric=metric, **figure)

        assert self.outcomes(metric) == ["reached"]

    def test_a_page_of_many_engagements_shows_the_last_periods_that_have_begun(self, metric):
        for year in range(2020, 2029):
            TargetFactory(
                metric=metric, window_start=date(year, 1, 1), window_end=date(year, 12, 31)
            )
        (summary,) = summaries.summarise([metric.engagement], TODAY)[0].metrics

        assert [target.window_start.year for target in summary.latest_targets] == [
            2023,
            2024,
            2025,
            2026,
        ]
        assert len(summary.targets) == 9
        (summary,) = summaries.summarise([metric.engagement], date(2019, 5, 5))[0].metrics
        assert [target.window_start.year for target in summary.latest_targets] == [2020]

    @pytest.mark.parametrize("size", [1, 9])
    def test_one_statement_whatever_their_number(self, metric, size, django_assert_num_queries):
        for year in range(size):
            TargetFactory(
                metric=metric,
                window_start=date(2010 + year, 1, 1),
                window_end=date(2010 + year, 12, 31),
            )
            TargetFactory(metric=MetricFactory(engagement=metric.engagement))

        with django_assert_num_queries(9):
            summaries.summarise([metric.engagement], TODAY)
