"""Rate ratios, shares, guarded totals and multipliers: numbers in, numbers out; no Django, no numpy.

What is computed, and after whom:

- **Rates** (events over an exposure). Two Poisson counts k1, k2 given their sum are binomial, so the exact
  interval of the ratio is that of Clopper and Pearson (Biometrika 1934) on the split k1 / (k1 + k2), turned
  into odds and multiplied by the exposures (Przyborowski and Wilenski, Biometrika 1940). "mid-p" counts half
  of the observed outcome (Lancaster, JASA 1961; Berry and Armitage, The Statistician 1995): narrower, right
  on average, no longer guaranteed.
- **Shares** (people among people). Each with Clopper-Pearson; their ratio with the score interval of Koopman
  (Biometrics 1984); their difference with the hybrid of Wilson intervals, method 10 of Newcombe (Statistics
  in Medicine 1998); their equality with Fisher's exact test, two-sided as R and scipy have it.
- **The numbers underneath**: the incomplete beta by the continued fraction and the quantile by the start of
  Abramowitz and Stegun 26.5.22, then Halley; the binomial term by Loader's saddle point, which keeps its
  digits where differences of lgamma lose them.

None of these says why a figure moved: before and after is not cause and effect.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from math import exp, expm1, fsum, hypot, inf, isfinite, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist
from typing import Final, Literal, SupportsFloat

Number = int | float | Decimal
RateMethod = Literal["exact", "mid-p"]
Kind = Literal["volume", "per-time", "per-person", "cost"]
Rule = Literal["additive", "unique", "never"]

MOST: Final = 10**9

REFUSALS: Final[dict[str, str]] = {
    "count-not-whole": "A count is a whole number.",
    "count-negative": "A count cannot be negative.",
    "count-absurd": "A count above one thousand million is surely a slip.",
    "count-unknown": "The count is not known, so there is nothing to compare.",
    "exposure-unknown": "How long, or how many people, were observed is not known.",
    "exposure-not-positive": "What was observed must be a finite length or number above zero.",
    "exposure-absurd": "The length or number observed is too large or too small to be true.",
    "confidence-not-between": "The confidence lies strictly between 0 and 1, for example 0.95.",
    "method-unknown": "The method is either exact or mid-P.",
    "no-events": "Nothing happened in either period, so no ratio can be given.",
    "total-zero": "A share of nobody cannot be given.",
    "more-than-total": "A share cannot exceed 100 %: there are more successes than people.",
    "nothing-to-add": "There is no figure to add.",
    "value-not-finite": "Only ordinary numbers can be added.",
    "never-added": "These figures must never be added to one another.",
    "rule-unknown": "How these figures may be added is not known.",
    "kind-unknown": "The kind is one of: volume, per time, per person, cost.",
    "kinds-differ": "The two figures are of different kinds and cannot be compared.",
    "population-unknown": "Whom the figures are about is not known, so they cannot be compared.",
    "populations-differ": "The two figures are about different groups of people and cannot be compared.",
    "baseline-zero": "The baseline is zero, so no number of times can be given.",
    "no-result": "There is no result yet, so no cost per result can be given.",
    "cost-unknown": "The cost is not known, or is zero, so no cost per result can be given.",
}
"""Every reason there is, by its stable code. Callers translate by code; these are the English sentences."""

CAUTIONS: Final[dict[str, str]] = {
    "windows-differ": "The two periods are not of the same length: part of the change is only time.",
}
"""What a reader must be told beside a figure that is given all the same, by its stable code."""


class Refused(ValueError):
    """The figures make no sense; `code` is a key of REFUSALS and `sentence` its English reading."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = REFUSALS[code]

    def __str__(self) -> str:
        return self.sentence


