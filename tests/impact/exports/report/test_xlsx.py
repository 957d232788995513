"""Whatever is typed, a report as a workbook holds no live formula, and gives the text back as it was typed."""

from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from impact.exports.report import xlsx
from tests.crm.factories import OrganisationFactory
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)
from tests.impact.live_formulas import TEXTS, assert_dead, bare

pytestmark = [pytest.mark.large, pytest.mark.one_database, pytest.mark.django_db]


@pytest.fixture
def report_of(member, coordinator):
    def report_of(text):
        engagement = EngagementFactory(
            member=member, title=text, beneficiary=OrganisationFactory(name=f"{text} ", siren=None)
        )
        indicator = IndicatorFactory(
            name_fr=text, name_en=text, unit_fr=text[:40], unit_en=text[:40]
        )
        indicator.definition_fr = indicator.definition_en = text
        indicator.save()
        metric = MetricFactory(
            engagement=engagement, indicator=indicator, caveat_fr=text, caveat_en=text
        )
        BaselineFactory(metric=metric, source=text, note_fr=text, note_en=text)
        MeasurementFactory(metric=metric, source=text, note_fr=text, note_en=text)
        report = publish_as_read(engagement, by=coordinator, today=timezone.localdate())
        report.word_agrees, report.word_comment, report.word_on = False, text, timezone.localdate()
        return report

    return report_of


@pytest.mark.parametrize("text", TEXTS)
def test_a_report_as_a_workbook(report_of, text):
    content, _kind = xlsx.file_of(report_of(text))

    assert_dead(content)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert sum(bare(cell) == bare(text) for cell in cells) >= 5
