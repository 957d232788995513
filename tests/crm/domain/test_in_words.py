"""Amounts spelled out as a French and an English reader would write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.in_words import english, euros_in_words, french


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (1, "un"),
        (17, "dix-sept"),
        (21, "vingt et un"),
        (61, "soixante et un"),
        (71, "soixante et onze"),
        (77, "soixante-dix-sept"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (280, "deux cent quatre-vingts"),
        (1_000, "mille"),
        (1_001, "mille un"),
        (4_648, "quatre mille six cent quarante-huit"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (1_000_000, "un million"),
        (80_000_000, "quatre-vingts millions"),
        (200_000_300, "deux cents millions trois cents"),
        (1_000_000_000, "un milliard"),
    ],
)
def test_french_numbers(number, words):
    assert french(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (21, "twenty-one"),
        (80, "eighty"),
        (101, "one hundred and one"),
        (4_648, "four thousand six hundred and forty-eight"),
        (1_000_007, "one million and seven"),
        (200_000, "two hundred thousand"),
    ],
)
def test_english_numbers(number, words):
    assert english(number) == words


@pytest.mark.parametrize(
    ("amount", "language", "words"),
    [
        ("4648.39", "fr", "quatre mille six cent quarante-huit euros et trente-neuf centimes"),
        ("0.01", "fr", "zéro euro et un centime"),
        ("1", "fr", "un euro"),
        ("2000000", "fr", "deux millions d’euros"),
        ("2000001", "fr", "deux millions un euros"),
        ("4648.39", "en", "four thousand six hundred and forty-eight euros and thirty-nine cents"),
        ("1.01", "en", "one euro and one cent"),
    ],
)
def test_euros(amount, language, words):
    assert euros_in_words(Decimal(amount), language) == words


@given(one=st.integers(0, 10**12), other=st.integers(0, 10**12))
def test_two_numbers_never_read_the_same(one, other):
    assert (french(one) == french(other)) == (one == other)
    assert (english(one) == english(other)) == (one == other)
