"""What was measured against the baseline as a picture: numbers in, coordinates out; the template draws them.

Counts, added up, stand against the course that the baseline would have taken; shares with their intervals against
the share of the baseline. Page and print have the same picture.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from impact.domain import statistics
from impact.models import Metric

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 16, 32
DAYS_A_MONTH = 30.4375
DAY = timedelta(days=1)
MAX_MILESTONES = 9


@dataclass(frozen=True)
class Point:
    """A measurement at its last day: what it comes to, and the ends of its interval."""

    x: float
    y: float
    low_y: float
    high_y: float
    day: date
    value: float


@dataclass(frozen=True)
class ReachedMilestone:
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
    """The target of a period: where it leads to, from what was measured before; flat where it is a level.

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

    corners: tuple[tuple[float, float], ...]
    low: float
    high: float

    @property
    def points(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.corners)


@dataclass(frozen=True)
class Chart:
    """The picture of one metric in coordinates; `marks` are the points that are drawn, `ticks` (y, value)."""

    width: int
    height: int
    left: int
    right: float
    bottom: float
    points: tuple[Point, ...]
    marks: tuple[Point, ...]
    path: str
    baseline: LabelledLine | None
    band: Band | None
    target: LabelledLine | None
    goals: tuple[Goal, ...]
    less_is_better: bool
    ticks: tuple[tuple[float, float], ...]
    measured_label_y: float
    first: date
    last: date
    is_share: bool
    milestones: tuple[ReachedMilestone, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The days and the values that the picture shows, and where they stand in it: `x` of a day, `y` of a value."""

    first: date
    last: date
    top: float = 1

    def x(self, day: date) -> float:
        days = max(1, (self.last - self.first).days)
        return round(LEFT + (day - self.first).days / days * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM), 1)

    def line(self, start: float, end: float) -> LabelledLine:
        """From a value on the first day to a value on the last one, which is its label."""
        y = self.y(end)
        return LabelledLine(self.x(self.first), self.y(start), self.x(self.last), y, y + 4, end)


class GoalLine(NamedTuple):
    """The line of a target, from a value on a day to a value on a day; it `ends` in the picture or goes on."""

    start: date
    start_value: float
    end: date
    end_value: float
    ends: bool


@dataclass(frozen=True)
class Lines:
    """What the picture shows beside the points."""

    baseline: LabelledLine | None = None
    band: Band | None = None
    target: LabelledLine | None = None
    goals: tuple[GoalLine, ...] = ()


def draw(summary, reached=()):
    """The picture of one metric, or None where too few measurements for one have a day, or none that add up.

    `reached` are (title, day) of milestones; those within the picture stand on its axis.
    """
    chart = None if summary.result.count_least is not None else _chart_without_milestones(summary)
    if chart is None:
        return None
    frame = Frame(chart.first, chart.last)
    within = [(title, day) for title, day in reached if chart.first <= day <= chart.last]
    milestones = tuple(
        ReachedMilestone(frame.x(day), place, title, day)
        for place, (title, day) in enumerate(within[-MAX_MILESTONES:], start=1)
    )
    return replace(chart, milestones=milestones)


def _chart_without_milestones(summary):
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
    values = list(_running_totals(summary, first, rows))
    comparison = summary.comparison or next(iter(summary.what_ifs), None)
    expected = _expected(comparison.baseline, first, last) if comparison else None
    target = summary.metric.target
    goals = tuple(_goals(summary, first, last, dict(values[1:])))
    top = _round_up(
        max(
            *(value for _day, value in values),
            *(value for goal in goals for value in (goal.start_value, goal.end_value)),
            expected.high if expected else 0,
            target or 0,
        )
    )
    frame = Frame(first, last, top)
    points = tuple(
        Point(frame.x(day), frame.y(value), frame.y(value), frame.y(value), day, value)
        for day, value in values
    )
    baseline = band = None
    if expected:
        baseline = frame.line(0, expected.value)
        left, right = frame.x(first), frame.x(last)
        corners = (
            (left, frame.y(0)),
            (right, frame.y(expected.high)),
            (right, frame.y(expected.low)),
        )
        band = Band(corners, expected.low, expected.high)
    lines = Lines(baseline, band, frame.line(target, target) if target else None, goals)
    return _chart(summary, frame, points, lines)


def _running_totals(summary, first: date, rows: Iterable) -> Iterator[tuple[date, int]]:
    """What the count comes to by the end of each window, from zero on the first day."""
    total = 0
    yield first, total
    for row in rows:
        is_cumulative = summary.metric.reading == Metric.Reading.CUMULATIVE
        total = row.count if is_cumulative else total + row.count
        yield row.window_end, total


def _expected(baseline, first: date, last: date) -> statistics.Rate | None:
    """What the baseline's pace would have given by the last day, with its interval; None of a single day."""
    if baseline.count is None or not baseline.exposure_months or first == last:
        return None
    spread = float(baseline.exposure_months) * DAYS_A_MONTH / (last - first).days
    return statistics.rate(baseline.count, spread)


def _goals(
    summary, first: date, last: date, running_totals: Mapping[date, int] | None = None
) -> Iterator[GoalLine]:
    """The line of each target within the picture.

    Of measurements that add up, it begins at what they came to on the eve of its period, by `running_totals`; where
    that is not known, there is no line.
    """
    is_cumulative = summary.metric.reading == Metric.Reading.CUMULATIVE
    for target in summary.targets:
        start, end, value = target.window_start, target.window_end, float(target.value)
        if end <= first or start >= last:
            continue
        if running_totals is None or is_cumulative:
            value = value / 100 if summary.is_share else value
            yield GoalLine(max(start, first), value, min(end, last), value, end <= last)
            continue
        before = 0 if start == first else running_totals.get(start - DAY)
        if before is not None:
            part = min(1, (last - start) / (end - start)) if end > start else 1
            yield GoalLine(start, before, min(end, last), before + value * part, end <= last)


def _shares(summary, rows):
    """Each share with its interval, against the share of the baseline with its own."""
    comparison = summary.comparison
    start = comparison.baseline.window_end if comparison else rows[0].window_start
    frame = Frame(min(start, rows[0].window_end), rows[-1].window_end)
    points = tuple(
        _point(frame, row.window_end, statistics.share(row.count, row.total)) for row in rows
    )
    baseline = band = None
    if comparison and comparison.baseline_share:
        share = comparison.baseline_share
        baseline = frame.line(share.value, share.value)
        left, right = frame.x(frame.first), frame.x(frame.last)
        low, high = frame.y(share.low), frame.y(share.high)
        corners = ((left, high), (right, high), (right, low), (left, low))
        band = Band(corners, share.low, share.high)
    goals = tuple(_goals(summary, frame.first, frame.last))
    return _chart(summary, frame, points, Lines(baseline, band, goals=goals))


def _point(frame: Frame, day: date, share: statistics.Share) -> Point:
    return Point(
        frame.x(day),
        frame.y(share.value),
        frame.y(share.low),
        frame.y(share.high),
        day,
        share.value,
    )


def _chart(summary, frame: Frame, points: tuple[Point, ...], lines: Lines) -> Chart:
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        points=points,
        marks=points if summary.is_share else points[-1:],
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
        baseline=lines.baseline,
        band=lines.band,
        target=lines.target,
        goals=tuple(
            Goal(
                frame.x(goal.start),
                frame.y(goal.start_value),
                frame.x(goal.end),
                frame.y(goal.end_value),
                goal.ends,
            )
            for goal in lines.goals
        ),
        less_is_better=summary.metric.indicator.less_is_better,
        ticks=tuple((frame.y(frame.top * part / 4), frame.top * part / 4) for part in range(5)),
        measured_label_y=round(_label_y(points[-1].y + 4, lines), 1),
        first=frame.first,
        last=frame.last,
        is_share=summary.is_share,
    )


def _label_y(wanted: float, lines: Lines) -> float:
    """Where the label of what was measured stands: beside its point, unless another label is too near."""
    others = [line.label_y for line in (lines.baseline, lines.target) if line]
    if all(abs(wanted - other) >= 16 for other in others):
        return wanted
    return min(others) - 18 if min(others) > TOP + 24 else max(others) + 18


def _round_up(value: float) -> int:
    """The next round number, so that the axis reads well."""
    if value <= 4:
        return 4
    size = 10 ** (len(str(int(value))) - 1)
    return next(step * size for step in (1, 2, 4, 6, 8, 10, 20) if step * size >= value)
