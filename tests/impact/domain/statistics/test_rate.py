"""One rate and its exact interval, against published limits and a second implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from impact.domain.statistics import StatisticsError, rate

# Limits of Garwood for a mean, 95 %, as tables of the Poisson distribution print them.
PRINTED = [
    (0, 0.0, 3.689),
    (1, 0.0253, 5.572),
    (2, 0.242, 7.225),
    (5, 1.623, 11.668),
    (10, 4.795, 18.390),
    (20, 12.217, 30.888),
    (50, 37.111, 65.919),
    (100, 81.364, 121.627),
]


class TestRate:
    @pytest.mark.parametrize(("count", "low", "high"), PRINTED)
    def test_has_the_limits_that_are_printed(self, count, low, high):
        event_rate = rate(count, 1)

        assert (event_rate.low, event_rate.high) == pytest.approx((low, high), abs=6e-4)

    @given(st.integers(0, 200_000), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999]))
    def test_agrees_with_the_quantiles_of_chi_squared(self, count, confidence):
        found, tail = rate(count, 1, confidence=confidence), (1 - confidence) / 2

        assert found.high == pytest.approx(chi2.ppf(1 - tail, 2 * count + 2) / 2, rel=1e-9)
        assert found.low == pytest.approx(chi2.ppf(tail, 2 * count) / 2 if count else 0, rel=1e-9)

    @given(st.floats(0.05, 60))
    def test_holds_the_truth_at_least_as_often_as_it_says(self, mean):
        """Every count by its chance, nothing drawn."""
        held = sum(
            poisson.pmf(k, mean)
            for k in range(int(mean * 4) + 60)
            if rate(k, 1).low <= mean <= rate(k, 1).high
        )

        assert held >= 0.95 - 1e-12

    @given(st.integers(0, 10**6), st.floats(0.01, 10_000))
    def test_is_of_its_exposure(self, count, exposure):
        one, other = rate(count, 1), rate(count, exposure)

        assert (other.value, other.low, other.high) == pytest.approx(
            (one.value / exposure, one.low / exposure, one.high / exposure)
        )
        assert other.low <= other.value <= other.high

    @pytest.mark.parametrize(
        ("count", "exposure", "code"),
        [
            (None, 1, "count-unknown"),
            (-1, 1, "count-negative"),
            (5, 0, "exposure-not-positive"),
            (5, None, "exposure-unknown"),
        ],
    )
    def test_refuses_what_is_no_rate(self, count, exposure, code):
        with pytest.raises(StatisticsError) as refused:
            rate(count, exposure)

        assert refused.value.code == code
