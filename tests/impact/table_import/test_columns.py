"""Tables as real tools write them: each comes out with its rows, or with the sentence that helps, by page and API."""

import zipfile
from base64 import b64encode
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MetricFactory

FILES = Path(__file__).parent / "files"
HEAD = ["indicateur", "du", "au", "nombre", "source"]
ROW = ["requests-answered", "01/01/2026", "31/01/2026", "12", "x"]
JANUARY, FEBRUARY, MARCH = [
    (date(2026, m, 1), date(2026, m + 1, 1) - timedelta(days=1)) for m in (1, 2, 3)
]
TOTAL = {"fr": "Cette ligne ressemble à un total", "en": "This looks like a row of totals"}
MERGED = {"fr": "Des intitulés sont fusionnés ici", "en": "Headings are merged here"}
MERGED_ROWS = {
    "fr": "Des cellules sont fusionnées sur plusieurs lignes",
    "en": "Cells are merged over several rows",
}
EMPTY = {"fr": "cette cellule est vide", "en": "this cell is empty"}
MONTHS = {"fr": "Les mois sont ici côte à côte", "en": "Months stand side by side"}
WHOLE = {"fr": "n’est pas un nombre entier", "en": "is no whole number"}
CSV_UTF_8 = {"fr": "CSV UTF-8", "en": "CSV UTF-8"}


def csv_of(*rows, separator=";", end="\r\n"):
    return end.join(separator.join(row) for row in rows)


