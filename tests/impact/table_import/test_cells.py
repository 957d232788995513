"""Cells of a table, one by one: a value, or the reason why it is none."""

from datetime import date
from decimal import Decimal

import pytest

from impact.models import Grade, Population
from impact.table_import import cells


@pytest.mark.parametrize("read", [cells.read_whole, cells.read_number()])
def test_an_empty_number_is_not_known_and_no_zero(read):
    assert (read(""), read("0")) == (None, 0)


@pytest.mark.parametrize("cell", ["-1", "1,5", "many"])
def test_a_count_is_whole_and_zero_at_least(cell):
    with pytest.raises(ValueError, match=f"“{cell}” is no whole number"):
        cells.read_whole(cell)


def test_a_number_has_a_comma_or_a_point():
    read = cells.read_number()

    assert read("12,5") == read("12.5") == Decimal("12.5")
    with pytest.raises(ValueError, match="“a dozen” is no number"):
        read("a dozen")


def test_of_a_cell_that_is_refused_the_beginning_is_told():
    with pytest.raises(ValueError, match=r"“x{40}” is no whole number"):
        cells.read_whole("x" * 500)


def test_a_month_begins_on_its_first_day_and_ends_on_its_last():
    assert cells.read_first_day("02/2024") == date(2024, 2, 1)
    assert cells.read_last_day("02/2024") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("cell", "is_taken"),
    [("31/12/1999", False), ("01/01/2000", True), ("31/12/2099", True), ("01/01/2100", False)],
)
def test_a_day_is_one_of_this_century(cell, is_taken):
    if is_taken:
        assert cells.read_first_day(cell) == cells.read_last_day(cell)
        return
    for read in (cells.read_first_day, cells.read_last_day):
        with pytest.raises(ValueError, match="between 2000 and 2099"):
            read(cell)


def test_no_day_is_made_up():
    with pytest.raises(ValueError, match="this cell is empty"):
        cells.read_first_day("")


def test_a_text_is_so_long_at_most():
    read = cells.read_text(5)

    assert read("a\nbcd") == "a\nbcd"
    with pytest.raises(ValueError, match="Longer than 5 characters"):
        read("abcdef")


def test_a_line_refuses_the_rows_that_a_forgotten_quote_swallows():
    read = cells.read_line(5)

    assert read("abcde") == "abcde"
    with pytest.raises(ValueError, match="is a quote missing"):
        read("a\nb")
    with pytest.raises(ValueError, match="Longer than 5 characters"):
        read("abcdef")


@pytest.mark.parametrize("cell", ["counted", "compté", "Comptée", "COMPTE"])
def test_a_choice_is_read_in_either_language_with_or_without_accents(cell):
    assert cells.read_choice(Grade, Grade.DECLARED)(cell) == Grade.COUNTED


def test_an_empty_choice_is_the_usual_one():
    assert cells.read_choice(Population, Population.ALL)("") == Population.ALL


def test_a_choice_that_is_none_is_told_what_there_is():
    with pytest.raises(ValueError, match="“sworn” is none of: ") as refused:
        cells.read_choice(Grade, Grade.DECLARED)("sworn")

    assert all(str(grade.label) in str(refused.value) for grade in Grade)


def test_a_word_of_another_list_is_no_choice_of_this_one():
    with pytest.raises(ValueError, match="“tous” is none of"):
        cells.read_choice(Grade, Grade.DECLARED)("tous")
