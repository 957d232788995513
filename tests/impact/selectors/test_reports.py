"""What was corrected since a report is told, and nothing else."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impact.selectors import reports
from impact.services import baselines, indicators
from tests.impact.factories import (
    BaselineFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


def correct(measurement, count):
    return MeasurementFactory(
        metric=measurement.metric, corrects=measurement, count=count, recorded_on=TODAY
    )


class TestCorrections:
    def test_nothing_has_changed_at_first(self, report):
        assert reports.changes_since(report) == {}

    def test_a_correction_and_its_correction_are_told(self, report, measured):
        first = correct(measured, 12)
        correct(first, 14)

        sentences = reports.changes_since(report)[1]

        assert [re.findall(r"\d+ people", sentence) for sentence in sentences] == [
            ["60 people", "12 people"],
            ["12 people", "14 people"],
        ]

    def test_a_figure_that_is_new_or_not_published_is_no_correction(self, report, measured):
        later = MeasurementFactory(
            metric=measured.metric,
            window_start=date(2026, 7, 1),
            window_end=date(2026, 7, 5),
            count=3,
        )
        correct(later, 4)
        MeasurementFactory(metric=measured.metric, corrects=measured, status="draft")

        assert reports.changes_since(report) == {}

    def test_a_changed_baseline_says_why(self, report, measured, lead, coordinator):
        baseline = measured.metric.baselines.get()
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)
        baselines.change_baseline(
            baseline, count=12, why="Two were forgotten", by=coordinator, today=TODAY
        )

        assert "Two were forgotten" in reports.changes_since(report)[1][0]

    def test_a_definition_written_anew_is_told(self, report, measured, coordinator):
        indicators.change_indicator(
            measured.metric.indicator, definition_en="Else", why="Clearer", by=coordinator
        )

        assert "definition" in reports.changes_since(report)[1][0]

    def test_the_unit_of_a_single_one_given_later_corrects_nothing(
        self, report, measured, coordinator
    ):
        indicators.change_indicator(
            measured.metric.indicator, unit_one_fr="personne", why="One", by=coordinator
        )

        assert reports.changes_since(report) == {}

    @pytest.mark.parametrize("size", [1, 6])
    def test_five_statements_whatever_the_report(self, engagement, coordinator, size):
        for place in range(size):
            metric = MetricFactory(engagement=engagement, position=place)
            BaselineFactory(metric=metric)
            correct(MeasurementFactory(metric=metric), 9)
        report = publish_as_read(engagement, by=coordinator, today=TODAY)

        with CaptureQueriesContext(connection) as asked:
            reports.changes_since(report)

        assert len(asked) == 5
