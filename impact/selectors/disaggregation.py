"""A figure by groups, as its readers may see it: small groups are hidden where they stand, and nowhere else.

Each measurement is suppressed by itself, with what is not known as one more group, and everything a reader sees is
made of what is left. So no sum, period or later report gives back what a row hides.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from crm.domain.text import normalise
from crm.models import Bilingual
from impact.domain import statistics
from impact.models import Dimension


class BreakdownRow(NamedTuple):
    """One group of one measurement, as it is recorded."""

    measurement_id: int
    dimension: str
    label_fr: str
    label_en: str
    count: int
    total: int | None

    @property
    def size(self):
        return self.count if self.total is None else self.total


@dataclass(frozen=True)
class DisaggregationGroup:
    """`count` is None where the group is hidden in every figure; `is_partial` where it is hidden in some."""

    label_fr: str
    label_en: str
    count: int | None
    total: int | None = None
    is_partial: bool = False
    whole: int = 0

    @property
    def label(self):
        return Bilingual.in_language(self, "label")

    @property
    def share(self):
        return (
            statistics.share(self.count, self.total)
            if self.count is not None and self.total
            else None
        )

    @property
    def part(self):
        """Of a count: how much of the whole figure is in the group."""
        return self.count / self.whole if self.count is not None and self.whole else 0

    @property
    def width(self):
        return round(100 * (self.share.value if self.share else self.part), 1)


@dataclass(frozen=True)
class Disaggregation:
    """A figure by one criterion; `untold` of `whole` are in hidden groups, or in none that is known.

    `elsewhere` are those of the periods that were not broken down by it.
    """

    dimension: str
    groups: tuple[DisaggregationGroup, ...]
    untold: int
    whole: int
    elsewhere: int = 0

    @property
    def name(self):
        return Dimension(self.dimension).label

    @property
    def of_share(self):
        return any(group.total is not None for group in self.groups)

    @property
    def hides(self):
        return any(group.count is None or group.is_partial for group in self.groups)


def disaggregate(cells, figures, least):
    """[Disaggregation] of the figures that add up to a total; each has `pk`, `count` and `total`."""
    by_dimension = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        by_dimension[cell.dimension][cell.measurement_id].append(cell)
    figures = [figure for figure in figures if figure.count is not None]
    found = (
        _told(dimension, by_dimension[dimension], figures, least)
        for dimension in Dimension.values
        if dimension in by_dimension
    )
    return tuple(each for each in found if each.groups)


def _told(dimension, by_figure, figures, least):
    shown, names, hidden = defaultdict(list), {}, set()
    broken_down = [figure for figure in figures if figure.pk in by_figure]
    for figure in broken_down:
        cells = by_figure[figure.pk]
        too_small = _hidden(cells, figure, least)
        for place, cell in enumerate(cells):
            key = normalise(cell.label_fr)
            names.setdefault(key, (cell.label_fr, cell.label_en))
            if place in too_small:
                hidden.add(key)
            else:
                shown[key].append(cell)
    whole = sum(map(_size, broken_down))
    told = sum(cell.size for cells in shown.values() for cell in cells)
    groups = (
        _group(*labels, whole, shown.get(key), key in hidden) for key, labels in names.items()
    )
    return Disaggregation(
        dimension, tuple(groups), whole - told, whole, sum(map(_size, figures)) - whole
    )


def _group(label_fr, label_en, whole, cells, is_hidden):
    if not cells:
        return DisaggregationGroup(label_fr, label_en, None, whole=whole)
    totals = [cell.total for cell in cells if cell.total is not None]
    counted = sum(cell.count for cell in cells)
    return DisaggregationGroup(
        label_fr, label_en, counted, sum(totals) if totals else None, is_hidden, whole
    )


def _hidden(cells, figure, least):
    groups = [_cells(cell.count, cell.total) for cell in cells]
    rest = [
        whole - sum(part)
        for whole, part in zip(
            _cells(figure.count, figure.total), zip(*groups, strict=True), strict=True
        )
    ]
    return statistics.too_small([*groups, rest] if any(rest) else groups, least)


def _cells(count, total):
    """Those who are counted; of a share, those who have the result and those who have not."""
    return (count,) if total is None else (count, total - count)


def _size(figure):
    return figure.count if figure.total is None else figure.total
