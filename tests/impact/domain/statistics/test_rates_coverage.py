"""How often the intervals hold the truth: every outcome by its chance, nothing drawn (benchmarks/coverage.py)."""

from functools import partial

import pytest

from benchmarks import coverage
from impact.domain import statistics

LEFT_OUT = 1e-6  # chance of the outcomes that are too rare to be counted


@pytest.mark.parametrize("truth", [(0.5, 1.0, 1.0), (3.0, 16.6, 1.2), (12.0, 1.0, 1.2)])
def test_an_exact_interval_of_a_rate_ratio_holds_the_truth_at_least_as_often_as_it_says(truth):
    assert coverage.of_rate_ratio(*truth) >= 0.95 - LEFT_OUT


@pytest.mark.parametrize("truth", coverage.SHARES)
def test_an_exact_interval_of_a_share_does_too(truth):
    assert coverage.of_share(*truth) >= 0.95 - LEFT_OUT


@pytest.mark.thorough
def test_the_others_do_on_average_and_never_much_less():
    table = coverage.table()

    assert min(table["rate ratio, exact"]) >= 0.95 - LEFT_OUT
    for name in ("rate ratio, mid-P", "ratio of shares, Koopman", "difference of shares, Newcombe"):
        assert sum(table[name]) / len(table[name]) >= 0.945
        assert min(table[name]) >= 0.90


def test_a_narrower_interval_would_be_seen():
    narrow = partial(statistics.share, confidence=0.9)

    assert min(coverage.of_share(*truth, interval=narrow) for truth in coverage.SHARES) < 0.95
