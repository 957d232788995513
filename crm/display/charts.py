"""How many still wait, as a picture: numbers in, coordinates out; the template draws them."""

from dataclasses import dataclass

WIDTH, HEIGHT = 560, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 12, 32
LEAST_DAYS = 10


@dataclass(frozen=True)
class Curve:
    width: int
    height: int
    left: int
    right: int
    bottom: int
    path: str
    band: str
    median_x: float | None
    half_y: float
    ticks: tuple
    days: tuple


def draw(delay):
    """The step curve of those who still wait with its 95 % band, or None where nobody has an answer yet."""
    if not delay.steps:
        return None
    longest = max(LEAST_DAYS, delay.steps[-1].day)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(day):
        return round(LEFT + day / longest * (right - LEFT), 1)

    def y(share):
        return round(bottom - share * (bottom - TOP), 1)

    def stairs(value):
        points, level = [(x(0), y(1))], 1.0
        for step in delay.steps:
            points += [(x(step.day), y(level)), (x(step.day), y(value(step)))]
            level = value(step)
        return [*points, (right, y(level))]

    low, high = stairs(lambda step: step.low), stairs(lambda step: step.high)
    return Curve(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=right,
        bottom=bottom,
        path=_path(stairs(lambda step: step.waiting)),
        band=f"{_path([*high, *reversed(low)])} Z",
        median_x=None if delay.median is None else x(delay.median),
        half_y=y(0.5),
        ticks=tuple((y(share), share) for share in (0, 0.25, 0.5, 0.75, 1)),
        days=tuple((x(day), day) for day in sorted({0, longest // 2, longest})),
    )


def _path(points):
    return "M" + " L".join(f"{x} {y}" for x, y in points)
