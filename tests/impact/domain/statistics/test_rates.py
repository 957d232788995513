"""Ratios of rates and of shares, against published vectors, a second implementation and their own laws."""

import random
import time
from math import exp, inf, isclose, lgamma, log, sqrt
from statistics import median

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from impact.domain.statistics import rate_ratio, rates, share, share_ratio


def near(value, digits=6):
    """Equal to that many significant digits, as the tables print them."""
    return pytest.approx(value, rel=0.5 * 10 ** (1 - digits), abs=0)


EXACT = [  # count, exposure, baseline count, baseline exposure, ratio, low, high
    (11, 800, 21, 3011, 1.971488, 0.8584264, 4.2772659),
    (60, 51477.5, 30, 54308.7, 2.109998, 1.339736, 3.388366),
    (41, 28010, 15, 19017, 1.855759, 1.005684, 3.609300),
    (200, 18.6, 10, 15.4, 16.559140, 8.818789, 35.063649),
    (5, 1, 0, 1, inf, 0.916356, inf),
    (0, 1, 5, 1, 0, 0, 1.091279),
]
MID_P = [
    (60, 51477.5, 30, 54308.7, 2.109998, 1.368104, 3.307297),
    (41, 28010, 15, 19017, 1.855759, 1.041075, 3.449423),
    (200, 18.6, 10, 15.4, 16.559140, 9.119788, 33.051596),
    (5, 1, 0, 1, inf, 1.218674, inf),
    (0, 1, 5, 1, 0, 0, 0.820564),
]


class TestPublishedVectors:
    @pytest.mark.parametrize(("k1", "t1", "k2", "t2", "ratio", "low", "high"), EXACT)
    def test_the_exact_interval_of_a_rate_ratio_agrees_to_six_digits(
        self, k1, t1, k2, t2, ratio, low, high
    ):
        computed = rate_ratio(k1, t1, k2, t2)

        assert (computed.ratio, computed.low, computed.high) == (near(ratio), near(low), near(high))
        assert (computed.method, computed.confidence) == ("exact", 0.95)

    @pytest.mark.parametrize(("k1", "t1", "k2", "t2", "ratio", "low", "high"), MID_P)
    def test_the_mid_p_interval_of_a_rate_ratio_agrees_to_six_digits(
        self, k1, t1, k2, t2, ratio, low, high
    ):
        computed = rate_ratio(k1, t1, k2, t2, method="mid-p")

        assert (computed.ratio, computed.low, computed.high) == (near(ratio), near(low), near(high))
        assert computed.method == "mid-p"

    @pytest.mark.parametrize(
        ("k2", "ratio", "low", "high"),
        [(10, 16.6, 8.8, 35.1), (11, 15.1, 8.2, 30.7), (12, 13.8, 7.7, 27.2)],
    )
    def test_the_what_if_of_linkedout_reads_as_published(self, k2, ratio, low, high):
        """With the 566 days themselves: 18.6 months would give 30.6 for the upper end with 11."""
        computed = rate_ratio(200, 566 / 30.4375, k2, 15.4)

        assert [round(x, 1) for x in (computed.ratio, computed.low, computed.high)] == [
            ratio,
            low,
            high,
        ]

    @pytest.mark.parametrize(
        ("k", "n", "value", "low", "high"),
        [(11, 15, 73.3, 44.9, 92.2), (45, 80, 56.3, 44.7, 67.3), (45, 63, 71.4, 58.7, 82.1)],
    )
    def test_the_shares_of_linkedout_read_as_published(self, k, n, value, low, high):
        proportion = share(k, n)

        assert (
            100 * proportion.value,
            100 * proportion.low,
            100 * proportion.high,
        ) == pytest.approx((value, low, high), abs=0.051)

    def test_per_person_the_rate_of_linkedout_did_not_rise(self):
        ratio = share_ratio(45, 80, 11, 15)

        assert round(ratio.ratio, 2) == 0.77
        assert round(ratio.p_value, 2) == 0.26
        assert ratio.low < 1 < ratio.high
        assert ratio.difference.low < 0 < ratio.difference.high

    def test_the_ratio_of_shares_agrees_with_koopmans_own_example(self):
        ratio = share_ratio(36, 40, 16, 80)

        assert (ratio.ratio, round(ratio.low, 2), round(ratio.high, 2)) == (4.5, 2.94, 7.15)
        assert ratio.method == "koopman-score"

    @pytest.mark.parametrize(
        ("k1", "n1", "k2", "n2", "low", "high"),
        [
            (56, 70, 48, 80, 0.0524, 0.3339),
            (9, 10, 3, 10, 0.1705, 0.8090),
            (5, 56, 0, 29, -0.0381, 0.1926),
        ],
    )
    def test_the_difference_of_shares_agrees_with_newcombes_table(self, k1, n1, k2, n2, low, high):
        ratio = share_ratio(k1, n1, k2, n2).difference

        assert (round(ratio.low, 4), round(ratio.high, 4)) == (low, high)
        assert ratio.value == pytest.approx(k1 / n1 - k2 / n2)
        assert (ratio.method, ratio.confidence) == ("newcombe-wilson", 0.95)


