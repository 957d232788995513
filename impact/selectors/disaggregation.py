"""A result by groups, as its readers may see it: small groups are hidden, in each measurement by itself.

In each measurement those whose group is not known are one more group. All that a reader sees is made of what is left
after the hiding, so that no sum, other period or later report gives back what was hidden.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from crm.domain.text import normalise
from crm.models import Bilingual
from impact.domain import statistics
from impact.models import Dimension


class BreakdownRow(NamedTuple):
    """One group of one measurement, as it is recorded: the columns of Breakdown that a summary reads."""

    measurement_id: int
    dimension: str
    label_fr: str
    label_en: str
    count: int  # type: ignore[assignment]  # a column of the row, in the place of a tuple's method that nobody calls
    total: int | None

    @property
    def size(self) -> int:
        """The people in the group, with the result or not."""
        return self.count if self.total is None else self.total


class CountedRow(Protocol):
    """A measurement, as a model or as a row."""

    @property
    def pk(self) -> int | None: ...

    @property
    def count(self) -> int | None: ...

    @property
    def total(self) -> int | None: ...


class CountedPeople(NamedTuple):
    """The people of one measurement: how many there are, or of a share, how many out of how many."""

    measurement_id: int | None
    people: int
    total: int | None

    @property
    def size(self) -> int:
        return self.people if self.total is None else self.total


@dataclass(frozen=True)
class DisaggregationGroup(Bilingual):
    """`count` is None where the group is hidden in every measurement; `is_partial` where it is hidden in some."""

    label_fr: str
    label_en: str
    count: int | None
    total: int | None = None
    is_partial: bool = False
    whole: int = 0

    @property
    def label(self) -> str:
        return self.in_language("label")

    @property
    def share(self) -> statistics.Share | None:
        return (
            statistics.share(self.count, self.total)
            if self.count is not None and self.total
            else None
        )

    @property
    def part(self) -> float:
        """Of a count: how much of the whole result is in the group."""
        return self.count / self.whole if self.count is not None and self.whole else 0

    @property
    def width(self) -> float:
        """The length of its bar, in per cent."""
        return round(100 * (self.share.value if self.share else self.part), 1)


@dataclass(frozen=True)
class Disaggregation:
    """A result by one criterion.

    `untold` of `whole` people are in hidden groups, or in none that is known; `elsewhere` are the people of the
    measurements that were not broken down by this criterion.
    """

    dimension: str
    groups: tuple[DisaggregationGroup, ...]
    untold: int
    whole: int
    elsewhere: int = 0

    @property
    def name(self) -> str:
        return str(Dimension(self.dimension).label)

    @property
    def of_share(self) -> bool:
        return any(group.total is not None for group in self.groups)

    @property
    def hides(self) -> bool:
        return any(group.count is None or group.is_partial for group in self.groups)


def disaggregate(
    breakdowns: Iterable[BreakdownRow], measurements: Iterable[CountedRow], least: int
) -> tuple[Disaggregation, ...]:
    """What the measurements come to by each criterion; groups of fewer than `least` people are hidden."""
    by_dimension: dict[str, dict[int | None, list[BreakdownRow]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for breakdown in breakdowns:
        by_dimension[breakdown.dimension][breakdown.measurement_id].append(breakdown)
    counted = [
        CountedPeople(row.pk, row.count, row.total) for row in measurements if row.count is not None
    ]
    disaggregations = (
        _disaggregation(dimension, by_dimension[dimension], counted, least)
        for dimension in Dimension.values
        if dimension in by_dimension
    )
    return tuple(each for each in disaggregations if each.groups)


def _disaggregation(
    dimension: str,
    by_measurement: Mapping[int | None, Sequence[BreakdownRow]],
    measurements: Sequence[CountedPeople],
    least: int,
) -> Disaggregation:
    shown: dict[str, list[BreakdownRow]] = defaultdict(list)
    labels: dict[str, tuple[str, str]] = {}
    hidden = set()
    broken_down = [row for row in measurements if row.measurement_id in by_measurement]
    for measurement in broken_down:
        breakdowns = by_measurement[measurement.measurement_id]
        too_small = _hidden_places(breakdowns, measurement, least)
        for place, breakdown in enumerate(breakdowns):
            key = normalise(breakdown.label_fr)
            labels.setdefault(key, (breakdown.label_fr, breakdown.label_en))
            if place in too_small:
                hidden.add(key)
            else:
                shown[key].append(breakdown)
    whole = sum(row.size for row in broken_down)
    people_shown = sum(breakdown.size for rows in shown.values() for breakdown in rows)
    groups = tuple(
        _group(label, whole, shown.get(key, []), key in hidden) for key, label in labels.items()
    )
    elsewhere = sum(row.size for row in measurements) - whole
    return Disaggregation(dimension, groups, whole - people_shown, whole, elsewhere)


def _group(
    label: tuple[str, str], whole: int, breakdowns: Sequence[BreakdownRow], is_hidden: bool
) -> DisaggregationGroup:
    if not breakdowns:
        return DisaggregationGroup(*label, count=None, whole=whole)
    totals = [row.total for row in breakdowns if row.total is not None]
    count = sum(row.count for row in breakdowns)
    return DisaggregationGroup(*label, count, sum(totals) if totals else None, is_hidden, whole)


def _hidden_places(
    breakdowns: Sequence[BreakdownRow], measurement: CountedPeople, least: int
) -> frozenset[int]:
    """The places of the groups to hide; those whose group is not known are one group more."""
    groups = [_cells(row.count, row.total) for row in breakdowns]
    everybody = _cells(measurement.people, measurement.total)
    not_known = [
        whole - sum(cells)
        for whole, cells in zip(everybody, zip(*groups, strict=True), strict=True)
    ]
    return statistics.too_small([*groups, not_known] if any(not_known) else groups, least)


def _cells(count: int, total: int | None) -> tuple[int, ...]:
    """The people who are counted; of a share, those who have the result and those who have not."""
    return (count,) if total is None else (count, total - count)
