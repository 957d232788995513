"""Sums that refuse, and the number of different people among counts that may hold the same person.

What is known of c people here, d people there and m of them in both:

- **At most** the sum less the heaviest spanning forest of the declared people in common (Hunter, Journal of
  Applied Probability 13, 1976; Worsley, Biometrika 69, 1982): along a tree each edge takes away people that were
  counted twice. "At least m" is as good as "exactly m" here.
- **At least** the largest count; and, of any counts whose every pair is declared exactly, the bound of Dawson and
  Sankoff (Proceedings of the AMS 18, 1967), 2 S1 / (k + 1) - 2 S2 / (k (k + 1)) with k = 1 + floor(2 S2 / S1),
  where S1 adds the counts and S2 the pairs; with k = 1 it is Bonferroni's S1 - S2, and of two counts it is their
  union. Which counts to take is sought greedily from the pair with the largest union: the best choice is a hard
  problem, and any choice gives a bound that holds.

Declarations that contradict each other are refused once "at least" is above "at most"; three that could not be true
together may pass unseen, and then the bounds are those of what was declared.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from impact.domain.statistics.given import as_count, is_ordinary
from impact.domain.statistics.refusals import StatisticsError
from impact.domain.statistics.results import InCommon, Number, Rule, Total

Neighbours = Mapping[int, Mapping[int, int]]


class _PeopleInCommon(NamedTuple):
    """People in common that were checked: whole ones, of two counts in their order."""

    first: int
    second: int
    people: int
    exact: bool


def total_of_unique_people(counts: Iterable[Number], in_common: Iterable[InCommon] = ()) -> Total:
    """From "all the same people" (the largest count) to "none in common" (the sum), narrowed by what is declared."""
    people = [as_count(count) for count in counts]
    if not people:
        raise StatisticsError("nothing-to-add")
    return total_of_many(max(people), sum(people), people, in_common)


def total_of_many(
    most: Number, added: Number, declared: Sequence[Number], in_common: Iterable[InCommon]
) -> Total:
    """The same with too many counts to hold them: the largest and the sum of all, and those that are `declared` about.

    `in_common` points into `declared`.
    """
    largest, counts = as_count(most), [as_count(count) for count in declared]
    pairs = [_checked(pair, counts) for pair in in_common]
    if len({(pair.first, pair.second) for pair in pairs}) < len(pairs):
        raise StatisticsError("overlap-not-a-pair")
    low, high = max(largest, _at_least(counts, pairs)), int(added) - _counted_twice(pairs)
    if low > high:
        raise StatisticsError("overlaps-contradict")
    return Total(low, high, "unique")


def total(values: Iterable[Number], rule: Rule) -> Total:
    """The sum that the indicator's rule allows. No value at all is refused: it is not a zero."""
    if rule == "never":
        raise StatisticsError("never-added")
    if rule == "unique":
        return total_of_unique_people(values)
    if rule != "additive":
        raise StatisticsError("rule-unknown")
    values = list(values)
    if not values:
        raise StatisticsError("nothing-to-add")
    if not all(is_ordinary(value) for value in values):
        raise StatisticsError("value-not-finite")
    added = fsum(values) if any(isinstance(value, float) for value in values) else sum(values)
    return Total(added, added, "additive")


def _checked(pair: InCommon, counts: Sequence[int]) -> _PeopleInCommon:
    """The pair in the order of its counts, with whole people, no more than either count has."""
    first, second = sorted((pair.first, pair.second))
    if first == second or first < 0 or second >= len(counts):
        raise StatisticsError("overlap-not-a-pair")
    people = as_count(pair.people)
    if people > min(counts[first], counts[second]):
        raise StatisticsError("overlap-above-count")
    return _PeopleInCommon(first, second, people, pair.exact)


def _counted_twice(pairs: Iterable[_PeopleInCommon]) -> int:
    """The weight of the heaviest spanning forest, by Kruskal."""
    root: dict[int, int] = {}

    def find(node: int) -> int:
        while (above := root.get(node, node)) != node:
            root[node] = root.get(above, above)
            node = above
        return node

    weight = 0
    for pair in sorted(pairs, key=lambda pair: -pair.people):
        first, second = find(pair.first), find(pair.second)
        if first != second:
            root[first] = second
            weight += pair.people
    return weight


def _at_least(counts: Sequence[int], pairs: Iterable[_PeopleInCommon]) -> int:
    """Of counts whose every pair is declared exactly, grown from the pair with the largest union."""
    exactly: dict[int, dict[int, int]] = defaultdict(dict)
    for pair in pairs:
        if pair.exact:
            exactly[pair.first][pair.second] = exactly[pair.second][pair.first] = pair.people
    if not exactly:
        return 0
    first, second = max(
        ((one, other) for one, others in exactly.items() for other in others if one < other),
        key=lambda pair: counts[pair[0]] + counts[pair[1]] - exactly[pair[0]][pair[1]],
    )
    singles, doubles = counts[first] + counts[second], exactly[first][second]
    best, chosen = singles - doubles, {first, second}
    while (grown := _most_gained(counts, exactly, chosen)) is not None:
        singles += counts[grown]
        doubles += sum(exactly[grown][one] for one in chosen)
        chosen.add(grown)
        best = max(best, _dawson_sankoff(singles, doubles))
    return best


def _most_gained(counts: Sequence[int], exactly: Neighbours, chosen: set[int]) -> int | None:
    """The count that adds the most people, among those declared exactly with every one that is chosen."""
    others = set.intersection(*(set(exactly[one]) for one in chosen)) - chosen
    return max(
        others,
        key=lambda each: (counts[each] - sum(exactly[each][one] for one in chosen), -each),
        default=None,
    )


def _dawson_sankoff(singles: int, doubles: int) -> int:
    """Whole people: rounded up."""
    if not singles:
        return 0
    k = 1 + 2 * doubles // singles
    return -((2 * doubles - 2 * k * singles) // (k * (k + 1)))
