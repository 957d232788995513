"""Groups as people write them, one a line."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from impact.models import Breakdown
from impact.table_import.groups import groups_of_text, text_of_groups


class TestText:
    def test_reads_lines_in_either_language(self):
        text = "Genre ; Femmes / Women ; 120\n\nage\t18–25 ans\t1 030\tt"
        with (
            translation.override("en"),
            pytest.raises(ValidationError, match="Line 3: “t” is no whole number"),
        ):
            groups_of_text(text)
        groups = groups_of_text("genre ; Femmes / Women ; 12 ; 20\nGender;Men;5;30")

        assert [tuple(facts.values()) for facts in groups] == [
            ("gender", "Femmes", "Women", 12, 20),
            ("gender", "Men", "", 5, 30),
        ]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("Femmes ; 12", "write the criterion, the group and the count"),
            ("Taille ; Grandes ; 12", "“Taille” is none of: age, gender, territory"),
            ("genre ; Femmes ; -3", "“-3” is no whole number"),
            ("genre ; Femmes ; N/A", "“N/A” is no whole number"),
            ("genre ; Femmes ; 1,234", "can be read in two ways"),
            (f"genre ; {'F' * 81} ; 12", "Longer than 80 characters"),
        ],
    )
    def test_says_which_line_is_wrong_and_why(self, line, reason):
        with translation.override("en"), pytest.raises(ValidationError) as wrong:
            groups_of_text(line)

        assert reason in wrong.value.messages[0]
        assert wrong.value.messages[0].startswith("Line 1: ")

    @given(
        st.lists(st.tuples(st.sampled_from(["age", "gender"]), st.integers(0, 10**9)), max_size=20)
    )
    def test_what_is_shown_is_read_back(self, rows):
        groups = [
            Breakdown(dimension=dimension, label_fr=f"G{place}", label_en="", count=count)
            for place, (dimension, count) in enumerate(rows)
        ]
        for language in ("fr", "en"):
            with translation.override(language):
                back = groups_of_text(text_of_groups(groups))
            assert [(facts["dimension"], facts["count"]) for facts in back] == rows
