"""Refusals: sentences with the field that they are about, in the reader's numbers and days."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import ngettext

from crm.domain.refusals import (
    Asked,
    ChangedSinceRead,
    Refused,
    Stale,
    Twins,
    WrittenInt,
    by_field,
    in_words,
)


class TestByField:
    def test_a_sentence_about_no_field_stands_apart(self):
        assert by_field(Refused("No.")) == {"non_field_errors": ["No."]}
        assert by_field(ValidationError({"__all__": "No."})) == {"non_field_errors": ["No."]}

    def test_each_field_has_all_of_its_sentences(self):
        assert by_field(Refused({"day": ["Too early.", "A Sunday."], "why": "Say why."})) == {
            "day": ["Too early.", "A Sunday."],
            "why": ["Say why."],
        }


class TestInWords:
    @pytest.mark.parametrize(
        ("value", "french"),
        [
            (12345, "12\u202f345"),
            (Decimal("1234.5"), "1\u202f234,5"),
            (date(2026, 3, 1), "1er mars 2026"),
            ("12345", "12345"),
        ],
    )
    def test_values_are_written_as_the_reader_writes_them(self, value, french):
        error = ValidationError("At most %(most)s.", params={"most": value})

        with translation.override("fr"):
            in_words(error)
            assert error.messages[0].replace("\xa0", " ") == f"At most {french}."

    def test_values_of_fields_are_too(self):
        error = ValidationError({"a": ValidationError("%(most)s", params={"most": 12345})})

        with translation.override("en"):
            assert in_words(error).message_dict == {"a": ["12,345"]}

    def test_a_written_number_still_chooses_the_plural(self):
        assert [
            ngettext("%(n)s day", "%(n)s days", n) % {"n": n} for n in map(WrittenInt, (1, 2000))
        ] == ["1 day", "2,000 days"]


class TestKinds:
    def test_what_is_asked_stands_at_its_box_or_at_the_field_that_raised_it(self):
        assert by_field(Asked("anyway", ["Under way: one."])) == {"anyway": ["Under way: one."]}
        twins = Twins("name", "There is one.", [("Emmaüs", "/organisations/1/")])
        assert (twins.box, by_field(twins)) == ("is_another", {"name": ["There is one."]})

    def test_stale_says_that_what_was_typed_is_kept_where_something_was_typed(self):
        assert "Nothing of yours is lost" in Stale(None).messages[0]
        button = Stale(None, "It was ended.")
        assert (button.messages, button.is_of_text) == (["It was ended."], False)
        assert Stale(None).is_of_text

    def test_what_changed_since_it_was_read_is_told_line_by_line(self):
        refused = ChangedSinceRead(None, ["Days: 2 → 3"])

        assert refused.messages[1:] == ["Days: 2 → 3"]
        assert "changed since you read it" in refused.messages[0]
        assert refused.is_of_text is False
