"""Tables as spreadsheets: what a person typed is text, whatever it looks like."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from crm.files.spreadsheets import workbook


def read_back(content, sheet=0):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("typed", ["=1+1", "=cmd|' /C calc'!A0", "+33", "0042", "1e5"])
def test_what_a_person_typed_stays_text(typed):
    _header, row = read_back(workbook([("A", ["Name"], [[typed]])]))

    assert row == [typed]


def test_numbers_stay_numbers_days_stay_days_and_nothing_stays_empty():
    _header, row = read_back(
        workbook([("A", ["n", "day", "none", "last"], [[1.5, date(2026, 3, 1), None, "x"]])])
    )

    assert row == [1.5, date(2026, 3, 1), "", "x"]


def test_a_long_title_is_cut_to_what_a_sheet_may_be_called():
    content = workbook([("A title that is longer than thirty-one letters", ["a"], [])])

    names = CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names
    assert names == ["A title that is longer than thi"]