# --- what is given back ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times as often; `high` is infinite when the baseline count is 0 (then so is `ratio`)."""

    ratio: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Share:
    value: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One share minus the other, between -1 and 1."""

    value: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ShareRatio:
    """`p_value` is Fisher's; being another method, it may disagree with the interval right at the edge."""

    ratio: float
    low: float
    high: float
    method: str
    confidence: float
    difference: Difference
    p_value: float


@dataclass(frozen=True, slots=True)
class Total:
    """A sum known only to lie between `low` and `high`, both included."""

    low: Number
    high: Number
    rule: Rule

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Observation:
    """One side of a comparison.

    volume, per-time: `count` over `exposure` months. per-person: `numerator` people with the result among
    `denominator` people. cost: `numerator` euros for `denominator` results. None means: not known.
    """

    kind: Kind
    population: str
    count: Number | None = None
    exposure: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A ratio that may be shown, with what must be shown beside it."""

    kind: Kind
    ratio: float
    low: float
    high: float
    method: str
    confidence: float
    observed: Observation
    baseline: Observation
    cautions: tuple[str, ...] = ()
    shares: ShareRatio | None = None

    @property
    def direction(self) -> Literal["higher", "lower", "undecided"]:
        """Undecided while the interval holds 1: no evidence of a change is not evidence of none."""
        if self.low > 1:
            return "higher"
        return "lower" if self.high < 1 else "undecided"


@dataclass(frozen=True, slots=True)
class NoFigure:
    """No multiplier may be shown; `at_least` is what a zero baseline still allows one to say."""

    code: str
    at_least: float | None = None
    sentence: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", REFUSALS[self.code])


# --- rates and shares --------------------------------------------------------------------------------------


def rate_ratio(
    count: Number,
    exposure: SupportsFloat | None,
    baseline_count: Number,
    baseline_exposure: SupportsFloat | None,
    *,
    confidence: float = 0.95,
    method: RateMethod = "exact",
) -> RateRatio:
    """How many times as often events come as in the baseline, with its interval."""
    return _rate_ratio(
        _count(count),
        _exposure(exposure),
        _count(baseline_count),
        _exposure(baseline_exposure),
        _confidence(confidence),
        _method(method),
    )


@lru_cache(maxsize=4096)
def _rate_ratio(k1: int, t1: float, k2: int, t2: float, confidence: float, method: RateMethod) -> RateRatio:
    if k1 == k2 == 0:
        raise Refused("no-events")
    low, high = _odds(k1, k2, confidence, 1.0 if method == "exact" else 0.5)
    scale = t2 / t1
    ratio = k1 / k2 * scale if k2 else inf
    return RateRatio(ratio, low * scale, high * scale, method, confidence)


def share(successes: Number, total: Number, *, confidence: float = 0.95) -> Share:
    """The share of successes with its exact interval."""
    return _share(*_part(successes, total), _confidence(confidence))


@lru_cache(maxsize=4096)
def _share(k: int, n: int, confidence: float) -> Share:
    low, high = _odds(k, n - k, confidence, 1.0)
    return Share(k / n, low / (1 + low), 1 / (1 + 1 / high), "clopper-pearson", confidence)


def share_ratio(
    successes: Number,
    total: Number,
    baseline_successes: Number,
    baseline_total: Number,
    *,
    confidence: float = 0.95,
) -> ShareRatio:
    """How many times as large one share is as the baseline's; infinite when the baseline's is 0."""
    return _share_ratio(*_part(successes, total), *_part(baseline_successes, baseline_total), _confidence(confidence))


@lru_cache(maxsize=4096)
def _share_ratio(k1: int, n1: int, k2: int, n2: int, confidence: float) -> ShareRatio:
    if k1 == k2 == 0:
        raise Refused("no-events")
    z = -_normal_quantile((1 - confidence) / 2)
    low = exp(_koopman_low(k1, n1, k2, n2, z)) if k1 else 0.0
    high = exp(-_koopman_low(k2, n2, k1, n1, z)) if k2 else inf
    ratio = (k1 * n2) / (n1 * k2) if k2 else inf
    difference = Difference(*_newcombe(k1, n1, k2, n2, z), "newcombe-wilson", confidence)
    p_value = _fisher(k1, n1, k2, n2)
    return ShareRatio(ratio, low, high, "koopman-score", confidence, difference, p_value)


# --- totals ------------------------------------------------------------------------------------------------


def total_of_unique_people(counts: Iterable[Number]) -> Total:
    """From "all the same people" (the largest count) to "none in common" (the sum)."""
    counts = [_count(count) for count in counts]
    if not counts:
        raise Refused("nothing-to-add")
    return Total(max(counts), sum(counts), "unique")


def total(values: Iterable[Number], rule: Rule) -> Total:
    """The sum that the indicator's rule allows. No value at all is refused: it is not a zero."""
    if rule == "never":
        raise Refused("never-added")
    if rule == "unique":
        return total_of_unique_people(values)
    if rule != "additive":
        raise Refused("rule-unknown")
    values = list(values)
    if not values:
        raise Refused("nothing-to-add")
    if not all(_is_ordinary(value) for value in values):
        raise Refused("value-not-finite")
    added = fsum(values) if any(isinstance(value, float) for value in values) else sum(values)
    return Total(added, added, "additive")


