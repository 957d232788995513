"""Kaplan-Meier: how long something takes when some are still waiting. Durations in, steps out; no Django.

Kaplan and Meier (1958); Greenwood's variance; the interval on the log-minus-log scale (Kalbfleisch and Prentice),
which stays between 0 and 1. Leaving out those who wait would make every delay look shorter than it is.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class SurvivalStep:
    """From `day` on a share `waiting` of all is still waiting, with its 95 % interval."""

    day: int
    at_risk: int
    done: int
    waiting: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Delay:
    """How long it takes: `median` in days, None where fewer than half got there; `low` and `high` bound it (95 %)."""

    total: int
    done: int
    median: int | None
    low: int | None
    high: int | None
    steps: tuple[SurvivalStep, ...]


def delay(waits: Iterable[tuple[int, bool]]) -> Delay:
    """`waits` are (days, done): those who still wait count with the days they have waited so far."""
    waits = sorted(waits)
    if any(days < 0 for days, _done in waits):
        raise ValueError("A wait cannot be shorter than nothing.")
    steps = tuple(_steps(waits))
    return Delay(
        total=len(waits),
        done=sum(done for _days, done in waits),
        median=_first(steps, lambda step: step.waiting),
        low=_first(steps, lambda step: step.low),
        high=_first(steps, lambda step: step.high),
        steps=steps,
    )


def _steps(waits: Sequence[tuple[int, bool]]):
    at_risk, waiting, variance = len(waits), 1.0, 0.0
    for day, group in groupby(waits, key=lambda wait: wait[0]):
        same = [is_done for _days, is_done in group]
        done = sum(same)
        if done:
            waiting *= 1 - done / at_risk
            variance += done / (at_risk * (at_risk - done)) if at_risk > done else 0.0
            low, high = _interval(waiting, variance)
            yield SurvivalStep(day, at_risk, done, waiting, low, high)
        at_risk -= len(same)


def _interval(waiting, variance):
    if waiting <= 0:
        return 0.0, 0.0
    if waiting >= 1:
        return 1.0, 1.0
    scale = math.log(waiting)
    spread = Z * math.sqrt(variance) / abs(scale)
    return waiting ** math.exp(spread), waiting ** math.exp(-spread)


def _first(steps, value):
    """The first day on which no more than half still wait, by this value of the steps."""
    return next((step.day for step in steps if value(step) <= 0.5 + 1e-12), None)
