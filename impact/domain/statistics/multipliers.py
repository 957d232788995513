"""The multiplier of what is observed against a baseline, or why there is none."""

from math import inf
from typing import Final

from impact.domain.statistics.given import (
    as_confidence,
    as_count,
    as_exposure,
    as_method,
    people_of,
    spent_of,
)
from impact.domain.statistics.rates import rate_ratio, share_ratio
from impact.domain.statistics.refusals import StatisticsError
from impact.domain.statistics.results import (
    ComparisonSide,
    Multiplier,
    NoFigure,
    RateMethod,
    RateRatio,
    ShareRatio,
)

SAME_LENGTH: Final = 0.05
"""Windows this close are called equal: a quarter has 90 to 92 days."""


def multiplier(
    observed: ComparisonSide,
    baseline: ComparisonSide,
    *,
    confidence: float = 0.95,
    method: RateMethod = "exact",
) -> Multiplier | NoFigure:
    """How many times as much or as often; numbers that allow none give NoFigure and raise nothing.

    A volume compares the two counts as they stand, whatever the lengths of the windows (a caution says when
    they differ). A cost per result takes the money as known and the results as counted, so its ratio is the
    inverse of the ratio of results per euro: below 1 is cheaper.
    """
    as_method(method)
    as_confidence(confidence)
    try:
        _comparable(observed, baseline)
        return _COMPARISONS[observed.kind](observed, baseline, confidence, method)
    except StatisticsError as error:
        return NoFigure(error.code)


def _comparable(observed: ComparisonSide, baseline: ComparisonSide) -> None:
    if observed.kind not in _COMPARISONS or baseline.kind not in _COMPARISONS:
        raise StatisticsError("kind-unknown")
    if observed.kind != baseline.kind:
        raise StatisticsError("kinds-differ")
    if not observed.population or not baseline.population:
        raise StatisticsError("population-unknown")
    if observed.population != baseline.population:
        raise StatisticsError("populations-differ")


def _compare_counts(
    observed: ComparisonSide, baseline: ComparisonSide, confidence: float, method: RateMethod
) -> Multiplier | NoFigure:
    now, before = as_exposure(observed.exposure), as_exposure(baseline.exposure)
    over_time = observed.kind == "per-time"
    ratio = rate_ratio(
        observed.count,
        now if over_time else 1,
        baseline.count,
        before if over_time else 1,
        confidence=confidence,
        method=method,
    )
    differ = not over_time and abs(now - before) > SAME_LENGTH * max(now, before)
    return _multiplier(observed, baseline, ratio, cautions=("windows-differ",) if differ else ())


def _compare_shares(
    observed: ComparisonSide, baseline: ComparisonSide, confidence: float, method: RateMethod
) -> Multiplier | NoFigure:
    ratio = share_ratio(
        observed.numerator,
        people_of(observed),
        baseline.numerator,
        people_of(baseline),
        confidence=confidence,
    )
    return _multiplier(observed, baseline, ratio, shares=ratio)


def _compare_costs(
    observed: ComparisonSide, baseline: ComparisonSide, confidence: float, method: RateMethod
) -> Multiplier | NoFigure:
    spent, spent_before = spent_of(observed), spent_of(baseline)
    results, results_before = as_count(observed.denominator), as_count(baseline.denominator)
    if results_before == 0:
        raise StatisticsError("baseline-zero")
    if results == 0:
        raise StatisticsError("no-result")
    ratio = rate_ratio(
        results_before, spent_before, results, spent, confidence=confidence, method=method
    )
    return _multiplier(observed, baseline, ratio)


_COMPARISONS: Final = {
    "volume": _compare_counts,
    "per-time": _compare_counts,
    "per-person": _compare_shares,
    "cost": _compare_costs,
}


def _multiplier(
    observed: ComparisonSide,
    baseline: ComparisonSide,
    ratio: RateRatio | ShareRatio,
    *,
    cautions: tuple[str, ...] = (),
    shares: ShareRatio | None = None,
) -> Multiplier | NoFigure:
    if ratio.ratio == inf:
        return NoFigure("baseline-zero", at_least=ratio.low)
    return Multiplier(
        observed.kind,
        ratio.ratio,
        ratio.low,
        ratio.high,
        ratio.method,
        ratio.confidence,
        observed,
        baseline,
        cautions,
        shares,
    )
