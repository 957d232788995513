"""Checks of what comes in: whole, finite and within reason, or StatisticsError."""

from math import isfinite
from typing import Final, SupportsFloat, TypeGuard

from impact.domain.statistics.refusals import StatisticsError
from impact.domain.statistics.results import ComparisonSide, Number, RateMethod

MAX_COUNT: Final = 10**9


def is_ordinary(value: object) -> TypeGuard[Number]:
    """A number in reach of a float; True, "5", NaN and 10**400 are none."""
    if isinstance(value, bool) or not isinstance(value, Number):
        return False
    try:
        return isfinite(value)
    except (OverflowError, ValueError):
        return False


def as_count(value: Number | None) -> int:
    """A whole number, also when it comes as 5.0 or Decimal("5"), as database columns have it."""
    if value is None:
        raise StatisticsError("count-unknown")
    if type(value) is not int:
        if not is_ordinary(value) or value != int(value):
            raise StatisticsError("count-not-whole")
        value = int(value)
    if value < 0:
        raise StatisticsError("count-negative")
    if value > MAX_COUNT:
        raise StatisticsError("count-absurd")
    return value


def as_exposure(value: SupportsFloat | None) -> float:
    if value is None:
        raise StatisticsError("exposure-unknown")
    if not is_ordinary(value) or value <= 0:
        raise StatisticsError("exposure-not-positive")
    if not 1e-12 <= value <= 1e12:
        raise StatisticsError("exposure-absurd")
    return float(value)


def as_confidence(value: float) -> float:
    if not is_ordinary(value) or not 0 < float(value) < 1:
        raise StatisticsError("confidence-not-between")
    return float(value)


def as_method(value: RateMethod) -> RateMethod:
    if value not in ("exact", "mid-p"):
        raise StatisticsError("method-unknown")
    return value


def as_part(successes: Number | None, total: Number | None) -> tuple[int, int]:
    k, n = as_count(successes), as_count(total)
    if n == 0:
        raise StatisticsError("total-zero")
    if k > n:
        raise StatisticsError("more-than-total")
    return k, n


def people_of(observation: ComparisonSide) -> Number:
    if observation.denominator is None:
        raise StatisticsError("exposure-unknown")
    return observation.denominator


def spent_of(observation: ComparisonSide) -> float:
    if observation.numerator is None or observation.numerator == 0:
        raise StatisticsError("cost-unknown")
    return as_exposure(observation.numerator)