# --- multipliers -------------------------------------------------------------------------------------------

SAME_LENGTH: Final = 0.05
"""Windows this close are called equal: a quarter has 90 to 92 days."""


def multiplier(
    observed: Observation,
    baseline: Observation,
    *,
    confidence: float = 0.95,
    method: RateMethod = "exact",
) -> Multiplier | NoFigure:
    """The multiplier of two observations, or why there is none. Bad figures give NoFigure, never a raise.

    A volume compares the two counts as they stand, whatever the lengths of the windows (a caution says when
    they differ). A cost per result takes the money as known and the results as counted, so its ratio is the
    inverse of the ratio of results per euro: below 1 is cheaper.
    """
    _method(method)
    _confidence(confidence)
    try:
        _comparable(observed, baseline)
        return _COMPARISONS[observed.kind](observed, baseline, confidence, method)
    except Refused as refused:
        return NoFigure(refused.code)


def _comparable(observed: Observation, baseline: Observation) -> None:
    if observed.kind not in _COMPARISONS or baseline.kind not in _COMPARISONS:
        raise Refused("kind-unknown")
    if observed.kind != baseline.kind:
        raise Refused("kinds-differ")
    if not observed.population or not baseline.population:
        raise Refused("population-unknown")
    if observed.population != baseline.population:
        raise Refused("populations-differ")


def _compare_counts(
    observed: Observation, baseline: Observation, confidence: float, method: RateMethod
) -> Multiplier | NoFigure:
    now, before = _exposure(observed.exposure), _exposure(baseline.exposure)
    over_time = observed.kind == "per-time"
    found = rate_ratio(
        observed.count,
        now if over_time else 1,
        baseline.count,
        before if over_time else 1,
        confidence=confidence,
        method=method,
    )
    differ = not over_time and abs(now - before) > SAME_LENGTH * max(now, before)
    return _multiplier(observed, baseline, found, cautions=("windows-differ",) if differ else ())


def _compare_shares(
    observed: Observation, baseline: Observation, confidence: float, method: RateMethod
) -> Multiplier | NoFigure:
    found = share_ratio(
        observed.numerator,
        _observed_people(observed),
        baseline.numerator,
        _observed_people(baseline),
        confidence=confidence,
    )
    return _multiplier(observed, baseline, found, shares=found)


def _compare_costs(
    observed: Observation, baseline: Observation, confidence: float, method: RateMethod
) -> Multiplier | NoFigure:
    spent, spent_before = _spent(observed), _spent(baseline)
    results, results_before = _count(observed.denominator), _count(baseline.denominator)
    if results_before == 0:
        raise Refused("baseline-zero")
    if results == 0:
        raise Refused("no-result")
    found = rate_ratio(results_before, spent_before, results, spent, confidence=confidence, method=method)
    return _multiplier(observed, baseline, found)


