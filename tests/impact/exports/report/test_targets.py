"""Targets in a report: on its page, on paper, in the spreadsheet and as data."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from crm.domain.roles import Role
from impact.exports.report.pdf import paper_of
from tests.crm.factories import person_as
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
