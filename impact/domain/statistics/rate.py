"""One rate: so many events over so long, with the exact interval of Garwood (Biometrika 1936)."""

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, pi, sqrt
from typing import SupportsFloat

from impact.domain.statistics.binomial import normal_quantile
from impact.domain.statistics.given import as_confidence, as_count, as_exposure
from impact.domain.statistics.results import Number, Rate


def rate(count: Number, exposure: SupportsFloat | None, *, confidence: float = 0.95) -> Rate:
    """Events per unit of exposure. The interval holds the truth at least as often as its confidence says."""
    k, t = as_count(count), as_exposure(exposure)
    low, high = _limits(k, as_confidence(confidence))
    return Rate(k / t, low / t, high / t, "garwood", confidence)


@lru_cache(maxsize=4096)
def _limits(k: int, confidence: float) -> tuple[float, float]:
    """The means at which k or more, and k or fewer, have half of what is left of the confidence."""
    tail = (1 - confidence) / 2
    return (_mean(k, tail, below=True) if k else 0.0), _mean(k + 1, tail, below=False)


def _mean(a: int, tail: float, *, below: bool) -> float:
    """x at which the regularised incomplete gamma P(a, x), or Q(a, x), is the tail: Newton on its logarithm.

    Begins where Wilson and Hilferty's cube root puts it. Both logarithms are concave in log x, so that a step from
    the far side does not overshoot, and two or three steps suffice.
    """
    z = normal_quantile(tail) * (1 if below else -1)
    x = max(a * (1 - 1 / (9 * a) + z / (3 * sqrt(a))) ** 3, a * 1e-3)
    for _ in range(60):
        density = _log_density(a, x)
        part = _lower(a, x) if below else _upper(a, x)
        off = density + log(part) - log(tail)
        step = (
            off * part * (1 if below else -1)
        )  # d log P / d log x is the density over P, and its part is 1 / part
        x *= exp(-max(-1.0, min(1.0, step)))
        if abs(step) < 1e-13:
            break
    return x


def _log_density(a: int, x: float) -> float:
    """log of x^a e^-x / Gamma(a), by its distance from the top (Loader 2000): digits are kept where a is large."""
    if a < 16:
        return a * log(x) - x - lgamma(a)
    off = (x - a) / a
    away = a * (off - log1p(off)) if off > -1 else inf
    r = 1 / (a * a)
    return 0.5 * log(a / (2 * pi)) - away - (1 / 12 - r * (1 / 360 - r / 1260)) / a


def _lower(a: int, x: float) -> float:
    """P(a, x) over x^a e^-x / Gamma(a): the power series, for x below a."""
    term = total = 1 / a
    n = a
    while term > total * 1e-17:
        n += 1
        term *= x / n
        total += term
    return total


def _upper(a: int, x: float) -> float:
    """Q(a, x) over x^a e^-x / Gamma(a): the continued fraction of DLMF 8.9.2 after Lentz, for x above a."""
    b = x + 1 - a
    c, d = 1e300, 1 / b
    value = d
    for n in range(1, 1_000_000):
        step = -n * (n - a)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
