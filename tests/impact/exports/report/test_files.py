"""The files of a report, each by its kind: they tell what its page tells."""

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from crm.files.checksums import checksum_of
from impact.exports.report import pdf
from tests.impact.factories import MeasurementFactory, publish_as_read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(name, *args):
    return reverse(f"impact:report-{name}", args=args)


def correct(measurement, count):
    return MeasurementFactory(
        metric=measurement.metric, corrects=measurement, count=count, recorded_on=TODAY
    )


class TestTheFiles:
    def test_the_paper_is_tagged_and_has_its_address(self, client, funder, report):
        client.force_login(funder)

        content = client.get(page("file", report.pk, "pdf")).content

        assert content.startswith(b"%PDF")
        assert b"/StructTreeRoot" in content
        assert pdf.paper_of(report)["address"].endswith(page("check", report.code))

    def test_the_paper_tells_what_was_corrected(self, report, measured):
        correct(measured, 12)

        assert "12 people" in pdf.paper_of(report)["notices"][0]

    def test_the_spreadsheet_holds_numbers_and_no_formula(
        self, client, funder, engagement, measured, coordinator
    ):
        measured.source = "=1+1"
        measured.save()
        report = publish_as_read(engagement, by=coordinator, today=TODAY)
        client.force_login(funder)
        content = client.get(page("file", report.pk, "xlsx")).content
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        figures = book.get_sheet_by_name("Figures").to_python()

        cells = dict(zip(figures[0], figures[1], strict=True))
        assert (cells["Count"], cells["Months"], cells["From"]) == (60, 6, date(2026, 1, 1))
        assert cells["Multiplier"] == pytest.approx(12)
        with ZipFile(BytesIO(content)) as parts:
            sheets = [parts.read(name) for name in parts.namelist() if "/worksheets/sheet" in name]
        assert not any(b"<f>" in sheet for sheet in sheets)

    def test_the_data_prove_themselves(self, client, funder, report):
        client.force_login(funder)

        data = json.loads(client.get(page("file", report.pk, "json")).content)

        assert checksum_of(data["contents"]) == data["checksum"] == report.checksum

    def test_there_is_no_other_file(self, client, funder, report):
        client.force_login(funder)

        assert client.get(page("file", report.pk, "exe")).status_code == 404
