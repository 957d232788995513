"""Workbooks made to do harm, read in a process of their own."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

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


class TestWorkbooks:
    def test_a_formula_comes_as_the_value_that_was_kept_with_it(self):
        content = BytesIO()
        with xlsxwriter.Workbook(content) as book:
            book.add_worksheet().write_formula(0, 0, '=HYPERLINK("http://x.example")', None, 7)

        assert text_of_file(upload(content.getvalue())).strip() == "7"

    def test_a_row_with_nothing_but_a_space_is_no_row(self):
        assert rows_of_text(
            text_of_file(upload(workbook(["a", "b"], *([[" ", " "]] * (MAX_ROWS + 5)))))
        ) == [["a", "b"]]

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        bomb = packed(xl__workbook="<workbook/>", xl__worksheets__sheet1="0" * 60_000_000)

        assert len(bomb) < MAX_BYTES
        with pytest.raises(Refused):
            text_of_file(upload(bomb))

    def test_a_part_that_lies_about_its_size_is_refused(self):
        content = bytearray(
            packed(xl__workbook="<workbook/>", xl__worksheets__sheet1="0" * 1_000_000)
        )
        size = (1_000_000).to_bytes(4, "little")
        for place in (content.find(size), content.rfind(size)):
            content[place : place + 4] = (10).to_bytes(4, "little")

        with pytest.raises(Refused):
            text_of_file(upload(bytes(content)))

    def test_a_cell_at_the_end_of_the_world_is_refused(self):
        content = BytesIO()
        with xlsxwriter.Workbook(content) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "a")
            sheet.write(1_048_575, 16_383, "b")

        with pytest.raises(Refused):
            text_of_file(upload(content.getvalue()))

    def test_too_many_rows_are_refused(self):
        with pytest.raises(Refused):
            text_of_file(upload(workbook(*([["a"]] * (MAX_ROWS + 2)))))