def cases(seed, number):
    """Counts from 0 to a million, exposures over six powers of ten, several confidences."""
    rng = random.Random(seed)
    drawn = []
    while len(drawn) < number:
        k1, k2 = (rng.randint(0, 10 ** rng.choice([1, 1, 2, 3, 4, 6])) for _ in range(2))
        t1, t2 = (10 ** rng.uniform(-3, 3) for _ in range(2))
        if k1 or k2:
            drawn.append((k1, t1, k2, t2, rng.choice([0.5, 0.8, 0.9, 0.95, 0.95, 0.99, 0.999])))
    return drawn


def low_log_odds_by_scipy(k, m, tail, weight):
    """The lower end by a root finder over scipy's incomplete beta, on whichever side keeps the digits."""

    def at_least(i, theta):
        if i > k + m:
            return 0.0
        if theta < 0:
            return special.betainc(i, k + m - i + 1, special.expit(theta))
        return special.betaincc(k + m - i + 1, i, special.expit(-theta))

    def off(theta):
        return weight * at_least(k, theta) + (1 - weight) * at_least(k + 1, theta) - tail

    centre = log((k + 0.5) / (m + 0.5))
    left, right = centre - 1, centre
    while off(left) > 0:
        left -= 2
    while off(right) < 0:
        right += 2
    return optimize.brentq(off, left, right, xtol=1e-14, rtol=1e-14)


