"""Measured against baseline as a picture: numbers in, coordinates out; the template draws them.

The cumulated count against the course that the baseline would have taken, or shares with their intervals against
the baseline's share. The same picture goes to page and print.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from impact.domain import statistics
from impact.models import Metric

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 16, 32
DAYS_A_MONTH = 30.4375
DAY = timedelta(days=1)
MAX_MILESTONE_MARKS = 9


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    low_y: float
    high_y: float
    day: date
    value: float


@dataclass(frozen=True)
class MilestoneMark:
    """A milestone on the axis of time, by its number in the list below the picture."""

    x: float
    place: int
    title: str
    day: date


@dataclass(frozen=True)
class LabelledLine:
    """A horizontal or rising line with its label at its end."""

    x1: float
    y1: float
    x2: float
    y2: float
    label_y: float
    value: float


@dataclass(frozen=True)
class Goal:
    """The target of a period: where it leads to, from where the figures stood; flat where it is a level.

    It `ends` in the picture, or goes on beyond it.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    ends: bool


@dataclass(frozen=True)
class Band:
    """What chance leaves open of the baseline at the end of its line, `low` to `high`, and its corners."""

    corners: tuple
    low: float
    high: float

    @property
    def points(self):
        return " ".join(f"{x},{y}" for x, y in self.corners)


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    left: int
    right: float
    bottom: float
    points: tuple
    marks: tuple
    path: str
    baseline: LabelledLine | None
    band: Band | None
    target: LabelledLine | None
    goals: tuple[Goal, ...]
    less_is_better: bool
    ticks: tuple
    measured_label_y: float
    first: date
    last: date
    is_share: bool
    milestones: tuple = ()


def draw(summary, reached=()):
    """The picture of one metric, or None where there are not enough dated figures for one, or none that add up.

    `reached` are (title, day) of milestones; those within the picture stand on its axis.
    """
    drawn = None if summary.result.count_least is not None else _drawn(summary)
    if drawn is None:
        return None
    x, _y = _scale(drawn.first, drawn.last, 1)
    within = [(title, day) for title, day in reached if drawn.first <= day <= drawn.last][
        -MAX_MILESTONE_MARKS:
    ]
    marks = tuple(
        MilestoneMark(x(day), place, title, day)
        for place, (title, day) in enumerate(within, start=1)
    )
    return replace(drawn, milestones=marks)


def _drawn(summary):
    rows = [row for row in summary.series if _value(row, summary.is_share) is not None]
    if not rows:
        return None
    return _shares(summary, rows) if summary.is_share else _course(summary, rows)


def _value(row, is_share):
    if is_share:
        return row.count / row.total if row.count is not None and row.total else None
    return row.count


def _course(summary, rows):
    """The count as it adds up, against the baseline's pace over the same days."""
    first, last = min(row.window_start for row in rows), rows[-1].window_end
    running, values = 0, [(first, 0)]
    for row in rows:
        running = (
            row.count
            if summary.metric.reading == Metric.Reading.CUMULATIVE
            else running + row.count
        )
        values.append((row.window_end, running))
    compared = summary.comparison or next(iter(summary.what_ifs), None)
    expected = _expected(compared.baseline, first, last) if compared else None
    target, goals = summary.metric.target, list(_goals(summary, first, last, dict(values[1:])))
    highest = [max(value for _day, value in values), expected.high if expected else 0, target or 0]
    top = _nice(
        max(*highest, *(value for _day, value in sum((ends for ends, _is_whole in goals), ())))
    )
    x, y = _scale(first, last, top)
    points = tuple(Point(x(day), y(value), y(value), y(value), day, value) for day, value in values)
    baseline = target_line = band = None
    if expected:
        baseline = LabelledLine(
            x(first), y(0), x(last), y(expected.value), y(expected.value) + 4, expected.value
        )
        corners = ((x(first), y(0)), (x(last), y(expected.high)), (x(last), y(expected.low)))
        band = Band(corners, expected.low, expected.high)
    if target:
        target_line = LabelledLine(x(first), y(target), x(last), y(target), y(target) + 4, target)
    return _chart(summary, points, baseline, target_line, top, first, last, band=band, goals=goals)


