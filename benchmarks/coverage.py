"""How often the intervals hold the truth, counted and not drawn: every outcome that matters, by its chance.

    python -m benchmarks.coverage

An exact interval of 95 % holds it at least so often, whatever the truth is; the others hold it so on average.
"""

from itertools import product
from math import comb, exp, lgamma, log

from impact.domain.statistics import rate_ratio, share, share_ratio

LEAST = 1e-10  # outcomes rarer than that are left out, and counted as misses
RATES = list(
    product((0.5, 3.0, 12.0), (1.0, 16.6), (1.0, 1.2))
)  # expected before, true ratio, exposure against before
SHARES = list(product((5, 15, 63), (0.02, 0.3, 0.5, 0.733, 0.95)))
PAIRS = list(product(((15, 80), (12, 12), (40, 25)), (0.2, 0.5625, 0.9), (0.3, 0.733)))


def poisson(mean):
    """[(count, chance)] of the counts that matter."""
    most = int(mean + 12 * mean**0.5 + 20)
    return [(k, p) for k in range(most) if (p := exp(k * log(mean) - mean - lgamma(k + 1))) > LEAST]


def binomial(n, p):
    return [(k, comb(n, k) * p**k * (1 - p) ** (n - k)) for k in range(n + 1)]


def of_rate_ratio(before, ratio, exposure, method="exact"):
    """Two counts of nothing tell nothing: they are left out, and the chance of the rest is what is divided by."""
    held = told = 0.0
    for (k1, p1), (k2, p2) in product(poisson(before * ratio * exposure), poisson(before)):
        if k1 or k2:
            found = rate_ratio(k1, exposure, k2, 1, method=method)
            told += p1 * p2
            held += p1 * p2 * (found.low <= ratio <= found.high)
    return held / told


def of_share(n, p, interval=share):
    found = [(interval(k, n), chance) for k, chance in binomial(n, p)]
    return sum(chance for each, chance in found if each.low <= p <= each.high)


def of_share_ratio(sizes, p1, p2):
    """(coverage of the ratio, coverage of the difference)."""
    ratio = difference = told = 0.0
    for (k1, c1), (k2, c2) in product(binomial(sizes[0], p1), binomial(sizes[1], p2)):
        if k1 or k2:
            found = share_ratio(k1, sizes[0], k2, sizes[1])
            told += c1 * c2
            ratio += c1 * c2 * (found.low <= p1 / p2 <= found.high)
            difference += c1 * c2 * (found.difference.low <= p1 - p2 <= found.difference.high)
    return ratio / told, difference / told


def table():
    """{interval: [coverage at each truth]}."""
    pairs = [of_share_ratio(*each) for each in PAIRS]
    return {
        "rate ratio, exact": [of_rate_ratio(*each) for each in RATES],
        "rate ratio, mid-P": [of_rate_ratio(*each, method="mid-p") for each in RATES],
        "share, Clopper-Pearson": [of_share(*each) for each in SHARES],
        "ratio of shares, Koopman": [ratio for ratio, _difference in pairs],
        "difference of shares, Newcombe": [difference for _ratio, difference in pairs],
    }


def main():
    print(f"{'interval of 95 %':32}{'truths':>8}{'least':>10}{'mean':>10}")
    for name, found in table().items():
        print(f"{name:32}{len(found):8}{min(found):10.4f}{sum(found) / len(found):10.4f}")


if __name__ == "__main__":
    main()
