"""Sums that refuse."""

from collections.abc import Iterable
from math import fsum

from impact.statistics.given import as_count, is_ordinary
from impact.statistics.refusals import Refused
from impact.statistics.results import Number, Rule, Total


def total_of_unique_people(counts: Iterable[Number]) -> Total:
    """From "all the same people" (the largest count) to "none in common" (the sum)."""
    counts = [as_count(count) for count in counts]
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
    if not all(is_ordinary(value) for value in values):
        raise Refused("value-not-finite")
    added = fsum(values) if any(isinstance(value, float) for value in values) else sum(values)
    return Total(added, added, "additive")
