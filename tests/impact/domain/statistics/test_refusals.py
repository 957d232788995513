"""Questions that have no answer are refused, each by its code and in a sentence."""

from decimal import Decimal
from math import inf, nan

import pytest

from impact.domain.statistics import (
    CAUTIONS,
    REFUSALS,
    StatisticsError,
    rate_ratio,
    share,
    share_ratio,
)


def refused(code):
    return pytest.raises(StatisticsError, check=lambda refusal: refusal.code == code)


BAD_RATES = [
    ((-1, 1, 5, 1), "count-negative"),
    ((5, 1, -5, 1), "count-negative"),
    ((2.5, 1, 5, 1), "count-not-whole"),
    ((5, 1, Decimal("2.5"), 1), "count-not-whole"),
    ((nan, 1, 5, 1), "count-not-whole"),
    ((inf, 1, 5, 1), "count-not-whole"),
    ((Decimal("sNaN"), 1, 5, 1), "count-not-whole"),
    (("5", 1, 5, 1), "count-not-whole"),
    ((True, 1, 5, 1), "count-not-whole"),
    ((None, 1, 5, 1), "count-unknown"),
    ((10**9 + 1, 1, 5, 1), "count-absurd"),
    ((10**400, 1, 5, 1), "count-absurd"),
    ((5, None, 5, 1), "exposure-unknown"),
    ((5, 1, 5, None), "exposure-unknown"),
    ((5, 0, 5, 1), "exposure-not-positive"),
    ((5, 1, 5, -1), "exposure-not-positive"),
    ((5, nan, 5, 1), "exposure-not-positive"),
    ((5, 1, 5, inf), "exposure-not-positive"),
    ((5, "12", 5, 1), "exposure-not-positive"),
    ((5, True, 5, 1), "exposure-not-positive"),
    ((5, 10**400, 5, 1), "exposure-not-positive"),
    ((5, 1e-300, 5, 1), "exposure-absurd"),
    ((5, 1, 5, 1e13), "exposure-absurd"),
    ((0, 1, 0, 1), "no-events"),
]


class TestRefusals:
    @pytest.mark.parametrize("time", [1e-12, 1e12])
    def test_the_shortest_and_the_longest_exposure_are_taken(self, time):
        assert rate_ratio(5, time, 5, time).ratio == 1

    @pytest.mark.parametrize(("figures", "code"), BAD_RATES)
    def test_a_rate_ratio_of_nonsense_is_refused(self, figures, code):
        with refused(code):
            rate_ratio(*figures)

    @pytest.mark.parametrize("confidence", [0, 1, -0.1, 95, nan, inf, "0.95", None, True])
    def test_a_confidence_outside_0_and_1_is_refused(self, confidence):
        for ask in (
            lambda: rate_ratio(5, 1, 5, 1, confidence=confidence),
            lambda: share(1, 2, confidence=confidence),
            lambda: share_ratio(1, 2, 1, 2, confidence=confidence),
        ):
            with refused("confidence-not-between"):
                ask()

    def test_an_unknown_method_is_refused(self):
        with refused("method-unknown"):
            rate_ratio(5, 1, 5, 1, method="wald")

    @pytest.mark.parametrize(
        ("k", "n", "code"),
        [
            (21, 20, "more-than-total"),
            (0, 0, "total-zero"),
            (-1, 5, "count-negative"),
            (1, 2.5, "count-not-whole"),
        ],
    )
    def test_a_share_of_105_per_cent_or_of_nobody_is_refused(self, k, n, code):
        with refused(code):
            share(k, n)
        with refused(code):
            share_ratio(1, 2, k, n)

    def test_two_shares_of_nothing_have_no_ratio(self):
        with refused("no-events"):
            share_ratio(0, 5, 0, 8)

    def test_a_wrong_count_is_refused_also_after_its_equal_was_answered(self):
        """The memory takes 1, 1.0 and True for the same key; the checks come before it."""
        rate_ratio(1, 1, 1, 1)

        with refused("count-not-whole"):
            rate_ratio(True, 1, 1, 1)

    def test_whole_numbers_as_databases_have_them_are_taken(self):
        assert rate_ratio(Decimal("200.00"), Decimal("18.6"), 10.0, 15.4) == rate_ratio(
            200, 18.6, 10, 15.4
        )

    def test_a_refusal_carries_its_code_and_reads_as_its_sentence(self):
        with pytest.raises(ValueError, match="A count cannot be negative") as caught:
            share(-1, 5)

        assert caught.value.args == ("count-negative",)
        assert str(caught.value) == caught.value.sentence == REFUSALS["count-negative"]

    def test_every_sentence_is_one(self):
        for sentence in [*REFUSALS.values(), *CAUTIONS.values()]:
            assert sentence[0].isupper()
            assert sentence.endswith(".")
