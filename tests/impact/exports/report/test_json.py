"""A report as data: what was frozen, its checksum, and what came after it."""

import json
from datetime import date

import pytest

from crm.files.checksums import checksum_of
from impact.exports.report import json as report_json
from impact.services.reports import sign_report
from tests.impact.factories import MeasurementFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


def data_of(report):
    content, kind = report_json.file_of(report)
    assert kind == "application/json"
    return json.loads(content)


def test_its_checksum_is_that_of_the_contents_beside_it(report):
    data = data_of(report)

    assert data["checksum"] == checksum_of(data["contents"])
    assert (data["number"], data["published_on"]) == (report.number, "2026-07-10")
    assert data["address"].endswith(f"/{report.code}/")


def test_letters_stay_letters(report):
    content, _kind = report_json.file_of(report)

    assert "Job “platform” 🎉".encode() in content


def test_a_figure_corrected_since_is_told_and_what_was_frozen_stays(report, measured):
    before = data_of(report)
    MeasurementFactory(metric=measured.metric, corrects=measured, count=12, recorded_on=TODAY)

    after = data_of(report)

    assert before["changes_since"] == []
    assert [change["figure"] for change in after["changes_since"]] == [1]
    assert "12" in after["changes_since"][0]["said"]
    assert after["contents"] == before["contents"]


def test_the_word_of_the_beneficiary_is_in_it_once_it_is_given(report, lead):
    assert data_of(report)["word"] is None

    sign_report(report, agrees=False, comment="Too few", by=lead, today=TODAY)
    report.refresh_from_db()

    assert data_of(report)["word"] == {
        "agrees": False,
        "comment": "Too few",
        "on": "2026-07-10",
    }