_COMPARISONS: Final = {
    "volume": _compare_counts,
    "per-time": _compare_counts,
    "per-person": _compare_shares,
    "cost": _compare_costs,
}


def _multiplier(
    observed: Observation,
    baseline: Observation,
    found: RateRatio | ShareRatio,
    *,
    cautions: tuple[str, ...] = (),
    shares: ShareRatio | None = None,
) -> Multiplier | NoFigure:
    if found.ratio == inf:
        return NoFigure("baseline-zero", at_least=found.low)
    return Multiplier(
        observed.kind,
        found.ratio,
        found.low,
        found.high,
        found.method,
        found.confidence,
        observed,
        baseline,
        cautions,
        shares,
    )


# --- what comes in -----------------------------------------------------------------------------------------


def _is_ordinary(value: object) -> bool:
    """A number in reach of a float; True, "5", NaN and 10**400 are none."""
    if isinstance(value, bool) or not isinstance(value, Number):
        return False
    try:
        return isfinite(value)
    except (OverflowError, ValueError):
        return False


def _count(value: Number | None) -> int:
    """A whole number, also when it comes as 5.0 or Decimal("5"), as database columns have it."""
    if value is None:
        raise Refused("count-unknown")
    if type(value) is not int:
        if not _is_ordinary(value) or value != int(value):
            raise Refused("count-not-whole")
        value = int(value)
    if value < 0:
        raise Refused("count-negative")
    if value > MOST:
        raise Refused("count-absurd")
    return value


def _exposure(value: SupportsFloat | None) -> float:
    if value is None:
        raise Refused("exposure-unknown")
    if not _is_ordinary(value) or value <= 0:
        raise Refused("exposure-not-positive")
    if not 1e-12 <= value <= 1e12:
        raise Refused("exposure-absurd")
    return float(value)


def _confidence(value: float) -> float:
    if not _is_ordinary(value) or not 0 < float(value) < 1:
        raise Refused("confidence-not-between")
    return float(value)


def _method(value: RateMethod) -> RateMethod:
    if value not in ("exact", "mid-p"):
        raise Refused("method-unknown")
    return value


def _part(successes: Number, total: Number) -> tuple[int, int]:
    k, n = _count(successes), _count(total)
    if n == 0:
        raise Refused("total-zero")
    if k > n:
        raise Refused("more-than-total")
    return k, n


def _observed_people(observation: Observation) -> Number:
    if observation.denominator is None:
        raise Refused("exposure-unknown")
    return observation.denominator


def _spent(observation: Observation) -> float:
    if observation.numerator is None or observation.numerator == 0:
        raise Refused("cost-unknown")
    return _exposure(observation.numerator)


# --- the binomial interval, on the scale of log odds -------------------------------------------------------


@lru_cache(maxsize=64)
def _normal_quantile(tail: float) -> float:
    return NormalDist().inv_cdf(tail)


def _odds(k: int, m: int, confidence: float, weight: float) -> tuple[float, float]:
    """The interval of the odds behind k successes and m failures; the upper end is the lower end mirrored."""
    tail = (1 - confidence) / 2
    low = exp(_low_log_odds(k, m, tail, weight)) if k else 0.0
    high = exp(-_low_log_odds(m, k, tail, weight)) if m else inf
    return low, high


