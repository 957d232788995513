"""Words in the form in which they are compared, and what one slip makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.text import is_one_slip_away, normalise, words_of
from tests.crm.written_numbers import WRITTEN_NUMBERS


class TestNumbers:
    @pytest.mark.parametrize("written", WRITTEN_NUMBERS)
    def test_one_number_is_one_word_however_it_is_written(self, written):
        assert "0612345678" in words_of(f"Standard {written}")

    @pytest.mark.parametrize("written", ["+32 470 12 34 56", "0032470123456", "+32(470)123456"])
    def test_one_of_another_country_too(self, written):
        assert words_of(written) == ["32470123456"]

    @pytest.mark.parametrize("written", ["552 100 554", "552 100 554 00013", "75010", "06 12 34"])
    def test_other_digits_are_left_as_they_are(self, written):
        assert words_of(written) == written.split()


letters = st.text("abcdé", min_size=4, max_size=12)


@given(st.text(max_size=40))
def test_normal_form_is_its_own_normal_form(text):
    assert normalise(normalise(text)) == normalise(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)


@given(st.text("+0139 ().-/x", max_size=24))
def test_words_of_numbers_are_their_own_words(text):
    assert words_of(" ".join(words_of(text))) == words_of(text)


@given(letters, st.data())
def test_a_slip_is_one_letter_changed_added_left_out_or_swapped(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for slip in (
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + "x" + word[at + 1 :],
        swapped,
    ):
        assert is_one_slip_away(word, slip)
        assert is_one_slip_away(slip, word)
    assert not is_one_slip_away(word, word + "xy")
    assert not is_one_slip_away("xy" + word[2:], word)


@given(letters, st.data())
def test_a_third_of_the_word_is_whole_after_one_slip(word, data):
    from crm.domain.text import thirds_of

    at = data.draw(st.integers(0, len(word) - 1))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for slip in (
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + "x" + word[at + 1 :],
        swapped,
    ):
        assert any(part in slip for part in thirds_of(word))
