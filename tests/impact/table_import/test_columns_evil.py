"""Tables made to do harm: each comes out row by row, or is refused with its place and its reason; and soon."""

import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.domain.refusals import Refused
from crm.files.uploaded_tables import text_of_file
from impact.models import Measurement
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MetricFactory
from tests.impact.table_import.evil_tables import ALL, WORKBOOKS

SOON = 10  # seconds
LITTLE = 32  # MB


@pytest.fixture
def at(client, coordinator, member):
    engagement = EngagementFactory(member=member)
    MetricFactory(engagement=engagement, indicator=IndicatorFactory(code="emplois"))
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return reverse("impact:measurement-import", args=[engagement.pk])


def rows():
    measurements_read = Measurement.objects.order_by("window_start", "pk")
    return [
        (m.window_start, m.window_end, m.count, str(m.exposure_months), m.source)
        for m in measurements_read
    ]


@pytest.mark.large
@pytest.mark.django_db
@pytest.mark.parametrize("name", ALL)
def test_is_read_row_by_row_or_refused_with_its_place_and_reason(client, at, name):
    content, expected = ALL[name]
    began = time.monotonic()

    answer = client.post(at, {"file": SimpleUploadedFile("table.xlsx", content)})

    assert time.monotonic() - began < SOON
    assert (answer.status_code in (200, 422), rows()) == (True, [])
    form, plan = answer.context["form"], answer.context["plan"]
    errors = [(each.line, each.column, str(each.reason)) for each in plan.errors] if plan else []
    assert answer.status_code == (422 if errors or form.errors else 200)
    written = client.post(at, {"text": form.data.get("text", ""), "write": "1"})
    assert written.status_code == (302 if answer.status_code == 200 else 422)
    if "any" in expected:
        return
    if "reason" in expected:
        assert list(form.errors) == [expected["field"]]
        assert expected["reason"] in str(form.errors[expected["field"]])
    elif "wrong" in expected:
        assert [(line, column) for line, column, _reason in errors] == [
            each[:2] for each in expected["wrong"]
        ]
        assert all(
            word in reason
            for (*_place, reason), (*_at, word) in zip(errors, expected["wrong"], strict=True)
        )
    elif "lines" in expected:
        assert {line for line, _column, _reason in errors} == expected["lines"]
    elif "count" in expected:
        assert len(rows()) == expected["count"]
    else:
        assert rows() == expected["rows"]
    if errors or form.errors:
        assert rows() == []
        assert "<script>alert" not in answer.content.decode()


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
@pytest.mark.parametrize("name", WORKBOOKS)
def test_no_workbook_takes_the_memory_of_the_web_process(name):
    """A process of its own reads them, with 256 MB and five seconds."""
    content, _expected = WORKBOOKS[name]
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak()

    with suppress(Refused):
        text_of_file(SimpleUploadedFile("table.xlsx", content))

    assert _peak() - before < LITTLE


def _peak():
    said = Path("/proc/self/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) // 1024