class TestSecondImplementation:
    @pytest.mark.parametrize(("method", "weight"), [("exact", 1.0), ("mid-p", 0.5)])
    def test_a_thousand_rate_ratios_agree_with_scipy(self, method, weight):
        for k1, t1, k2, t2, confidence in cases(20220502, 1000):
            tail = (1 - confidence) / 2
            low = exp(low_log_odds_by_scipy(k1, k2, tail, weight)) * t2 / t1 if k1 else 0.0
            high = exp(-low_log_odds_by_scipy(k2, k1, tail, weight)) * t2 / t1 if k2 else inf

            ratio = rate_ratio(k1, t1, k2, t2, confidence=confidence, method=method)

            assert isclose(ratio.low, low, rel_tol=1e-9), (k1, k2, confidence)
            assert isclose(ratio.high, high, rel_tol=1e-9), (k1, k2, confidence)

    def test_a_thousand_shares_agree_with_scipy(self):
        """binomtest itself stops at an absolute 2e-12; the beta quantile gives small shares their digits."""
        for k, _, m, _, confidence in cases(20201013, 1000):
            tail = (1 - confidence) / 2
            by_scipy = stats.binomtest(k, k + m).proportion_ci(
                confidence_level=confidence, method="exact"
            )
            low = special.betaincinv(k, m + 1, tail) if k else 0.0
            high = special.betainccinv(k + 1, m, tail) if m else 1.0

            proportion = share(k, k + m, confidence=confidence)

            assert isclose(proportion.low, low, rel_tol=1e-9), (k, m, confidence)
            assert isclose(proportion.high, high, rel_tol=1e-9), (k, m, confidence)
            assert isclose(proportion.low, by_scipy.low, rel_tol=1e-9, abs_tol=1e-11), (
                k,
                m,
                confidence,
            )
            assert isclose(proportion.high, by_scipy.high, rel_tol=1e-9, abs_tol=1e-11), (
                k,
                m,
                confidence,
            )

    def test_fishers_test_agrees_with_scipy(self):
        rng = random.Random(1935)
        for _ in range(500):
            n1, n2 = (rng.randint(1, 10 ** rng.choice([1, 2, 3])) for _ in range(2))
            k1, k2 = rng.randint(0, n1), rng.randint(0, n2)
            if k1 or k2:
                by_scipy = stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]]).pvalue

                assert share_ratio(k1, n1, k2, n2).p_value == pytest.approx(
                    by_scipy, rel=1e-9, abs=1e-250
                )

    def test_the_ends_of_the_ratio_of_shares_lie_where_the_score_test_just_rejects(self):
        """The score as Pearson's chi-square, the constrained shares by maximising the likelihood."""

        def chi_square(ratio, k1, n1, k2, n2):
            def unlikely(p2):
                p1 = ratio * p2
                return -(special.xlogy(k1, p1) + special.xlog1py(n1 - k1, -p1)) - (
                    special.xlogy(k2, p2) + special.xlog1py(n2 - k2, -p2)
                )

            p2 = optimize.minimize_scalar(
                unlikely, bounds=(0, min(1, 1 / ratio)), method="bounded", options={"xatol": 1e-12}
            ).x
            p1 = ratio * p2
            return (k1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1)) + (k2 - n2 * p2) ** 2 / (
                n2 * p2 * (1 - p2)
            )

        rng = random.Random(1984)
        for _ in range(200):
            n1, n2 = rng.randint(2, 300), rng.randint(2, 300)
            k1, k2 = rng.randint(1, n1), rng.randint(1, n2)
            computed = share_ratio(k1, n1, k2, n2)
            for end in (computed.low, computed.high):
                assert chi_square(end, k1, n1, k2, n2) == pytest.approx(
                    stats.chi2.ppf(0.95, 1), rel=1e-4
                )


counts = st.integers(0, 10**6)
events = st.integers(1, 10**6)
exposures = st.floats(1e-3, 1e6)
confidences = st.floats(0.5, 0.9999)
methods = st.sampled_from(["exact", "mid-p"])


class TestLawsOfTheRateRatio:
    @given(events, exposures, counts, exposures, st.floats(1e-3, 1e3), methods)
    def test_it_does_not_depend_on_the_unit_of_exposure(self, k1, t1, k2, t2, unit, method):
        a = rate_ratio(k1, t1, k2, t2, method=method)
        b = rate_ratio(k1, t1 * unit, k2, t2 * unit, method=method)

        assert (b.ratio, b.low, b.high) == pytest.approx((a.ratio, a.low, a.high), rel=1e-12)

    @given(events, exposures, counts, exposures, confidences, methods)
    def test_it_is_inverted_when_the_two_sides_change_places(
        self, k1, t1, k2, t2, confidence, method
    ):
        a = rate_ratio(k1, t1, k2, t2, confidence=confidence, method=method)
        b = rate_ratio(k2, t2, k1, t1, confidence=confidence, method=method)

        assert b.low == pytest.approx(1 / a.high, rel=1e-12)
        assert a.low == pytest.approx(1 / b.high, rel=1e-12)
        assert b.ratio == pytest.approx(1 / a.ratio, rel=1e-12)

    @given(events, exposures, counts, exposures, confidences, methods)
    def test_its_interval_holds_the_ratio(self, k1, t1, k2, t2, confidence, method):
        ratio = rate_ratio(k1, t1, k2, t2, confidence=confidence, method=method)

        assert 0 < ratio.low <= ratio.ratio <= ratio.high

    @given(events, exposures, counts, exposures, confidences)
    def test_mid_p_lies_inside_exact(self, k1, t1, k2, t2, confidence):
        exact = rate_ratio(k1, t1, k2, t2, confidence=confidence)
        mid_p = rate_ratio(k1, t1, k2, t2, confidence=confidence, method="mid-p")

        assert exact.low < mid_p.low
        assert mid_p.high < exact.high or k2 == 0

    @given(events, exposures, counts, exposures, methods)
    def test_more_confidence_is_wider(self, k1, t1, k2, t2, method):
        nine, wide = (rate_ratio(k1, t1, k2, t2, confidence=c, method=method) for c in (0.9, 0.99))

        assert wide.low < nine.low
        assert nine.high < wide.high or k2 == 0

    @given(events, exposures, events, exposures, confidences, methods)
    @example(1, 1.0, 10**6, 1.0, 0.95, "exact")
    def test_one_event_more_raises_all_of_it(self, k1, t1, k2, t2, confidence, method):
        less = rate_ratio(k1, t1, k2, t2, confidence=confidence, method=method)
        more = rate_ratio(k1 + 1, t1, k2, t2, confidence=confidence, method=method)

        assert less.ratio < more.ratio
        assert less.low < more.low
        assert less.high < more.high

    @given(st.integers(1, 10**9), st.integers(0, 10**9), st.floats(1e-6, 1 - 1e-12), methods)
    def test_it_answers_at_every_size_and_confidence(self, k1, k2, confidence, method):
        ratio = rate_ratio(k1, 1, k2, 1, confidence=confidence, method=method)

        assert 0 < ratio.low <= ratio.high
        assert (ratio.high == inf) == (k2 == 0)


