"""How an indicator is followed is changed with a reason."""

from datetime import date

import pytest
from django.utils import translation

from crm.domain.refusals import Refused, Stale
from impact.selectors import reports
from impact.services import metrics
from tests.crm.factories import UserFactory
from tests.impact.factories import MeasurementFactory, MetricFactory, publish_as_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def metric(member):
    return MetricFactory(engagement__member=member)


def change(metric, **facts):
    with translation.override("en"):
        return metrics.change_metric(
            metric, **{"why": "Decided in committee"} | facts, by=UserFactory()
        )


class TestChanging:
    def test_says_why_in_the_history(self, metric):
        changed = change(metric, target=500, target_on=date(2027, 1, 1))

        assert (changed.target, changed.version) == (500, 2)
        assert changed.history.first().history_change_reason == "Decided in committee"

    def test_without_a_reason_nothing_changes(self, metric):
        with pytest.raises(Refused) as refused:
            change(metric, target=500, why="  ")

        assert list(refused.value.message_dict) == ["why"]

    def test_two_people_at_once(self, metric):
        change(metric, target=1)

        with pytest.raises(Stale):
            change(metric, target=2, seen=1)

    def test_how_figures_are_read_stays_under_them(self, metric):
        change(metric, reading="cumulative")
        MeasurementFactory(metric=metric)

        with pytest.raises(Refused, match="added up otherwise"):
            change(metric, reading="periods")
        assert change(metric, reading="cumulative", target=9).target == 9

    def test_a_report_tells_that_it_changed(self, metric, coordinator):
        MeasurementFactory(metric=metric)
        report = publish_as_read(metric.engagement, by=coordinator, today=date(2026, 7, 10))
        change(metric, caveat_en="Beware")

        with translation.override("en"):
            assert "The target" in reports.changes_since(report)[1][0]
        assert report.contents["figures"][0]["metric"]["caveat_en"] == ""
