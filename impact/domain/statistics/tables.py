"""Two shares side by side: the interval of their ratio and of their difference, and whether they differ."""

from bisect import bisect_left
from collections.abc import Callable
from math import exp, hypot, inf, log, sqrt

from impact.domain.statistics.binomial import log_binomial


def koopman_low(k1: int, n1: int, k2: int, n2: int, z: float) -> float:
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


def newcombe(k1: int, n1: int, k2: int, n2: int, z: float) -> tuple[float, float, float]:
    p1, low1, high1 = _wilson(k1, n1, z)
    p2, low2, high2 = _wilson(k2, n2, z)
    d = p1 - p2
    return (
        d,
        max(d - hypot(p1 - low1, high2 - p2), -1.0),
        min(d + hypot(high1 - p1, p2 - low2), 1.0),
    )


def _wilson(k: int, n: int, z: float) -> tuple[float, float, float]:
    z2 = z * z
    half = z * sqrt(z2 + 4 * k * (n - k) / n)
    low, high = (2 * k + z2 - half) / (2 * (n + z2)), (2 * k + z2 + half) / (2 * (n + z2))
    return k / n, max(low, 0.0), min(high, 1.0)


def fisher(k1: int, n1: int, k2: int, n2: int) -> float:
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
    parts = log_binomial(k1, n1 - k1, p, q) + log_binomial(k2, n2 - k2, p, q)
    return parts - log_binomial(drawn, n - drawn, p, q)
