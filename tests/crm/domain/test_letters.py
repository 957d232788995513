"""Letters that papers can print."""

import pytest

from crm.domain import letters


@pytest.mark.parametrize(
    ("name", "is_printable"),
    [("李小龍", False), ("สมชาย", False), ("علي", True), ("Олена", True), ("Zoë", True)],
)
def test_a_name_is_asked_for_in_latin_letters_where_papers_cannot_print_it(name, is_printable):
    assert letters.is_printable(name) == is_printable
