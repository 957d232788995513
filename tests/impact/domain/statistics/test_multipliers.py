"""What was observed against its baseline, with all that must stand beside it, or why there is no figure."""

from dataclasses import replace
from decimal import Decimal

import pytest

from impact.domain.statistics import (
    CAUTIONS,
    REFUSALS,
    ComparisonSide,
    Multiplier,
    NoFigure,
    StatisticsError,
    multiplier,
    rate_ratio,
)


def near(value, digits=6):
    """Equal to that many significant digits, as the tables print them."""
    return pytest.approx(value, rel=0.5 * 10 ** (1 - digits), abs=0)


def refused(code):
    return pytest.raises(StatisticsError, check=lambda refusal: refusal.code == code)


def per_time(count, exposure, population="all"):
    return ComparisonSide("per-time", population, count=count, exposure=exposure)


def per_person(numerator, denominator, population="all"):
    return ComparisonSide("per-person", population, numerator=numerator, denominator=denominator)


def volume(count, exposure, population="all"):
    return ComparisonSide("volume", population, count=count, exposure=exposure)


def cost(money, results, population="all"):
    return ComparisonSide("cost", population, numerator=money, denominator=results)


class TestMultiplier:
    def test_per_time_is_the_rate_ratio_with_all_that_must_stand_beside_it(self):
        now, before = per_time(200, 18.6), per_time(10, 15.4)

        result = multiplier(now, before)

        assert isinstance(result, Multiplier)
        assert (result.kind, result.observed, result.baseline) == ("per-time", now, before)
        assert (result.ratio, result.low, result.high) == (
            near(16.559140),
            near(8.818789),
            near(35.063649),
        )
        assert (result.method, result.direction, result.cautions) == ("exact", "higher", ())

    def test_per_person_compares_shares_and_says_undecided_when_they_may_be_equal(self):
        result = multiplier(per_person(45, 80), per_person(11, 15))

        assert (round(result.ratio, 2), result.method, result.direction) == (
            0.77,
            "koopman-score",
            "undecided",
        )
        assert round(result.shares.p_value, 2) == 0.26

    @pytest.mark.parametrize(
        ("low", "high", "direction"),
        [
            (1.0, 3.0, "undecided"),  # an interval holds its ends
            (1.01, 3.0, "higher"),
            (0.3, 1.0, "undecided"),
            (0.3, 0.99, "lower"),
        ],
    )
    def test_the_direction_is_told_where_the_interval_leaves_out_1(self, low, high, direction):
        result = multiplier(per_time(200, 18.6), per_time(10, 15.4))

        assert replace(result, low=low, high=high).direction == direction

    @pytest.mark.parametrize("make", [per_time, volume, per_person])
    def test_both_sides_stand_beside_it_at_the_confidence_asked_for(self, make):
        now, before = make(20, 40), make(10, 40)

        found, wider = (
            multiplier(now, before, confidence=confidence) for confidence in (0.8, 0.99)
        )

        assert (found.observed, found.baseline, found.confidence, wider.confidence) == (
            now,
            before,
            0.8,
            0.99,
        )
        assert wider.low < found.low < found.high < wider.high

    def test_a_volume_compares_counts_and_warns_of_unequal_windows(self):
        result = multiplier(volume(200, 18.6), volume(10, 15.4), method="mid-p")

        assert (result.ratio, result.method, result.cautions) == (20, "mid-p", ("windows-differ",))
        assert set(result.cautions) <= set(CAUTIONS)
        assert multiplier(volume(200, 12), volume(10, 12.1)).cautions == ()

    def test_a_cost_per_result_below_one_is_cheaper(self):
        result = multiplier(cost(Decimal("20000"), 200), cost(Decimal("10000"), 10))

        assert result.ratio == pytest.approx(0.1)
        assert (result.low, result.high) == pytest.approx(
            (lambda rates: (1 / rates.high, 1 / rates.low))(rate_ratio(200, 20000, 10, 10000))
        )
        assert result.direction == "lower"

    def test_a_result_of_zero_is_a_figure(self):
        result = multiplier(per_time(0, 1), per_time(5, 1))

        assert (result.ratio, result.low, result.high) == (0, 0, near(1.091279))

    @pytest.mark.parametrize(
        ("now", "before", "code"),
        [
            (per_time(5, 1), per_time(0, 1), "baseline-zero"),
            (volume(5, 1), volume(0, 1), "baseline-zero"),
            (per_person(5, 9), per_person(0, 9), "baseline-zero"),
            (cost(100, 5), cost(100, 0), "baseline-zero"),
            (cost(100, 0), cost(100, 5), "no-result"),
            (cost(None, 5), cost(100, 5), "cost-unknown"),
            (cost(100, 5), cost(0, 5), "cost-unknown"),
            (per_time(0, 1), per_time(0, 1), "no-events"),
            (per_time(5, 1), volume(5, 1), "kinds-differ"),
            (per_time(5, 1), per_time(5, 1, "completers"), "populations-differ"),
            (per_time(5, 1, ""), per_time(5, 1, ""), "population-unknown"),
            (per_time(5, None), per_time(5, 1), "exposure-unknown"),
            (per_time(5, 1), per_time(5, None), "exposure-unknown"),
            (volume(5, 1), volume(5, None), "exposure-unknown"),
            (per_person(5, 9), per_person(5, None), "exposure-unknown"),
            (per_time(None, 1), per_time(5, 1), "count-unknown"),
            (per_person(None, 9), per_person(5, 9), "count-unknown"),
            (per_person(21, 20), per_person(5, 9), "more-than-total"),
            (per_person(5, 9), per_person(0, 0), "total-zero"),
            (per_time(-5, 1), per_time(5, 1), "count-negative"),
            (ComparisonSide("vibes", "all"), ComparisonSide("vibes", "all"), "kind-unknown"),
            (ComparisonSide("vibes", "all"), per_time(5, 1), "kind-unknown"),
            (per_time(5, 1), ComparisonSide("vibes", "all"), "kind-unknown"),
        ],
    )
    def test_no_single_figure_is_given_where_none_is_honest(self, now, before, code):
        result = multiplier(now, before)

        assert isinstance(result, NoFigure)
        assert (result.code, result.sentence) == (code, REFUSALS[code])

    def test_a_zero_baseline_still_says_at_least(self):
        assert multiplier(per_time(5, 1), per_time(0, 1)).at_least == near(0.916356)

    def test_a_wrong_question_is_an_error_and_not_an_absent_figure(self):
        with refused("confidence-not-between"):
            multiplier(per_time(5, 1), per_time(5, 1), confidence=95)
        with refused("method-unknown"):
            multiplier(per_time(5, 1), per_time(5, 1), method="wald")
