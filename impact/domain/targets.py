"""What was to be reached in a period, and what was measured in it: numbers in, results out; no database.

A target is reached at its value or above it; where less is better it is kept at its value or below it. Nothing is
judged before its period is over, except a count that is above its target already: it cannot go down again.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise


class Outcome(StrEnum):
    """What a target comes to; words.OUTCOMES has the words."""

    REACHED = "reached"
    SO_FAR = "reached-so-far"
    MISSED = "missed"
    KEPT = "kept"
    KEPT_SO_FAR = "kept-so-far"
    EXCEEDED = "exceeded"
    RUNNING = "running"
    AHEAD = "ahead"
    PARTIAL = "partial"
    UNMEASURED = "unmeasured"
    REFUSED = "refused"


AT_LEAST = Outcome.REACHED, Outcome.SO_FAR, Outcome.MISSED
AT_MOST = Outcome.KEPT, Outcome.KEPT_SO_FAR, Outcome.EXCEEDED


@dataclass(frozen=True)
class PeriodResult:
    """What the figures of a period come to, and until which day they reach."""

    until: date
    population: str
    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None

    @property
    def value(self):
        """The number to hold against a target; a share in per cent."""
        if self.count is not None and self.total:
            return Decimal(self.count) * 100 / Decimal(self.total)
        return next(
            (value for value in (self.percent, self.amount, self.count) if value is not None), None
        )


@dataclass(frozen=True)
class PeriodTarget:
    """A target with what was measured; `refusal` is a code of words.REFUSALS where that is no single figure."""

    window_start: date
    window_end: date
    value: Decimal
    set_on: date
    outcome: str
    measured: PeriodResult | None = None
    refusal: str = ""
    amended_on: date | None = None
    amended_why: str = ""
    pk: int | None = None
    version: int | None = None

    @property
    def is_set_late(self):
        """Set once the period had begun: a reader is told."""
        return self.set_on > self.window_start


@dataclass(frozen=True)
class MetricRules:
    """How the figures of a metric are read: whether the windows of a period add up, and whether it only grows."""

    adds_up: bool
    only_grows: bool
    counts_once: bool = False
    less_is_better: bool = False


def against(targets, series, rules, today):
    """(PeriodTarget) of each target, in their order; `series` are the standing figures that count, oldest first."""
    return tuple(_against(target, series, rules, today) for target in targets)


def _against(target, series, rules, today):
    found = _summed(target, series, rules) if rules.adds_up else _latest(target, series)
    measured, refusal, is_whole = found
    return PeriodTarget(
        window_start=target.window_start,
        window_end=target.window_end,
        value=target.value,
        set_on=target.set_on,
        outcome=str(_outcome(target, measured, refusal, is_whole, rules, today)),
        measured=measured,
        refusal=refusal,
        amended_on=target.amended_on,
        amended_why=target.amended_why,
        pk=target.pk,
        version=target.version,
    )


def _outcome(target, measured, refusal, is_whole, rules, today):
    is_over = target.window_end < today
    if refusal:
        return Outcome.REFUSED
    if measured is None:
        if is_over:
            return Outcome.UNMEASURED
        return Outcome.AHEAD if today < target.window_start else Outcome.RUNNING
    met, so_far, missed = AT_MOST if rules.less_is_better else AT_LEAST
    is_met = (
        measured.value <= target.value if rules.less_is_better else measured.value >= target.value
    )
    if rules.only_grows and is_met != rules.less_is_better:  # beyond its target already, for good
        return met if is_met else missed
    if not is_over:
        return so_far if is_met else Outcome.RUNNING
    if not is_whole:
        return Outcome.PARTIAL
    return met if is_met else missed


def _summed(target, series, rules):
    """(measured, refusal, whether every day of the period is covered) of windows that add up."""
    touching = [
        row
        for row in series
        if row.window_start <= target.window_end and target.window_start <= row.window_end
    ]
    if not touching:
        return None, "", False
    inside = [
        row
        for row in touching
        if target.window_start <= row.window_start and row.window_end <= target.window_end
    ]
    if len(inside) < len(touching):
        return None, "window-straddles", False
    ordered = sorted(inside, key=lambda row: (row.window_start, row.window_end))
    if any(later.window_start <= earlier.window_end for earlier, later in pairwise(ordered)):
        return None, "windows-overlap", False
    if len({row.population for row in inside}) > 1:
        return None, "populations-differ", False
    if rules.counts_once and len(inside) > 1:
        return None, "people-in-several-periods", False
    measured = PeriodResult(
        until=ordered[-1].window_end,
        population=ordered[0].population,
        count=_sum(row.count for row in inside),
        amount=_sum(row.amount for row in inside),
    )
    if measured.value is None:
        return None, "count-unknown", False
    return measured, "", sum(map(_days, inside)) == _days(target)


def _latest(target, series):
    """The same of a series that is read by its latest figure: it counts since the beginning, or is a share."""
    inside = [row for row in series if target.window_start <= row.window_end <= target.window_end]
    if not inside:
        return None, "", False
    until = max(row.window_end for row in inside)
    last = [row for row in inside if row.window_end == until]
    if len({row.population for row in last}) > 1:
        return None, "populations-differ", False
    row = last[-1]
    measured = PeriodResult(until, row.population, row.count, row.total, row.percent, row.amount)
    if measured.value is None:
        return None, "count-unknown", False
    is_share = row.total is not None or row.percent is not None
    return measured, "", is_share or until == target.window_end


def _sum(values):
    """The sum, or None as soon as one is missing: part of a total is not the total."""
    values = list(values)
    return None if any(value is None for value in values) else sum(values)


def _days(window):
    return (window.window_end - window.window_start).days + 1
