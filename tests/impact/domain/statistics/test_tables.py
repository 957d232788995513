"""Laws of two shares side by side."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact.domain.statistics import share, share_ratio


def near(value, digits=6):
    """Equal to that many significant digits, as the tables print them."""
    return pytest.approx(value, rel=0.5 * 10 ** (1 - digits), abs=0)


confidences = st.floats(0.5, 0.9999)


class TestLawsOfShares:
    @given(st.data(), st.integers(1, 10**6), confidences)
    def test_successes_and_failures_mirror_each_other(self, data, n, confidence):
        k = data.draw(st.integers(0, n))
        hit, miss = share(k, n, confidence=confidence), share(n - k, n, confidence=confidence)

        assert 0 <= hit.low <= hit.value <= hit.high <= 1
        assert (hit.low, hit.high) == pytest.approx((1 - miss.high, 1 - miss.low), abs=1e-12)

    @given(st.data(), st.integers(1, 10**4), st.integers(1, 10**4))
    def test_a_ratio_of_shares_holds_its_ratio_and_is_inverted_by_changing_places(
        self, data, n1, n2
    ):
        k1, k2 = data.draw(st.integers(1, n1)), data.draw(st.integers(0, n2))
        a, b = share_ratio(k1, n1, k2, n2), share_ratio(k2, n2, k1, n1)

        assert 0 < a.low <= a.ratio <= a.high
        assert (a.high == inf) == (k2 == 0)
        assert b.low == pytest.approx(1 / a.high, rel=1e-9)
        assert b.p_value == pytest.approx(a.p_value, rel=1e-9)
        assert 0 <= a.p_value <= 1
        assert -1 <= a.difference.low <= a.difference.value <= a.difference.high <= 1
        assert b.difference.value == pytest.approx(-a.difference.value)

    def test_a_difference_of_shares_never_passes_one(self):
        """Rounding once put its end at 1.0000000000000002."""
        assert share_ratio(511, 511, 0, 1).difference.high == 1
        assert share_ratio(0, 1, 511, 511).difference.low == -1

    def test_nobody_and_everybody_have_one_sided_intervals(self):
        nobody, everybody = share(0, 10), share(10, 10)

        assert (nobody.value, nobody.low) == (0, 0)
        assert nobody.high == near(1 - 0.025**0.1)
        assert (everybody.value, everybody.high) == (1, 1)
        assert everybody.low == near(0.025**0.1)
