"""The digits underneath the intervals."""

from math import comb, exp, log, sqrt

import pytest

from impact.domain.statistics import binomial, rate_ratio


class TestPrecisionUnderneath:
    @pytest.mark.parametrize("n", [1, 2, 15, 16, 17, 100])
    def test_the_binomial_term_is_the_textbook_one(self, n):
        for k in range(n + 1):
            textbook = comb(n, k) * 0.3**k * 0.7 ** (n - k)

            assert exp(binomial.log_binomial(k, n - k, 0.3, 0.7)) == pytest.approx(
                textbook, rel=1e-12
            )

    def test_a_thousand_million_events_keep_their_digits(self):
        """There the interval is the normal one: log ratio 0, standard error sqrt(2 / 10**9)."""
        ratio = rate_ratio(10**9, 1, 10**9, 1)

        assert log(ratio.high) == pytest.approx(1.959963984540054 * sqrt(2e-9), rel=1e-4)
        assert ratio.low * ratio.high == pytest.approx(1, abs=1e-15)