def coverage(mean, baseline_mean, method):
    """How often the 95 % interval holds the truth: every pair of Poisson counts, weighed by its chance."""

    def chances(mu):
        return [exp(k * log(mu) - mu - lgamma(k + 1)) for k in range(int(mu + 9 * sqrt(mu) + 12))]

    covered = 0.0
    for k1, p1 in enumerate(chances(mean)):
        for k2, p2 in enumerate(chances(baseline_mean)):
            if k1 == k2 == 0:
                covered += p1 * p2  # refused: nothing false is said
                continue
            ratio = rate_ratio(k1, 1, k2, 1, method=method)
            if ratio.low <= mean / baseline_mean <= ratio.high:
                covered += p1 * p2
    return covered


SETTINGS = [(1, 1), (3, 1.5), (5, 5), (12, 2), (20, 10), (30, 3)]


class TestCoverage:
    @pytest.mark.parametrize(("mean", "baseline_mean"), SETTINGS)
    def test_the_exact_interval_holds_the_truth_at_least_95_times_in_100(self, mean, baseline_mean):
        assert 0.95 <= coverage(mean, baseline_mean, "exact") <= 1 + 1e-12

    @pytest.mark.parametrize(("mean", "baseline_mean"), SETTINGS)
    def test_mid_p_covers_less_than_exact_and_still_about_95(self, mean, baseline_mean):
        assert (
            0.94 < coverage(mean, baseline_mean, "mid-p") < coverage(mean, baseline_mean, "exact")
        )


def seconds(ask, *figures, **how):
    start = time.perf_counter()
    ask(*figures, **how)
    return time.perf_counter() - start


class TestSpeed:
    """Every question is asked for the first time, so none is answered from memory."""

    @pytest.mark.parametrize(("method", "seed"), [("exact", 101), ("mid-p", 102)])
    def test_one_interval_takes_two_milliseconds_at_most(self, method, seed):
        durations = [
            seconds(rate_ratio, *figures, method=method) for *figures, _ in cases(seed, 300)
        ]

        assert median(durations) <= 0.002

    def test_one_ratio_of_shares_takes_two_milliseconds_at_most(self):
        durations = [seconds(share_ratio, k, 500, 200, 400) for k in range(100, 300)]

        assert median(durations) <= 0.002

    def test_the_same_question_is_answered_from_memory(self):
        rate_ratio(41, 28010, 15, 19017)
        before = rates._rate_ratio.cache_info().hits

        rate_ratio(41, 28010, 15, 19017)

        assert rates._rate_ratio.cache_info().hits == before + 1
