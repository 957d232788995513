"""The binomial interval, on the scale of log odds."""

from functools import lru_cache
from math import exp, expm1, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist


@lru_cache(maxsize=64)
def normal_quantile(tail: float) -> float:
    return NormalDist().inv_cdf(tail)


def odds_interval(k: int, m: int, confidence: float, weight: float) -> tuple[float, float]:
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
    theta = _start(k + (1 - weight), m + weight, normal_quantile(tail))
    for _ in range(60):
        x, y = _chances(theta)
        fraction = _beta_fraction(k + 1, m, x)
        d = k - n * x
        mass = m * x * fraction + weight
        slope = m * x + weight * d
        off = log_binomial(k, m, x, y) + log(mass) - log_tail
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


def log_binomial(k: int, m: int, x: float, y: float) -> float:
    """The log of P(k successes and m failures), by its deviance from the centre (Loader 2000)."""
    n = k + m
    if k == 0 or m == 0:
        return n * log(x if k else y)
    d = k - n * x
    away = k * log1p(d / (n * x)) + m * log1p(-d / (n * y))
    return (
        _stirling_error(n)
        - _stirling_error(k)
        - _stirling_error(m)
        - away
        - 0.5 * log(2 * pi * k * m / n)
    )


def _stirling_error(n: int) -> float:
    """log n! less Stirling's formula."""
    if n < 16:
        return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * pi)
    r = 1 / (n * n)
    return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / n
