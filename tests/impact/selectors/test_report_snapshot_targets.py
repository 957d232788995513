"""Targets are frozen with the report that tells them."""

import json
from datetime import date
from decimal import Decimal

import pytest

from impact.selectors import report_snapshot, reports, summaries
from tests.impact.factories import MeasurementFactory, MetricFactory, TargetFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)


@pytest.fixture
def target(metric):
    MeasurementFactory(metric=metric)
    return TargetFactory(metric=metric, value=Decimal(61), set_on=date(2026, 2, 1))


class TestFreezing:
    @pytest.fixture
    def rich(self, metric, target):
        """A count with every outcome, a share, a series since the beginning, a refusal."""
        for year, value in ((2024, 1), (2027, 5)):
            TargetFactory(
                metric=metric,
                window_start=date(year, 1, 1),
                window_end=date(year, 12, 31),
                value=Decimal(value),
            )
        share = MetricFactory(engagement=metric.engagement, indicator__share=True, position=1)
        MeasurementFactory(metric=share, count=45, total=80, exposure_months=None)
        TargetFactory(
            metric=share, value=Decimal("56.25"), amended_on=TODAY, amended_why="Why “not”"
        )
        straddled = MetricFactory(engagement=metric.engagement, position=2)
        MeasurementFactory(metric=straddled, window_start=date(2025, 12, 1))
        TargetFactory(metric=straddled)
        since = MetricFactory(engagement=metric.engagement, position=3, reading="cumulative")
        MeasurementFactory(metric=since)
        TargetFactory(metric=since)
        return summaries.summarise([metric.engagement], TODAY)[0]

    def test_what_comes_back_is_what_was_frozen(self, rich):
        frozen = json.loads(json.dumps(report_snapshot.dump(rich)))
        back = report_snapshot.load(frozen)

        assert report_snapshot.dump(back) == frozen
        assert [each.targets for each in back.metrics] == [each.targets for each in rich.metrics]
        outcomes = [target.outcome for each in back.metrics for target in each.targets]
        assert outcomes == ["unmeasured", "missed", "ahead", "reached", "refused", "reached"]

    def test_a_report_of_before_has_none(self, metric):
        MeasurementFactory(metric=metric)
        frozen = report_snapshot.dump(summaries.summarise([metric.engagement], TODAY)[0])

        assert "targets" not in frozen["figures"][0]
        assert report_snapshot.load(frozen).metrics[0].targets == ()

    def test_they_are_judged_as_of_the_day_of_the_report(self, target, coordinator):
        during = reports.contents_of(target.metric.engagement, today=date(2026, 6, 30))
        after = reports.contents_of(target.metric.engagement, today=date(2026, 7, 1))

        assert during["figures"][0]["targets"][0]["outcome"] == "running"
        assert after["figures"][0]["targets"][0]["outcome"] == "missed"
