"""The roadmap as one table: the bar of a milestone stands in its row, in percent of the column's width."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engagements.display.milestone_chart import finding, lateness, month_starts
from engagements.models import Milestone

MARGIN = 4  # percent of the column at each end, so that a mark is whole
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Month:
    """A month of the axis, `x` percent from its beginning."""

    x: str
    day: date


@dataclass(frozen=True)
class Axis:
    """From `first` on, `days` long."""

    first: date
    days: int
    ticks: tuple[Month, ...]
    today: str

    @property
    def named(self) -> tuple[Month, ...]:
        """Three months at most bear their name: the column is narrow, and more would run into each other."""
        return self.ticks[:: -(-len(self.ticks) // 3) or 1]

    def x(self, day: date) -> str:
        return place(day, self.first, self.days)


@dataclass(frozen=True)
class RoadmapRow:
    """A milestone: its marks on the axis, what it waits for, what is planned after it all the same, what changed.

    `waits_x` is where the last one that it waits for stands, None where it waits for none. `is_ahead` is true of the
    first row that is planned for today or later.
    """

    milestone: Milestone
    on: date
    first_x: str
    x: str
    waits_x: str | None
    awaited: tuple[Milestone, ...]
    too_early: tuple[Milestone, ...]
    is_late: bool
    is_awaited: bool
    is_ahead: bool
    entries: Sequence[Any]

    @property
    def earlier(self) -> date:
        return self.milestone.planned_on - WEEK

    @property
    def later(self) -> date:
        return self.milestone.planned_on + WEEK


@dataclass(frozen=True)
class Roadmap:
    """The rows by day; the finding is their title."""

    finding: str
    axis: Axis
    rows: tuple[RoadmapRow, ...]


def day_of(milestone: Milestone) -> date:
    return milestone.done_on or milestone.planned_on


def place(day: date, first: date, days: int) -> str:
    """Where a day stands on the axis, as an attribute of SVG says it: “12.5%”."""
    return f"{MARGIN + (day - first).days / days * (100 - 2 * MARGIN):.1f}%"


def roadmap(
    milestones: Collection[Milestone],
    today: date,
    waits: Iterable[tuple[int, int]],
    histories: Mapping[Milestone, Sequence[Any]],
) -> Roadmap:
    """All milestones of an engagement; `waits` are pairs of keys, (milestone, the one it waits for)."""
    by_key = {milestone.pk: milestone for milestone in milestones}
    awaited = defaultdict(list)
    for key, after in waits:
        awaited[key].append(by_key[after])
    wanted = {other.pk for others in awaited.values() for other in others}
    axis = _axis(milestones, today)
    ordered = sorted(milestones, key=lambda each: (day_of(each), each.pk))
    ahead = next((each.pk for each in ordered if not each.done_on and day_of(each) >= today), None)
    rows = tuple(
        _row(
            each,
            awaited[each.pk],
            axis,
            is_late=not each.done_on and each.planned_on < today,
            is_awaited=each.pk in wanted,
            is_ahead=each.pk == ahead,
            entries=histories[each],
        )
        for each in ordered
    )
    sentences = finding(milestones), lateness(milestones, today)
    return Roadmap(" ".join(filter(None, sentences)), axis, rows)


def _axis(milestones: Iterable[Milestone], today: date) -> Axis:
    days = [day for each in milestones for day in (each.planned_first_on, day_of(each))] + [today]
    first = min(days)
    span = max((max(days) - first).days, 28)
    ticks = month_starts(first, first + timedelta(days=span))
    return Axis(
        first,
        span,
        tuple(Month(place(day, first, span), day) for day in ticks),
        place(today, first, span),
    )


def _row(milestone: Milestone, awaited: Sequence[Milestone], axis: Axis, **more: Any) -> RoadmapRow:
    too_early = [
        other for other in awaited if not other.done_on and other.planned_on > milestone.planned_on
    ]
    on = day_of(milestone)
    waits_from = max(map(day_of, awaited), default=None)
    return RoadmapRow(
        milestone=milestone,
        on=on,
        first_x=axis.x(milestone.planned_first_on),
        x=axis.x(on),
        waits_x=None if waits_from is None else axis.x(min(waits_from, on)),
        awaited=tuple(awaited),
        too_early=() if milestone.done_on else tuple(too_early),
        **more,
    )