def _low_log_odds(k: int, m: int, tail: float, weight: float) -> float:
    """The log odds at which P(X > k) + weight * P(X = k) equals the tail; k is at least 1.

    The logarithm of that probability is concave in the log odds, so Newton's step is safe from afar; Halley's
    converges cubically near by, so the step after a small one would be below the last digit.
    """
    n = k + m
    if m == 0:
        log_p = log(tail / weight) / n
        return log_p - log(-expm1(log_p))
    log_tail = log(tail)
    theta = _start(k + (1 - weight), m + weight, _normal_quantile(tail))
    for _ in range(60):
        x, y = _chances(theta)
        fraction = _beta_fraction(k + 1, m, x)
        d = k - n * x
        mass = m * x * fraction + weight
        slope = m * x + weight * d
        off = _log_binomial(k, m, x, y) + log(mass) - log_tail
        first = slope / mass
        second = first * (d + (m - weight * n) * x * y / slope - first)
        newton = off / first
        step = newton / max(1 - newton * second / (2 * first), 0.5)
        theta -= step
        if abs(step) * first < 1e-4:
            break
    return theta


def _start(a: float, b: float, z: float) -> float:
    """The quantile of Beta(a, b) at the normal quantile z, as log odds (Abramowitz and Stegun 26.5.22)."""
    ra, rb = 1 / (2 * a - 1), 1 / (2 * b - 1)
    h = 2 / (ra + rb)
    bend = (z * z - 3) / 6
    w = -z * sqrt(h + bend) / h - (rb - ra) * (bend + 5 / 6 - 2 / (3 * h))
    return log(a / b) - 2 * w


def _chances(theta: float) -> tuple[float, float]:
    """Success and failure at these log odds, each with all its digits."""
    if theta < 0:
        odds = exp(theta)
        return odds / (1 + odds), 1 / (1 + odds)
    odds = exp(-theta)
    return 1 / (1 + odds), odds / (1 + odds)


def _beta_fraction(a: int, b: int, x: float) -> float:
    """I_x(a, b) * B(a, b) / (x^a * (1 - x)^b), for x up to about a / (a + b).

    The even part of the continued fraction of DLMF 8.17.22, by forward recurrence (DiDonato and Morris, ACM
    TOMS 1992): about a dozen terms for tens of events, eighty for a million.
    """
    c, s, turn = a - (a + b) * x + 1, a + 1.0, 2 - x
    top_before, top = 0.0, 1.0
    bottom_before, bottom = 1.0, a * c / s
    value = top / bottom
    for n in range(1, 100_000):
        w = n * (b - n) * x / s
        alpha = (a + n - 1) * (a + b + n - 1) * w * x / s
        beta = n + w + (a + n) * (c + n * turn) / (s + 2)
        top_before, top = top, beta * top + alpha * top_before
        bottom_before, bottom = bottom, beta * bottom + alpha * bottom_before
        value_before, value = value, top / bottom
        if abs(value - value_before) <= 1e-14 * value:
            break
        top_before, top = top_before / bottom, value
        bottom_before, bottom = bottom_before / bottom, 1.0
        s += 2
    return value


def _log_binomial(k: int, m: int, x: float, y: float) -> float:
    """The log of P(k successes and m failures), by its deviance from the centre (Loader 2000)."""
    n = k + m
    if k == 0 or m == 0:
        return n * log(x if k else y)
    d = k - n * x
    away = k * log1p(d / (n * x)) + m * log1p(-d / (n * y))
    return _stirling_error(n) - _stirling_error(k) - _stirling_error(m) - away - 0.5 * log(2 * pi * k * m / n)


def _stirling_error(n: int) -> float:
    """log n! less Stirling's formula."""
    if n < 16:
        return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * pi)
    r = 1 / (n * n)
    return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / n


# --- two shares side by side -------------------------------------------------------------------------------


def _koopman_low(k1: int, n1: int, k2: int, n2: int, z: float) -> float:
    """The log of the ratio at which the score statistic equals z; k1 is at least 1."""

    def excess(log_ratio: float) -> float:
        return _koopman_score(exp(log_ratio), k1, n1, k2, n2) - z

    right = log(k1 * (n2 + 0.5) / (n1 * (k2 + 0.5)))
    step = 0.5
    while excess(right) > 0:
        right += step
        step *= 2
    step, left = 0.5, right - 0.5
    while excess(left) < 0:
        step *= 2
        left -= step
    return _root(excess, left, right)


