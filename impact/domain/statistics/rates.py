"""A ratio of two rates, a share, a ratio of two shares."""

from functools import lru_cache
from math import exp, inf
from typing import SupportsFloat

from impact.domain.statistics.binomial import normal_quantile, odds_interval
from impact.domain.statistics.given import as_confidence, as_count, as_exposure, as_method, as_part
from impact.domain.statistics.refusals import StatisticsError
from impact.domain.statistics.results import (
    Difference,
    Number,
    RateMethod,
    RateRatio,
    Share,
    ShareRatio,
)
from impact.domain.statistics.tables import fisher, koopman_low, newcombe


def rate_ratio(
    count: Number | None,
    exposure: SupportsFloat | None,
    baseline_count: Number | None,
    baseline_exposure: SupportsFloat | None,
    *,
    confidence: float = 0.95,
    method: RateMethod = "exact",
) -> RateRatio:
    """How many times as often events come as in the baseline, with its interval."""
    return _rate_ratio(
        as_count(count),
        as_exposure(exposure),
        as_count(baseline_count),
        as_exposure(baseline_exposure),
        as_confidence(confidence),
        as_method(method),
    )


@lru_cache(maxsize=4096)
def _rate_ratio(
    k1: int, t1: float, k2: int, t2: float, confidence: float, method: RateMethod
) -> RateRatio:
    if k1 == k2 == 0:
        raise StatisticsError("no-events")
    low, high = odds_interval(k1, k2, confidence, 1.0 if method == "exact" else 0.5)
    scale = t2 / t1
    ratio = k1 / k2 * scale if k2 else inf
    return RateRatio(ratio, low * scale, high * scale, method, confidence)


def share(successes: Number, total: Number, *, confidence: float = 0.95) -> Share:
    """The share of successes with its exact interval."""
    return _share(*as_part(successes, total), as_confidence(confidence))


@lru_cache(maxsize=4096)
def _share(k: int, n: int, confidence: float) -> Share:
    low, high = odds_interval(k, n - k, confidence, 1.0)
    return Share(k / n, low / (1 + low), 1 / (1 + 1 / high), "clopper-pearson", confidence)


def share_ratio(
    successes: Number | None,
    total: Number | None,
    baseline_successes: Number | None,
    baseline_total: Number | None,
    *,
    confidence: float = 0.95,
) -> ShareRatio:
    """How many times as large one share is as the baseline's; infinite when the baseline's is 0."""
    return _share_ratio(
        *as_part(successes, total),
        *as_part(baseline_successes, baseline_total),
        as_confidence(confidence),
    )


@lru_cache(maxsize=4096)
def _share_ratio(k1: int, n1: int, k2: int, n2: int, confidence: float) -> ShareRatio:
    if k1 == k2 == 0:
        raise StatisticsError("no-events")
    z = -normal_quantile((1 - confidence) / 2)
    low = exp(koopman_low(k1, n1, k2, n2, z)) if k1 else 0.0
    high = exp(-koopman_low(k2, n2, k1, n1, z)) if k2 else inf
    ratio = (k1 * n2) / (n1 * k2) if k2 else inf
    difference = Difference(*newcombe(k1, n1, k2, n2, z), "newcombe-wilson", confidence)
    p_value = fisher(k1, n1, k2, n2)
    return ShareRatio(ratio, low, high, "koopman-score", confidence, difference, p_value)
