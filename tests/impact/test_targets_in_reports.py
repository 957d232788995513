"""Targets are frozen with the report that tells them: page, paper, spreadsheet and data; what changes is told later."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from crm.domain.roles import Role
from impact.exports.report.pdf import paper_of
from impact.selectors import report_snapshot, reports, summaries
from impact.services import metrics, targets
from tests.crm.factories import UserFactory, person_as
from tests.impact.factories import (
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
    publish_as_read,
)

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


class TestReading:
    def test_a_funder_reads_them_on_the_page(self, client, report):
        client.force_login(
            person_as(Role.FUNDER, FundingFactory(engagement=report.engagement).funder)
        )

        html = client.get(
            report.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()

        assert "Targets by period" in html
        assert "set on 1 February 2026, after the period began" in html

    def test_as_paper_spreadsheet_and_data(self, client, coordinator, report):
        paper = paper_of(report)["figures"][0]["targets"]
        assert paper["rows"][0][1:3] == ["61", "60"]
        client.force_login(coordinator)
        files = {
            kind: client.get(
                reverse("impact:report-file", args=[report.pk, kind]),
                headers={"accept-language": "en"},
            ).content
            for kind in ("pdf", "xlsx", "json")
        }

        assert files["pdf"].startswith(b"%PDF")
        _head, line = (
            CalamineWorkbook.from_filelike(BytesIO(files["xlsx"]))
            .get_sheet_by_name("Targets")
            .to_python()
        )
        assert (line[3], *line[6:8]) == ("more is better", 61, 60)
        assert (
            json.loads(files["json"])["contents"]["figures"][0]["targets"][0]["outcome"] == "missed"
        )

    def test_without_a_target_there_is_no_sheet_of_them(self, client, coordinator, metric):
        MeasurementFactory(metric=metric)
        report = publish_as_read(metric.engagement, by=coordinator, today=TODAY)
        client.force_login(coordinator)

        content = client.get(reverse("impact:report-file", args=[report.pk, "xlsx"])).content
        assert len(CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names) == 4


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
