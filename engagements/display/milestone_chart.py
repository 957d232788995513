"""The milestones as a picture: planned first hollow, planned now solid, done ticked, slip as the line between."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from engagements.domain.lead_coverage import Coverage
from engagements.models import Engagement, Milestone

WIDTH, LEFT, RIGHT = 760, 216, 96
TOP, ROW = 32, 34
MAX_MILESTONES = 40


@dataclass(frozen=True)
class TimelineMark:
    """A milestone on the picture: where it was planned first and where it is now, `slip` days apart."""

    number: int
    title: str
    y: int
    first_x: float
    now_x: float
    now: date
    is_done: bool
    slip: int
    label_x: float


@dataclass(frozen=True)
class Wait:
    """A line from the milestone that is awaited to the one that waits for it."""

    path: str


@dataclass(frozen=True)
class Tick:
    """A label of the axis."""

    x: float
    day: date


@dataclass(frozen=True)
class Timeline:
    """All that the template needs; coordinates in a view box of `width` × `height`."""

    width: int
    height: int
    left: int
    bottom: int
    marks: tuple[TimelineMark, ...]
    waits: tuple[Wait, ...]
    ticks: tuple[Tick, ...]
    today_x: float | None
    finding: str


def draw(
    milestones: Sequence[Milestone], today: date, waits: Iterable[tuple[int, int]] = ()
) -> Timeline:
    """A picture of the milestones given, in their order; the finding is its title.

    `waits` are pairs of keys, (milestone, the one it waits for).
    """
    all_milestones, milestones = milestones, milestones[:MAX_MILESTONES]
    days = [day for m in milestones for day in (m.planned_first_on, m.done_on or m.planned_on)] + [
        today
    ]
    first, last = min(days) - timedelta(days=14), max(days) + timedelta(days=14)
    span = (last - first).days

    def x(day: date) -> float:
        return round(LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT), 1)

    marks = tuple(
        TimelineMark(
            number=m.pk,
            title=m.title if len(m.title) <= 28 else m.title[:27] + "…",
            y=TOP + ROW * place + ROW // 2,
            first_x=x(m.planned_first_on),
            now_x=x(m.done_on or m.planned_on),
            now=m.done_on or m.planned_on,
            is_done=m.done_on is not None,
            slip=m.slip,
            label_x=round(max(x(m.planned_first_on), x(m.done_on or m.planned_on)) + 14, 1),
        )
        for place, m in enumerate(milestones)
    )
    bottom = TOP + ROW * len(marks)
    return Timeline(
        width=WIDTH,
        height=bottom + 12,
        left=LEFT,
        bottom=bottom,
        marks=marks,
        waits=tuple(_waits(marks, waits)),
        ticks=tuple(Tick(x(day), day) for day in month_starts(first, last)),
        today_x=x(today),
        finding=" ".join(filter(None, (finding(all_milestones), lateness(all_milestones, today)))),
    )


def _waits(marks: Iterable[TimelineMark], waits: Iterable[tuple[int, int]]) -> Iterator[Wait]:
    """Down or up from the one that is awaited, then across to the one that waits."""
    by_number = {mark.number: mark for mark in marks}
    for number, awaited in waits:
        if number in by_number and awaited in by_number:
            start, end = by_number[awaited], by_number[number]
            yield Wait(f"M{start.now_x} {start.y} V{end.y} H{end.now_x}")


BEFORE, AFTER = timedelta(days=270), timedelta(days=270)
ROW_WIDTH, ROW_HEIGHT, NAMES_WIDTH = 720, 34, 220


@dataclass(frozen=True)
class PortfolioRow:
    """One engagement of the portfolio's picture: its lead as segments (x, width, kind), its milestones as marks."""

    engagement: Engagement
    y: int
    segments: tuple[tuple[float, float, str], ...]
    marks: tuple[TimelineMark, ...]
    gap_days: int
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class PortfolioTimeline:
    """Names stand left of 0, down to `left`; the axis goes from 0 to `width`."""

    left: int
    width: int
    whole_width: int
    height: int
    lines: tuple[PortfolioRow, ...]
    ticks: tuple[Tick, ...]
    today_x: float
    finding: str


def portfolio(
    rows: Sequence[tuple[Engagement, Sequence[Milestone], Coverage]], today: date
) -> PortfolioTimeline:
    """(engagement, its milestones, its coverage by a lead) rows on one axis, nine months back and nine ahead."""
    first, last = today - BEFORE, today + AFTER

    def x(day: date) -> float:
        return round((min(max(day, first), last) - first).days / (last - first).days * ROW_WIDTH, 1)

    def inside(milestone: Milestone) -> bool:
        return first <= (milestone.done_on or milestone.planned_on) <= last

    lines = []
    for place, (engagement, milestones, coverage) in enumerate(rows):
        y = ROW_HEIGHT * place + ROW_HEIGHT // 2
        segments = tuple(
            (
                x(p.starts_on),
                round(x(p.ends_on + timedelta(days=1)) - x(p.starts_on), 1),
                "gap" if p.is_gap else "full",
            )
            for p in coverage.periods
            if p.ends_on >= first
        )
        marks = tuple(
            TimelineMark(
                m.pk,
                m.title,
                y,
                x(m.planned_first_on),
                x(day),
                day,
                m.done_on is not None,
                m.slip,
                0,
            )
            for m in milestones
            if inside(m)
            for day in [m.done_on or m.planned_on]
        )
        gap_days = sum(gap.days for gap in coverage.gaps)
        lines.append(PortfolioRow(engagement, y, segments, marks, gap_days, tuple(milestones)))
    return PortfolioTimeline(
        left=-NAMES_WIDTH,
        width=ROW_WIDTH,
        whole_width=NAMES_WIDTH + ROW_WIDTH + 20,
        height=ROW_HEIGHT * len(lines) + 24,
        lines=tuple(lines),
        ticks=tuple(Tick(x(day), day) for day in month_starts(first, last)),
        today_x=x(today),
        finding=finding([m for _e, milestones, _c in rows for m in milestones]),
    )


def finding(milestones: Collection[Milestone]) -> str:
    """What the picture says, in a sentence: how many have slipped, and by how much in the median."""
    slips = [m.slip for m in milestones if m.slip > 0]
    if not slips:
        return _("No milestone has slipped.")
    middle = round(median(slips))
    by = ngettext("%(days)d day", "%(days)d days", middle) % {"days": middle}
    return ngettext(
        "%(slipped)d milestone out of %(all)d has slipped, by %(by)s.",
        "%(slipped)d milestones out of %(all)d have slipped, by %(by)s in the median.",
        len(slips),
    ) % {"slipped": len(slips), "all": len(milestones), "by": by}


def lateness(milestones: Iterable[Milestone], today: date) -> str:
    """The second sentence: how many should be done by now and are not, whether their date was moved or not."""
    days = [
        (today - m.planned_on).days
        for m in milestones
        if m.done_on is None and m.planned_on < today
    ]
    if not days:
        return ""
    longest = ngettext("%(days)d day", "%(days)d days", max(days)) % {"days": max(days)}
    return ngettext(
        "%(late)d milestone is %(longest)s late.",
        "%(late)d milestones are late, the longest by %(longest)s.",
        len(days),
    ) % {"late": len(days), "longest": longest}


def month_starts(first: date, last: date) -> list[date]:
    """First days of months, thinned so that their labels do not touch."""
    months, day = [], date(first.year, first.month, 1)
    while day <= last:
        if day >= first:
            months.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    every = max(1, -(-len(months) // 8))
    return months[::every]