def _expected(baseline, first, last):
    """What the baseline's pace would have given by the last day, and between what; nothing from no day to none."""
    if baseline.count is None or not baseline.exposure_months or first == last:
        return None
    spread = float(baseline.exposure_months) * DAYS_A_MONTH / (last - first).days
    return statistics.rate(baseline.count, spread)


def _goals(summary, first, last, running_totals=None):
    """(((day, value), (day, value)), whether it ends there) of each target within the picture.

    Of figures that add up, one begins where they stood on the eve of its period; where that is not known, it is not
    drawn. `running_totals` is what they come to by day.
    """
    adds_up = running_totals is not None and summary.metric.reading != Metric.Reading.CUMULATIVE
    for target in summary.targets:
        start, end, value = target.window_start, target.window_end, float(target.value)
        if end <= first or start >= last:
            continue
        if not adds_up:
            value = value / 100 if summary.is_share else value
            yield ((max(start, first), value), (min(end, last), value)), end <= last
            continue
        before = 0 if start == first else running_totals.get(start - DAY)
        if before is not None:
            done = min(1, (last - start) / (end - start)) if end > start else 1
            yield ((start, before), (min(end, last), before + value * done)), end <= last


def _shares(summary, rows):
    compared = summary.comparison
    start = compared.baseline.window_end if compared else rows[0].window_start
    first, last = min(start, rows[0].window_end), rows[-1].window_end
    x, y = _scale(first, last, 1)
    points = []
    for row in rows:
        share = statistics.share(row.count, row.total)
        points.append(
            Point(
                x(row.window_end),
                y(share.value),
                y(share.low),
                y(share.high),
                row.window_end,
                share.value,
            )
        )
    baseline = band = None
    if compared and compared.baseline_share:
        level = compared.baseline_share
        baseline = LabelledLine(
            x(first), y(level.value), x(last), y(level.value), y(level.value) + 4, level.value
        )
        ends = [
            (x(first), y(level.high)),
            (x(last), y(level.high)),
            (x(last), y(level.low)),
            (x(first), y(level.low)),
        ]
        band = Band(tuple(ends), level.low, level.high)
    goals = _goals(summary, first, last)
    return _chart(summary, tuple(points), baseline, None, 1, first, last, band=band, goals=goals)


def _scale(first, last, top):
    days = max(1, (last - first).days)

    def x(day):
        return round(LEFT + (day - first).days / days * (WIDTH - LEFT - RIGHT), 1)

    def y(value):
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    return x, y


def _chart(summary, points, baseline, target, top, first, last, *, band, goals):
    x, y = _scale(first, last, top)
    taken = [line.label_y for line in (baseline, target) if line]
    label_y = points[-1].y + 4
    if any(abs(label_y - other) < 16 for other in taken):
        label_y = min(taken) - 18 if min(taken) > TOP + 24 else max(taken) + 18
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        points=points,
        marks=points if summary.is_share else points[-1:],
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
        baseline=baseline,
        band=band,
        target=target,
        goals=tuple(
            Goal(x(start), y(low), x(end), y(high), ends)
            for ((start, low), (end, high)), ends in goals
        ),
        less_is_better=summary.metric.indicator.less_is_better,
        ticks=tuple((y(top * part / 4), top * part / 4) for part in range(5)),
        measured_label_y=round(label_y, 1),
        first=first,
        last=last,
        is_share=summary.is_share,
    )


def _nice(value):
    """The next round number, so that the axis reads well."""
    if value <= 4:
        return 4
    size = 10 ** (len(str(int(value))) - 1)
    return next(step * size for step in (1, 2, 4, 6, 8, 10, 20) if step * size >= value)
