"""Tables that people bring: pasted, CSV or XLSX, also those made to do harm."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from crm.domain.refusals import Refused
from crm.files.uploaded_tables import MAX_BYTES, MAX_ROWS, rows_of_text, text_of_file


def upload(content, name="table.xlsx"):
    return SimpleUploadedFile(name, content)


def workbook(*rows):
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def packed(**parts):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return content.getvalue()


class TestText:
    @pytest.mark.parametrize("separator", ["\t", ";", ","])
    def test_finds_the_separator_by_its_first_line(self, separator):
        assert rows_of_text(f"a{separator}b\r\n1{separator}2 \n") == [["a", "b"], ["1", "2"]]

    def test_emptied_rows_and_columns_do_not_count(self):
        rows = rows_of_text("a;b" + ";" * 60 + "\n1;2" + ("\n" + ";" * 60) * (MAX_ROWS + 5))

        assert [[cell for cell in row if cell] for row in rows if any(row)] == [
            ["a", "b"],
            ["1", "2"],
        ]

    def test_a_decimal_comma_survives_between_semicolons(self):
        assert rows_of_text("du;au;mois\n2026;2026;1,5")[1] == ["2026", "2026", "1,5"]

    def test_a_quoted_cell_may_hold_lines_and_separators(self):
        assert rows_of_text('a\tb\n"x\ty\nz"\t1')[1] == ["x\ty\nz", "1"]

    @pytest.mark.parametrize(
        "text",
        ["\n" * 30_000 + "a", "a\n" * (MAX_ROWS + 2), "a\t" * 41, 'a\tb\n"' + "x" * 140_000],
        ids=["blank rows", "rows", "columns", "a cell without end"],
    )
    def test_what_is_too_long_is_refused(self, text):
        with pytest.raises(Refused):
            rows_of_text(text)


class TestFiles:
    def test_a_workbook_reads_as_one_would_have_pasted_it(self):
        content = workbook(
            ["du", "nombre", "mois"], [date(2026, 3, 1), 12, 1.5], [date(2026, 4, 1), "N/A", None]
        )

        assert rows_of_text(text_of_file(upload(content))) == [
            ["du", "nombre", "mois"],
            ["2026-03-01", "12", "1.5"],
            ["2026-04-01", "N/A", ""],
        ]

    @pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_letters_of_old_excel_too(self, coding):
        assert text_of_file(upload("Métier;Œuvre".encode(coding), "t.csv")) == "Métier;Œuvre"

    @pytest.mark.parametrize(
        "content",
        [
            b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
            b"{\\rtf1 Enqu\xeate}",
            b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>",
            b"\r\n<!DOCTYPE html><table><tr><td>du</td></tr></table>",
            b"<TABLE><tr><td>du</td></tr></TABLE>",
            b"\x1f\x8b\x08",
            b"PK\x03\x04 and no more",
            b"\x00\x01\x02\x03",
            packed(other="<a/>"),
            packed(xl__workbook="<workbook/>"),
        ],
        ids=[
            "PDF",
            "RTF",
            "XML of Excel 2003",
            "a page",
            "a table of a page",
            "packed",
            "cut off",
            "not a table",
            "another archive",
            "no sheet",
        ],
    )
    def test_what_is_no_table_is_refused(self, content):
        with pytest.raises(Refused) as refused:
            text_of_file(upload(content))
        assert "XLSX" in refused.value.message_dict["file"][0]
        assert "CSV" in refused.value.message_dict["file"][0]

    def test_an_old_workbook_or_one_with_a_password_says_so(self):
        with translation.override("en"), pytest.raises(Refused) as refused:
            text_of_file(upload(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "table.xls"))
        assert "password" in refused.value.message_dict["file"][0]

    def test_too_large_a_file_is_refused(self):
        with pytest.raises(Refused):
            text_of_file(upload(b"a;b\n" * (MAX_BYTES // 4 + 1), "t.csv"))
