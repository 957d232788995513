"""Targets that changed since a report are told, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from impact.selectors import reports
from impact.services import metrics, targets
from tests.crm.factories import UserFactory
from tests.impact.factories import MeasurementFactory, MetricFactory, TargetFactory, publish_as_read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)


@pytest.fixture
def target(metric):
    MeasurementFactory(metric=metric)
    return TargetFactory(metric=metric, value=Decimal(61), set_on=date(2026, 2, 1))


@pytest.fixture
def report(target, coordinator):
    return publish_as_read(target.metric.engagement, by=coordinator, today=TODAY)


def changes_of(report):
    return reports.changes_since(report).get(1, [])


class TestSince:
    SAID = ["The targets by period have changed since."]

    def test_nothing_is_told_of_what_stays(self, report):
        assert changes_of(report) == []

    def test_a_target_changed_added_or_taken_away_is_told(self, report, target):
        by = {"by": UserFactory(), "today": TODAY}
        targets.change_target(target, value=Decimal(9), why="x", **by)
        assert changes_of(report) == self.SAID
        targets.drop_target(target, why="x", **by)
        assert changes_of(report) == self.SAID

    def test_how_often_a_figure_is_expected_is_no_matter_of_the_report(self, report, metric):
        metrics.change_metric(metric, every=3, why="x", by=UserFactory())

        assert changes_of(report) == []
