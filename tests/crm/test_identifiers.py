"""SIREN, SIRET and RNA: published numbers, the exception that La Poste is, and every slip of one digit."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.identifiers import compact, compact_rna, validate_rna, validate_siren, validate_siret

SIRENS = ["732829320", "130025265", "200034528", "356000000"]
SIRETS = ["20003452800014", "35600000000048"]
POSTE_BY_FIVE = "35600000009075"


def luhn_digit(digits):
    """The digit that completes them, computed here and not by the library under test."""
    doubled = [int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits))]
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def with_other_digit(number, place, shift):
    return number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]


def is_refused(validate, number):
    try:
        validate(number)
    except ValidationError:
        return True
    return False


class TestSiren:
    @pytest.mark.parametrize("number", SIRENS)
    def test_published_numbers_are_accepted(self, number):
        assert not is_refused(validate_siren, number)

    @pytest.mark.parametrize(
        "number", ["200034582", "73282932", "7328293200", "73282932A", "", "７３２８２９３２０"]
    )
    def test_others_are_refused_in_words(self, number):
        with pytest.raises(ValidationError, match="9"):
            validate_siren(number)

    @given(st.text("0123456789", min_size=8, max_size=8))
    def test_exactly_one_last_digit_fits(self, digits):
        fitting = [last for last in "0123456789" if not is_refused(validate_siren, digits + last)]

        assert fitting == [luhn_digit(digits)]

    @given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 8), st.integers(1, 9))
    def test_a_changed_digit_is_refused(self, digits, place, shift):
        number = digits + luhn_digit(digits)

        assert is_refused(validate_siren, with_other_digit(number, place, shift))


class TestSiret:
    @pytest.mark.parametrize("number", SIRETS)
    def test_published_numbers_are_accepted(self, number):
        assert not is_refused(validate_siret, number)

    @pytest.mark.parametrize(
        "number",
        [
            "20003452800041",
            "2000345280001",
            "200034528000140",
            "2000345280001A",
            "",
            "２０００３４５２８０００１４",
        ],
    )
    def test_others_are_refused_in_words(self, number):
        with pytest.raises(ValidationError, match="14"):
            validate_siret(number)

    def test_one_whose_siren_is_wrong_is_refused_although_its_own_check_fits(self):
        thirteen = "2000345820000"

        assert is_refused(validate_siret, thirteen + luhn_digit(thirteen))

    @given(
        st.sampled_from(SIRENS[:3]),
        st.text("0123456789", min_size=4, max_size=4),
        st.integers(0, 13),
        st.integers(1, 9),
    )
    def test_a_changed_digit_is_refused(self, siren, office, place, shift):
        number = siren + office + luhn_digit(siren + office)

        assert not is_refused(validate_siret, number)
        assert is_refused(validate_siret, with_other_digit(number, place, shift))


class TestLaPoste:
    """Its offices outnumber what Luhn's key has room for: their digits add up to a multiple of five instead."""

    def test_an_office_by_its_sum_of_digits_is_accepted(self):
        assert not is_refused(validate_siret, POSTE_BY_FIVE)

    def test_nobody_else_has_the_exception(self):
        number = "20003452800010"

        assert sum(map(int, number)) % 5 == 0
        assert is_refused(validate_siret, number)

    @given(st.integers(9, 13), st.sampled_from([1, 2, 3, 4, 6, 7, 8, 9]))
    def test_a_digit_that_changes_the_sum_is_refused(self, place, shift):
        number = with_other_digit(POSTE_BY_FIVE, place, shift)
        assume(luhn_digit(number[:13]) != number[13])

        assert is_refused(validate_siret, number)


class TestRna:
    @pytest.mark.parametrize("number", ["W123456789", "W2A1234567", "W9R1234567"])
    def test_mainland_corsican_and_overseas_numbers_are_accepted(self, number):
        assert not is_refused(validate_rna, number)

    @pytest.mark.parametrize(
        "number",
        [
            "",
            "W12345678",
            "W1234567890",
            "123456789",
            "w123456789",
            "WA23456789",
            "W12345678A",
            "W123456789\n",
            "W１２３４５６７８９",
        ],
    )
    def test_others_are_refused_in_words(self, number):
        with pytest.raises(ValidationError, match="W123456789"):
            validate_rna(number)

    @given(
        st.from_regex(r"W[0-9][0-9A-Z][0-9]{7}", fullmatch=True),
        st.integers(0, 9),
        st.sampled_from("é-. _"),
    )
    def test_a_sign_that_is_neither_letter_nor_digit_is_refused(self, number, place, sign):
        assert not is_refused(validate_rna, number)
        assert is_refused(validate_rna, number[:place] + sign + number[place + 1 :])


class TestLocalRegister:
    """Associations of Alsace and Moselle are in no RNA: a court enters them by volume and folio."""

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("Strasbourg, volume 92, folio 145", "STRASBOURG VOLUME 92 FOLIO 145"),
            ("Volume 45 Folio 123", "VOLUME 45 FOLIO 123"),
            ("vol. 45 fol. 123", "VOLUME 45 FOLIO 123"),
            ("Vol 045, folio n° 7 - tribunal judiciaire de Saverne", "SAVERNE VOLUME 45 FOLIO 7"),
            ("Tribunal d’instance de Metz volume 130 folio 1", "METZ VOLUME 130 FOLIO 1"),
            ("Sarreguemines VOLUME 3 FOLIO 12", "SARREGUEMINES VOLUME 3 FOLIO 12"),
        ],
    )
    def test_an_entry_is_stored_one_way_and_accepted(self, typed, stored):
        assert compact_rna(typed) == stored
        assert not is_refused(validate_rna, stored)
        assert compact_rna(stored) == stored

    @pytest.mark.parametrize(
        "typed", ["volume 12", "folio 12", "volume XII folio 3", "Strasbourg", "12/345"]
    )
    def test_half_an_entry_is_refused(self, typed):
        assert is_refused(validate_rna, compact_rna(typed))


class TestCompact:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("732 829 320", "732829320"),
            ("732\u00a0829\u202f320", "732829320"),
            ("200.034.528-00014", "20003452800014"),
            (" w2a1234567 ", "W2A1234567"),
            ("７３２ ８２９ ３２０", "732829320"),
            ("", ""),
            (None, ""),
        ],
    )
    def test_spaces_dots_and_dashes_are_how_people_write_it(self, typed, stored):
        assert compact(typed) == stored