def _koopman_score(ratio: float, k1: int, n1: int, k2: int, n2: int) -> float:
    """How far the two shares are from this ratio, in standard errors estimated under it."""
    b = ratio * (n1 + k2) + k1 + n2
    gap = ratio * (n1 + k2) - (k1 + n2)
    p2 = 2 * (k1 + k2) / (b + sqrt(gap * gap + 4 * ratio * (n1 - k1) * (n2 - k2)))
    p1 = ratio * p2
    variance = p1 * max(1 - p1, 0.0) / n1 + ratio * p1 * max(1 - p2, 0.0) / n2
    away = k1 / n1 - ratio * k2 / n2
    return away / sqrt(variance) if variance else inf * away if away else 0.0


def _root(f: Callable[[float], float], left: float, right: float) -> float:
    """Where f crosses zero between two ends of opposite signs (false position after Illinois)."""
    f_left, f_right = f(left), f(right)
    for _ in range(200):
        middle = right - f_right * (right - left) / (f_right - f_left)
        f_middle = f(middle)
        if f_middle * f_right < 0:
            left, f_left = right, f_right
        else:
            f_left /= 2
        moved = abs(middle - right)
        right, f_right = middle, f_middle
        if moved < 1e-13 * max(1.0, abs(right)) or not f_middle:
            break
    return right


def _newcombe(k1: int, n1: int, k2: int, n2: int, z: float) -> tuple[float, float, float]:
    p1, low1, high1 = _wilson(k1, n1, z)
    p2, low2, high2 = _wilson(k2, n2, z)
    d = p1 - p2
    return d, max(d - hypot(p1 - low1, high2 - p2), -1.0), min(d + hypot(high1 - p1, p2 - low2), 1.0)


def _wilson(k: int, n: int, z: float) -> tuple[float, float, float]:
    z2 = z * z
    half = z * sqrt(z2 + 4 * k * (n - k) / n)
    low, high = (2 * k + z2 - half) / (2 * (n + z2)), (2 * k + z2 + half) / (2 * (n + z2))
    return k / n, max(low, 0.0), min(high, 1.0)


def _fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Fisher's exact test, two-sided: all tables with these margins that are no likelier than this one."""
    drawn = k1 + k2
    if drawn in (0, n1 + n2):
        return 1.0
    limit = _log_table(k1, n1, k2, n2) + 1e-7
    return min(1.0, _far_tail(n1, n2, drawn, limit) + _far_tail(n2, n1, drawn, limit))


def _far_tail(n1: int, n2: int, drawn: int, limit: float) -> float:
    """The chance of the tables from the likeliest upwards whose own log chance is within the limit."""

    def is_far(i: int) -> bool:
        return _log_table(i, n1, drawn - i, n2) <= limit

    likeliest, last = (drawn + 1) * (n1 + 1) // (n1 + n2 + 2), min(n1, drawn)
    i = likeliest + bisect_left(range(likeliest, last + 1), True, key=is_far)
    if i > last:
        return 0.0
    added = term = exp(_log_table(i, n1, drawn - i, n2))
    while i < last and term > 1e-17 * added:
        term *= (n1 - i) * (drawn - i) / ((i + 1) * (n2 - drawn + i + 1))
        added += term
        i += 1
    return added


def _log_table(k1: int, n1: int, k2: int, n2: int) -> float:
    """The log chance of this two by two table given its margins (hypergeometric)."""
    drawn, n = k1 + k2, n1 + n2
    p, q = drawn / n, (n - drawn) / n
    parts = _log_binomial(k1, n1 - k1, p, q) + _log_binomial(k2, n2 - k2, p, q)
    return parts - _log_binomial(drawn, n - drawn, p, q)