def book(fill, *sheets):
    """A workbook of which `fill(book, sheet)` writes the last sheet; those before it hold what is not the table."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"}) as made:
        for name in sheets:
            made.add_worksheet(name).write(0, 0, "Résumé")
        fill(made, made.add_worksheet("Données"))
    return content.getvalue()


def rows_at(top, left, *rows):
    def fill(made, sheet):
        for at, row in enumerate(rows):
            sheet.write_row(top + at, left, row)

    return fill


def computed(code, value, heading="%", name="answered-in-time"):
    """One figure that the workbook computes and shows by `code`."""

    def fill(made, sheet):
        sheet.write_row(0, 0, [*HEAD[:3], heading, "source"])
        sheet.write_row(1, 0, [name, "01/01/2026", "31/01/2026"])
        shown = made.add_format({"num_format": code}) if code else None
        sheet.write_formula(1, 3, "=A9/A8", shown, value)
        sheet.write(1, 4, "x")

    return book(fill)


def typed(code, value):
    def fill(made, sheet):
        sheet.write_row(0, 0, [*HEAD[:3], "%", "source"])
        sheet.write_row(1, 0, ["answered-in-time", "01/01/2026", "31/01/2026"])
        sheet.write(1, 3, value, made.add_format({"num_format": code}))
        sheet.write(1, 4, "x")

    return book(fill)


def open_document(body):
    """What LibreOffice keeps: one table, in a part of its own."""
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        packed.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="Feuille1">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return content.getvalue()


def ods_row(*cells, **attributes):
    told = "".join(f' table:{name}="{value}"' for name, value in attributes.items())
    return f"<table:table-row{told}>{''.join(cells)}</table:table-row>"


def ods(text, kind="string", value="", formula=""):
    told = f' office:value="{value}"' if value else ""
    told += f' table:formula="{formula}"' if formula else ""
    return f'<table:table-cell office:value-type="{kind}"{told}><text:p>{text}</text:p></table:table-cell>'


ODS = open_document(
    ods_row('<table:table-cell table:number-columns-repeated="9"/>', **{"number-rows-repeated": 2})
    + ods_row(*map(ods, [*HEAD[:3], "%", "source"]))
    + ods_row(
        *map(ods, ["answered-in-time", "01/01/2026", "31/01/2026"]),
        ods("45,5 %", "percentage", "0.455"),
        ods("x"),
    )
    + ods_row(
        *map(ods, ["answered-in-time", "01/02/2026", "28/02/2026"]),
        ods("33,3 %", "percentage", "0.333333333333333", "of:=[.A1]/3"),
        ods("x"),
        visibility="collapse",
    )
)


def merged(made, sheet):
    sheet.write_row(0, 0, HEAD[:1])
    sheet.merge_range(0, 1, 0, 2, "période")
    sheet.write_row(0, 3, HEAD[3:])
    sheet.write_row(1, 0, ROW)


def over_two_rows(made, sheet):
    sheet.write_row(0, 0, HEAD)
    sheet.merge_range(1, 0, 2, 0, ROW[0])
    sheet.write_row(1, 1, ROW[1:])
    sheet.write_row(2, 1, ["01/02/2026", "28/02/2026", *ROW[3:]])


def days_with_a_time_that_nobody_sees(made, sheet):
    day = made.add_format({"num_format": "[$-40C]d mmmm yyyy;@"})
    sheet.write_row(0, 0, HEAD)
    sheet.write(1, 0, ROW[0])
    sheet.write_number(1, 1, 46_023.4, day)
    sheet.write_number(1, 2, 46_053.99, day)
    sheet.write_row(1, 3, ROW[3:])


def said(*rows):
    return {"rows": list(rows)}


def count(window, number=12, source="x"):
    return (*window, str(number), source)


READ = {  # name: (content, the figures: first day, last day, figure, source)
    "dates with midnights": ("dates_with_time.csv", said(count(JANUARY))),
    "years of two digits": ("two_digit_years.csv", said(count(JANUARY))),
    "a line that names the separator": ("sep_line.csv", said(count(JANUARY))),
    "old letters of DOS": (
        "cp850_code.csv",
        said(count(JANUARY, 12, "Enquête salariés, équipe d'été")),
    ),
    "old letters of the Macintosh": (
        "mac_roman_e_code.csv",
        said(count(JANUARY, 12, "Bilan salariés (société)")),
    ),
    "a formula without its value": (
        "formula_no_cache.xlsx",
        said(count(JANUARY)) | {"notes": ["1 "]},
    ),
    "a line break in a heading": ("heading_newline.xlsx", said(count(JANUARY))),
    "a hidden row": (
        "hidden_row.xlsx",
        said(
            count(JANUARY, 12, "garder"),
            count(FEBRUARY, 9999, "ancien, faux"),
            count(MARCH, 13, "garder"),
        )
        | {"notes": ["3."]},
    ),
    "a summary first": (
        "numbers_summary_first.xlsx",
        said(count(JANUARY)) | {"sheet": "Sheet", "heading": 1},
    ),
    "rows of a title": ("title_rows.xlsx", said(count(JANUARY)) | {"heading": 4}),
    "an unseen letter in a heading": ("zero_width_heading.xlsx", said(count(JANUARY))),
    "per cent cells": (
        "percent_cells.xlsx",
        said(
            (*JANUARY, "73", "Enquête"), (*FEBRUARY, "45.5", "Enquête"), (*MARCH, "100", "Enquête")
        ),
    ),
    "per cent cells without decimals": (
        "percent_whole.xlsx",
        said((*JANUARY, "73", "Enquête"), (*FEBRUARY, "45", "Enquête"), (*MARCH, "100", "Enquête")),
    ),
    "a computed share, shown with one decimal": (
        computed("0.0%", 1 / 3),
        said((*JANUARY, "33.3", "x")),
    ),
    "a computed share, shown without": (computed("0%", 2 / 3), said((*JANUARY, "67", "x"))),
    "a computed number that says no format": (
        computed("", 100 / 3),
        said((*JANUARY, "33.33", "x")),
    ),
    "a computed number with a format of its own": (
        computed('# ##0.0" %"', 100 / 3),
        said((*JANUARY, "33.3", "x")),
    ),
    "a computed count that is one but for the last bit": (
        computed("", 11.999999999999998, "nombre", "requests-answered"),
        said(count(JANUARY)),
    ),
    "a table far from the corner": (
        book(rows_at(6, 4, HEAD, ROW)),
        said(count(JANUARY)) | {"heading": 7},
    ),
    "sheets before it": (
        book(rows_at(0, 0, HEAD, ROW), "Lisez-moi", "Résumé"),
        said(count(JANUARY)) | {"sheet": "Données"},
    ),
    "months by their names": (
        csv_of(
            HEAD,
            [ROW[0], "mai-26", "mai 2026", "12", "x"],
            [ROW[0], "1er juin 2026", "juin-26", "13", "x"],
        ),
        said(
            (date(2026, 5, 1), date(2026, 5, 31), "12", "x"),
            (date(2026, 6, 1), date(2026, 6, 30), "13", "x"),
        ),
    ),
    "sep, and tabs": ("sep=\t\n" + csv_of(HEAD, ROW, separator="\t"), said(count(JANUARY))),
    "titles above a CSV": (
        csv_of(["Bilan 2026, premier essai, à relire"], [""], HEAD, ROW),
        said(count(JANUARY)) | {"heading": 3},
    ),
    "letters encoded twice": (
        csv_of(HEAD, [*ROW[:4], "Enquête « été » à Noël, cœur d’équipe"])
        .encode()
        .decode("cp1252")
        .encode(),
        said(count(JANUARY, 12, "Enquête « été » à Noël, cœur d’équipe")),
    ),
    "letters of DOS beside marks": (
        csv_of(HEAD, [*ROW[:4], "Où ? Forêt, maïs, çà et là, Noël"]).encode("cp850"),
        said(count(JANUARY, 12, "Où ? Forêt, maïs, çà et là, Noël")),
    ),
    "letters of the Macintosh in full": (
        csv_of(HEAD, [*ROW[:4], "Élèves d’août, forêts, garçons, où ?"]).encode("mac-roman"),
        said(count(JANUARY, 12, "Élèves d’août, forêts, garçons, où ?")),
    ),
    "an ODS": (
        ODS,
        said((*JANUARY, "45.5", "x"), (*FEBRUARY, "33.3", "x")) | {"heading": 3, "notes": ["5."]},
    ),
    "days with a time that nobody sees": (
        book(days_with_a_time_that_nobody_sees),
        said(count(JANUARY)),
    ),
    "emptied columns and rows": (
        csv_of([*HEAD, *[""] * 60], [*ROW, *[""] * 60], *[[""] * 65] * 2_500).encode(),
        said(count(JANUARY)),
    ),
    "letters of Windows": (
        csv_of(HEAD, [*ROW[:4], "« Œuvre » d’été… 5 € – l’Île, Señor Müller"]).encode("cp1252"),
        said(count(JANUARY, 12, "« Œuvre » d’été… 5 € – l’Île, Señor Müller")),
    ),
}
WRONG = {  # name: (content, row, column, sentence)
    "a table that starts at B3": ("offset_b3.xlsx", 5, "nombre", WHOLE),
    "a row of totals": (csv_of(HEAD, ROW, ["TOTAL", "", "", "12", ""]), 3, "indicateur", TOTAL),
    "a row of totals by its window": (
        csv_of(HEAD, ROW, ["", "Total général", "", "12", ""]),
        3,
        "du",
        TOTAL,
    ),
    "merged headings": (book(merged), 1, "", MERGED),
    "a name over two rows": (book(over_two_rows), 3, "", MERGED_ROWS),
    "no day": (csv_of(HEAD, [*ROW[:2], "", *ROW[3:]]), 2, "au", EMPTY),
    "months side by side": (
        csv_of(["indicateur", "source", "janv.-26", "févr.-26"], ["a", "x", "1", "2"]),
        1,
        "janv.-26",
        MONTHS,
    ),
    "months of a workbook side by side": (
        book(
            lambda made, sheet: sheet.write_row(
                0, 0, ["indicateur", "source", date(2026, 1, 1), date(2026, 2, 1)]
            )
        ),
        1,
        "2026-01-01",
        MONTHS,
    ),
    "a typed share that is too precise": (
        typed("0%", 0.45333),
        2,
        "",
        {"fr": "2 chiffres après la virgule", "en": "2 decimal"},
    ),
    "half a person, computed": (
        computed("0.0", 12.5, "nombre", "requests-answered"),
        2,
        "nombre",
        WHOLE,
    ),
}
REFUSED = {
    "letters of nobody": ("indicateur;du\nM\xc3\x81\x9dtier;1".encode("latin-1"), CSV_UTF_8),
    "letters encoded twice in part": (
        csv_of(HEAD, [*ROW[:4], "EnquÃªte, été"]).encode(),
        CSV_UTF_8,
    ),
}


def content_of(case):
    content = (
        (FILES / case).read_bytes() if isinstance(case, str) and (FILES / case).exists() else case
    )
    return content.encode() if isinstance(content, str) else content


@pytest.fixture
def engagement(member):
    engagement = EngagementFactory(member=member)
    answered = IndicatorFactory(
        code="requests-answered", name_fr="Demandes traitées", name_en="Requests answered"
    )
    share = {
        "name_fr": "Part des demandes traitées dans le délai annoncé",
        "name_en": "In time",
        "share": True,
    }
    in_time = IndicatorFactory(code="answered-in-time", **share)
    MetricFactory(engagement=engagement, indicator=answered)
    MetricFactory(engagement=engagement, indicator=in_time)
    return engagement


@pytest.fixture
def ask_page(client, coordinator, engagement):
    client.force_login(coordinator)
    address = reverse("impact:measurement-import", args=[engagement.pk])

    def ask(content, language, **more):
        file = SimpleUploadedFile("table", content)
        return client.post(address, {"file": file} | more, headers={"accept-language": language})

    return ask


@pytest.fixture
def ask_api(coordinator, engagement):
    api = APIClient()
    api.force_authenticate(coordinator)

    def ask(content, language, **more):
        body = {"engagement": engagement.pk, "file": b64encode(content).decode()} | more
        headers = {"accept-language": language}
        return api.post("/api/v1/measurements/import/", body, format="json", headers=headers)

    return ask


def figures(rows):
    return [
        (
            row.window_start,
            row.window_end,
            str(row.percent if row.count is None else row.count),
            row.source,
        )
        for row in rows
    ]


@pytest.mark.one_database
@pytest.mark.django_db
class TestRealFiles:
    @pytest.mark.parametrize("language", ["fr", "en"])
    @pytest.mark.parametrize("name", READ)
    def test_come_out_with_their_rows(self, ask_page, ask_api, name, language):
        case, expected = READ[name]
        content = content_of(case)

        page, answer = ask_page(content, language), ask_api(content, language).json()

        plan, sheet = page.context["plan"], page.context["sheet"]
        assert [wrong.reason for wrong in plan.errors] == []
        assert figures(plan.measurements) == expected["rows"]
        assert (answer["rows"], answer["wrong"]) == (len(expected["rows"]), [])
        assert plan.heading == answer["heading"] == expected.get("heading", plan.heading)
        assert sheet.name == answer["sheet"] == expected.get("sheet", sheet.name)
        notes = list(sheet.notes())
        assert len(notes) == len(answer["notes"]) == len(expected.get("notes", []))
        assert all(
            part in note for note, part in zip(notes, expected.get("notes", []), strict=True)
        )

    @pytest.mark.parametrize("language", ["fr", "en"])
    @pytest.mark.parametrize("name", WRONG)
    def test_are_refused_at_the_row_of_the_sheet_with_the_sentence_that_helps(
        self, ask_page, ask_api, name, language
    ):
        case, row, column, sentences = WRONG[name]
        content = content_of(case)

        page, answer = ask_page(content, language), ask_api(content, language).json()

        errors = [
            (each.line, each.column, str(each.reason)) for each in page.context["plan"].errors
        ]
        assert errors == [
            (each["line"], each["column"], each["reason"]) for each in answer["wrong"]
        ]
        assert len(errors) == 1
        assert (errors[0][0], errors[0][1] if column else column) == (row, column)
        assert sentences[language] in errors[0][2]

    @pytest.mark.parametrize("language", ["fr", "en"])
    @pytest.mark.parametrize("name", REFUSED)
    def test_letters_that_cannot_be_told_ask_for_others(self, ask_page, ask_api, name, language):
        content, sentences = REFUSED[name]

        page, answer = ask_page(content, language), ask_api(content, language)

        assert (page.status_code, answer.status_code) == (422, 400)
        assert page.context["form"].errors["file"] == answer.json()["errors"]["file"]
        assert sentences[language] in answer.json()["errors"]["file"][0]


@pytest.mark.one_database
@pytest.mark.django_db
class TestChoosing:
    @pytest.fixture
    def two(self):
        def fill(made, sheet):
            rows_at(0, 0, HEAD, ROW)(made, sheet)
            rows_at(2, 0, HEAD, [*ROW[:3], "99", "x"])(made, made.add_worksheet("Essai"))

        return book(fill)

    def test_a_person_chooses_the_sheet_and_the_row(self, ask_page, ask_api, two):
        page, answer = ask_page(two, "fr"), ask_api(two, "fr").json()
        assert (page.context["sheet"].name, answer["sheets"]) == ("Données", ["Données", "Essai"])
        assert "Intitulés pris à la ligne 1 de la feuille « Données »." in page.content.decode()

        page, answer = ask_page(two, "fr", sheet="Essai"), ask_api(two, "fr", sheet="Essai").json()
        assert page.context["plan"].measurements[0].count == 99
        assert (answer["sheet"], answer["heading"]) == ("Essai", 3)

        page = ask_page(two, "fr", heading="2")
        assert {wrong.line for wrong in page.context["plan"].errors} == {2}

    def test_a_sheet_or_a_row_that_is_not_there_is_refused_at_its_field(
        self, ask_page, ask_api, two
    ):
        assert "sheet" in ask_page(two, "fr", sheet="Autre").context["form"].errors
        assert "heading" in ask_page(two, "fr", heading="40").context["form"].errors
        assert set(ask_api(two, "fr", sheet="Autre").json()["errors"]) == {"sheet"}
        assert set(ask_api(two, "fr", heading=40).json()["errors"]) == {"heading"}

    def test_what_was_chosen_is_written(self, ask_page, client, engagement, two):
        page = ask_page(two, "fr", sheet="Essai", heading="3")
        form = page.context["form"]

        sent = {
            "text": form.data["text"],
            "heading": form.data["heading"],
            "sheet": "Essai",
            "write": "1",
        }
        written = client.post(reverse("impact:measurement-import", args=[engagement.pk]), sent)

        assert written.status_code == 302
        assert list(
            engagement.metrics.values_list("measurements__count", flat=True).order_by(
                "measurements__count"
            )
        )

    def test_neither_text_nor_file_is_refused(self, ask_api):
        assert ask_api(b"", "fr", file=None).status_code == 400
        assert ask_api(b"x", "fr", text="x").status_code == 400
        assert ask_api(b"", "fr", file="no base").status_code == 400
