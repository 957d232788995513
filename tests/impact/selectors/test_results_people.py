"""Unique people over several periods: one person may stand in two of them, so there are bounds and no one count."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from impact.display import charts
from impact.models import Indicator
from impact.selectors import report_snapshot, summaries, totals
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
    publish_as_read,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)
QUARTERS = ((date(2026, 1, 1), date(2026, 3, 31), 40), (date(2026, 4, 1), date(2026, 6, 30), 25))


@pytest.fixture
def metric(member, coordinator):
    indicator = IndicatorFactory(aggregation=Indicator.Aggregation.UNIQUE, unit_en="people")
    metric = MetricFactory(
        indicator=indicator, engagement__member=member, engagement__coordinator=coordinator
    )
    BaselineFactory(metric=metric)
    for first, last, count in QUARTERS:
        payload = {"deadweight_asked": 20, "deadweight_answered": 10, "deadweight": 2}
        MeasurementFactory(
            metric=metric, window_start=first, window_end=last, count=count, **payload
        )
    return metric


def summary_of(metric):
    return summaries.summarise([metric.engagement], today=TODAY)[0].metrics[0]


class TestStanding:
    def test_lies_between_the_largest_period_and_their_sum(self, metric):
        result = summary_of(metric).result

        assert (result.count_least, result.count) == (40, 65)

    def test_is_one_count_where_the_figures_count_since_the_beginning(self, metric):
        metric.reading = "cumulative"
        metric.save()

        assert (summary_of(metric).result.count_least, summary_of(metric).result.count) == (
            None,
            25,
        )

    def test_is_one_count_of_one_period(self, metric):
        metric.measurements.get(count=25).delete()

        assert (summary_of(metric).result.count_least, summary_of(metric).result.count) == (
            None,
            40,
        )

    def test_adds_up_where_nothing_is_counted_twice(self, metric):
        metric.indicator.aggregation = Indicator.Aggregation.ADDITIVE
        metric.indicator.save()

        assert (summary_of(metric).result.count_least, summary_of(metric).result.count) == (
            None,
            65,
        )


class TestWhatIsMadeOfIt:
    def test_nothing_is_said_that_would_lean_on_one_count(self, metric):
        summary = summary_of(metric)

        assert summary.comparison.refusal == "people-in-several-periods"
        assert (summary.result.net, summary.effort, charts.draw(summary)) == (None, None, None)

    def test_a_target_over_both_is_refused_and_one_of_a_single_period_is_judged(self, metric):
        TargetFactory(
            metric=metric, window_start=date(2026, 1, 1), window_end=date(2026, 3, 31), value=30
        )
        TargetFactory(
            metric=metric, window_start=date(2026, 4, 1), window_end=date(2026, 6, 30), value=30
        )
        single, other = summary_of(metric).targets
        assert (single.outcome, other.outcome) == ("reached", "missed")

        metric.targets.all().delete()
        TargetFactory(metric=metric, value=30)
        assert summary_of(metric).targets[0].refusal == "people-in-several-periods"

    def test_a_portfolio_adds_its_bounds(self, metric):
        MeasurementFactory(metric=MetricFactory(indicator=metric.indicator), count=30)
        line = totals.totals(type(metric.engagement).objects.all())[0]

        assert (line.total.low, line.total.high) == (40, 95)

    def test_the_page_the_report_and_the_sheet_tell_both_bounds(self, client, metric, coordinator):
        client.force_login(coordinator)
        url = reverse("impact:engagement-impact", args=[metric.engagement_id])
        page = client.get(url, headers={"accept-language": "en"}).content.decode()
        with translation.override("en"):
            report = publish_as_read(metric.engagement, by=coordinator, today=TODAY)
        sheet = client.get(reverse("impact:report-file", args=[report.pk, "xlsx"])).content
        row = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(1).to_python()[1]

        assert "between 40 and 65 people, since one person may stand in several periods" in page
        assert "there are bounds, and no one count" in page
        assert (row[7], row[8]) == (65, 40)
        frozen = json.loads(json.dumps(report.contents))
        assert report_snapshot.load(frozen).metrics[0].result.count_least == 40

    def test_the_api_tells_them(self, client, metric, coordinator):
        client.force_login(coordinator)
        body = client.get(f"/api/v1/impact/{metric.engagement_id}/").json()["metrics"][0]

        assert (body["count_least"], body["count"], body["comparison"]["ratio"]) == (40, 65, None)
