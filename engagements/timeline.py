"""The milestones as a picture: planned first hollow, planned now solid, done ticked, slip as the line between."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH, LEFT, RIGHT = 760, 216, 96
TOP, ROW = 32, 34
MOST = 40


@dataclass(frozen=True)
class Mark:
    title: str
    y: int
    first_x: float
    now_x: float
    is_done: bool
    slip: int
    label_x: float


@dataclass(frozen=True)
class Tick:
    x: float
    day: date


@dataclass(frozen=True)
class Timeline:
    """All that the template needs; coordinates in a view box of `width` × `height`."""

    width: int
    height: int
    left: int
    bottom: int
    marks: tuple
    ticks: tuple
    today_x: float | None
    finding: str


def draw(milestones, today):
    """A picture of the milestones given, in their order; the finding is its title."""
    everything, milestones = milestones, milestones[:MOST]
    days = [day for m in milestones for day in (m.planned_first_on, m.done_on or m.planned_on)] + [today]
    first, last = min(days) - timedelta(days=14), max(days) + timedelta(days=14)
    span = (last - first).days

    def x(day):
        return round(LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT), 1)

    marks = tuple(
        Mark(
            title=m.title if len(m.title) <= 28 else m.title[:27] + "…",
            y=TOP + ROW * place + ROW // 2,
            first_x=x(m.planned_first_on),
            now_x=x(m.done_on or m.planned_on),
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
        ticks=tuple(Tick(x(day), day) for day in _month_starts(first, last)),
        today_x=x(today),
        finding=finding(everything),
    )


def finding(milestones):
    """What the picture says, in a sentence: how many have slipped, and by how much in the middle."""
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


def _month_starts(first, last):
    """First days of months, thinned so that their labels do not touch."""
    months, day = [], date(first.year, first.month, 1)
    while day <= last:
        if day >= first:
            months.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    every = max(1, -(-len(months) // 8))
    return months[::every]
