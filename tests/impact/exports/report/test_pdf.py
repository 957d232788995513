"""The paper of a report for those who do not see it: tags, titles, headings, tables and charts in words."""

import re
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject

from impact.exports.report import pdf
from tests.engagements.factories import EngagementFactory, MilestoneFactory
from tests.impact.factories import (
    BaselineFactory,
    ClaimFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

PAINTS = {
    b"Tj",
    b"TJ",
    b"'",
    b'"',
    b"f",
    b"F",
    b"f*",
    b"S",
    b"s",
    b"B",
    b"b",
    b"B*",
    b"b*",
    b"Do",
    b"sh",
}


@pytest.fixture(params=["fr", "en"])
def paper(request, db, member, coordinator):
    """A report with a curve, a share with its interval, a claim, milestones and tables, as the PDF of it."""
    engagement = EngagementFactory(
        member=member, coordinator=coordinator, title="Forêt & “friches” <1>"
    )
    MilestoneFactory(
        engagement=engagement,
        title="Online",
        done_on=date(2026, 2, 10),
        planned_on=date(2026, 2, 1),
    )
    jobs = MetricFactory(
        engagement=engagement,
        indicator=IndicatorFactory(
            name_fr="Emplois", name_en="Jobs", definition_en="Any job", definition_fr="Tout"
        ),
        target=200,
        target_on=date(2026, 12, 31),
    )
    BaselineFactory(metric=jobs, hours=40)
    ClaimFactory(metric=jobs)
    for month in range(1, 5):
        MeasurementFactory(
            metric=jobs,
            count=month * 9,
            window_start=date(2026, month, 1),
            window_end=date(2026, month, 28),
        )
    share = MetricFactory(engagement=engagement, indicator__share=True, position=1, target=70)
    BaselineFactory(metric=share, count=11, total=15, exposure_months=None)
    for month in (3, 6):
        MeasurementFactory(
            metric=share, count=45, total=80, exposure_months=None, window_end=date(2026, month, 28)
        )
    with translation.override(request.param):
        report = publish_as_read(engagement, by=coordinator, today=timezone.localdate())
        content, _kind = pdf.file_of(report)
    reader = PdfReader(BytesIO(content))
    return reader, request.param


def elements(node):
    """The structure, depth first: each element with the name of its tag."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for each in node:
            yield from elements(each)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), node
        if "/K" in node:
            yield from elements(node["/K"])


@pytest.fixture
def tags(paper):
    return list(elements(paper[0].trailer["/Root"]["/StructTreeRoot"]["/K"]))


def test_says_that_it_is_tagged_and_by_which_standard(paper):
    root = paper[0].trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert root["/MarkInfo"]["/Marked"].value is True
    assert re.search(r"pdfuaid:part(>|=\")1", metadata)


def test_says_its_language_and_shows_its_title(paper):
    reader, language = paper
    root = reader.trailer["/Root"]

    assert str(root["/Lang"]).split("-")[0] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "Forêt & “friches” <1>" in reader.metadata.title


def test_each_chart_is_a_figure_in_words(tags):
    figures = [node for tag, node in tags if tag == "/Figure"]

    assert len(figures) == 2
    assert all(len(str(node["/Alt"])) > 20 for node in figures)


def test_each_table_has_its_headings_and_as_many_cells_in_each_row(tags):
    for _tag, table in [pair for pair in tags if pair[0] == "/Table"]:
        rows = [node for tag, node in elements(table["/K"]) if tag == "/TR"]
        cells = [
            [tag for tag, _node in elements(row["/K"]) if tag in ("/TH", "/TD")] for row in rows
        ]
        assert len({len(row) for row in cells}) == 1
        assert "/TH" in cells[0]


def test_headings_begin_at_the_first_level_and_skip_none(tags):
    levels = [int(tag[2:]) for tag, _node in tags if re.fullmatch(r"/H\d", tag)]

    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert len(levels) == 4


def test_whatever_is_painted_is_tagged_or_said_to_be_decoration(paper):
    reader, _language = paper
    for page in reader.pages:
        depth, loose = 0, []
        for _operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                depth += 1
            elif operator == b"EMC":
                depth -= 1
            elif operator in PAINTS and depth == 0:
                loose.append(operator)
        assert (depth, loose) == (0, [])
        assert page["/Tabs"] == "/S"


def test_every_letter_can_be_read_aloud(paper):
    reader, language = paper
    text = " ".join(page.extract_text() for page in reader.pages)

    assert ("Emplois" if language == "fr" else "Jobs") in text
    assert "\ufffd" not in text
    for page in reader.pages:
        fonts = page["/Resources"]["/Font"].values()
        assert all("/ToUnicode" in font.get_object() for font in fonts)
