"""What those who did not answer leave open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact.domain.statistics import StatisticsError, silence


@st.composite
def answers(draw):
    """(yes, total, answered, asked), each within the next."""
    asked = draw(st.integers(1, 10**6))
    answered = draw(st.integers(0, asked))
    total = draw(st.integers(0, answered))
    return draw(st.integers(0, total)), total, answered, asked


class TestSilence:
    def test_forty_of_eighty(self):
        survey = silence(40, 80, yes=30, total=40)

        assert (
            survey.answer_rate,
            survey.low,
            survey.high,
            survey.is_large,
        ) == (
            0.5,
            0.375,
            0.875,
            True,
        )

    @pytest.mark.parametrize(("answered", "is_large"), [(59, True), (60, False), (61, False)])
    def test_is_large_below_sixty_in_a_hundred(self, answered, is_large):
        assert silence(answered, 100).is_large is is_large

    @pytest.mark.parametrize("part", [{}, {"yes": 30}, {"total": 40}])
    def test_where_no_share_was_asked_only_the_rate_is_known(self, part):
        survey = silence(40, 80, **part)

        assert (survey.answer_rate, survey.low, survey.high) == (0.5, None, None)

    def test_all_answered_leaves_nothing_open(self):
        survey = silence(80, 80, yes=30, total=80)

        assert (survey.low, survey.high, survey.is_large) == (0.375, 0.375, False)

    @given(answers())
    def test_the_truth_lies_within_whatever_the_silent_think(self, given):
        yes, total, answered, asked = given
        survey = silence(answered, asked, yes=yes, total=total)

        for silent_yes in (0, (asked - total) // 2, asked - total):
            assert survey.low <= (yes + silent_yes) / asked <= survey.high

    @pytest.mark.parametrize(
        "wrong", [(81, 80, None, None), (40, 80, 30, 41), (40, 80, 41, 40), (0, 0, None, None)]
    )
    def test_refuses_what_cannot_be(self, wrong):
        answered, asked, yes, total = wrong
        with pytest.raises(StatisticsError):
            silence(answered, asked, yes=yes, total=total)
