"""What was to be reached in a period, and what was measured in it: numbers in, results out; no database.

A target is reached at its value or above it; where less is better it is kept at its value or below it. Nothing is
judged before its period is over, except a count that is above its target already: it cannot go down again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar


class Outcome(StrEnum):
    """What a target comes to; messages.OUTCOMES has the words."""

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
    """What the measurements of a period come to, and until which day they reach."""

    until: date
    population: str
    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None

    @property
    def value(self) -> Decimal | int | None:
        """The number to hold against a target; a share in per cent."""
        if self.count is not None and self.total:
            return Decimal(self.count) * 100 / Decimal(self.total)
        return next(
            (value for value in (self.percent, self.amount, self.count) if value is not None), None
        )


@dataclass(frozen=True)
class PeriodTarget:
    """A target with what was measured; `refusal` is the code in messages.REFUSALS where that is no single number."""

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
    def is_set_late(self) -> bool:
        """Whether it was set once the period had begun, which a reader sees."""
        return self.set_on > self.window_start


@dataclass(frozen=True)
class MetricRules:
    """How the measurements of a metric come to a result.

    Whether the windows of a period add up, or the latest one alone counts; whether the number only grows; whether
    people who stand in several windows are to be counted once; whether a target is not to be exceeded.
    """

    adds_up: bool
    only_grows: bool
    counts_once: bool = False
    less_is_better: bool = False


class Window(Protocol):
    @property
    def window_start(self) -> date: ...

    @property
    def window_end(self) -> date: ...


class TargetRow(Window, Protocol):
    """A target as it was set: a row of Target."""

    pk: int
    version: int
    value: Decimal
    set_on: date
    amended_on: date | None
    amended_why: str


class Measured(Window, Protocol):
    """A measurement, as a model or as a row."""

    @property
    def population(self) -> str: ...

    @property
    def count(self) -> int | None: ...

    @property
    def total(self) -> int | None: ...

    @property
    def percent(self) -> Decimal | None: ...

    @property
    def amount(self) -> Decimal | None: ...


class InPeriod(NamedTuple):
    """What was measured in a period: its result, or the code of the reason why there is no single one.

    `is_whole` where the measurements cover every day of the period.
    """

    result: PeriodResult | None
    refusal: str = ""
    is_whole: bool = False


def against(
    targets: Iterable[TargetRow], series: Sequence[Measured], rules: MetricRules, today: date
) -> tuple[PeriodTarget, ...]:
    """Each target with what was measured in its period; `series` are the current rows that count, oldest first."""
    return tuple(_against(target, series, rules, today) for target in targets)


def _against(
    target: TargetRow, series: Sequence[Measured], rules: MetricRules, today: date
) -> PeriodTarget:
    measured = _summed(target, series, rules) if rules.adds_up else _latest(target, series)
    return PeriodTarget(
        window_start=target.window_start,
        window_end=target.window_end,
        value=target.value,
        set_on=target.set_on,
        outcome=str(_outcome(target, measured, rules, today)),
        measured=measured.result,
        refusal=measured.refusal,
        amended_on=target.amended_on,
        amended_why=target.amended_why,
        pk=target.pk,
        version=target.version,
    )


def _outcome(target: TargetRow, measured: InPeriod, rules: MetricRules, today: date) -> Outcome:
    is_over = target.window_end < today
    if measured.refusal:
        return Outcome.REFUSED
    value = measured.result.value if measured.result else None
    if value is None:
        if is_over:
            return Outcome.UNMEASURED
        return Outcome.AHEAD if today < target.window_start else Outcome.RUNNING
    met, so_far, missed = AT_MOST if rules.less_is_better else AT_LEAST
    is_met = value <= target.value if rules.less_is_better else value >= target.value
    if rules.only_grows and is_met != rules.less_is_better:
        # It is beyond its target already, and stays so.
        return met if is_met else missed
    if not is_over:
        return so_far if is_met else Outcome.RUNNING
    if not measured.is_whole:
        return Outcome.PARTIAL
    return met if is_met else missed


def _summed(target: TargetRow, series: Iterable[Measured], rules: MetricRules) -> InPeriod:
    """Of windows that add up: the sum of those in the period, which may not reach over its edges."""
    touching = [
        row
        for row in series
        if row.window_start <= target.window_end and target.window_start <= row.window_end
    ]
    if not touching:
        return InPeriod(None)
    inside = [
        row
        for row in touching
        if target.window_start <= row.window_start and row.window_end <= target.window_end
    ]
    if len(inside) < len(touching):
        return InPeriod(None, "window-straddles")
    ordered = sorted(inside, key=lambda row: (row.window_start, row.window_end))
    if any(later.window_start <= earlier.window_end for earlier, later in pairwise(ordered)):
        return InPeriod(None, "windows-overlap")
    if len({row.population for row in inside}) > 1:
        return InPeriod(None, "populations-differ")
    if rules.counts_once and len(inside) > 1:
        return InPeriod(None, "people-in-several-periods")
    result = PeriodResult(
        until=ordered[-1].window_end,
        population=ordered[0].population,
        count=_sum(row.count for row in inside),
        amount=_sum(row.amount for row in inside),
    )
    if result.value is None:
        return InPeriod(None, "count-unknown")
    return InPeriod(result, is_whole=sum(map(_days, inside)) == _days(target))


def _latest(target: TargetRow, series: Iterable[Measured]) -> InPeriod:
    """Of a series whose latest row says it all, since it counts from the beginning or is a share."""
    inside = [row for row in series if target.window_start <= row.window_end <= target.window_end]
    if not inside:
        return InPeriod(None)
    until = max(row.window_end for row in inside)
    last = [row for row in inside if row.window_end == until]
    if len({row.population for row in last}) > 1:
        return InPeriod(None, "populations-differ")
    row = last[-1]
    result = PeriodResult(until, row.population, row.count, row.total, row.percent, row.amount)
    if result.value is None:
        return InPeriod(None, "count-unknown")
    is_share = row.total is not None or row.percent is not None
    return InPeriod(result, is_whole=is_share or until == target.window_end)


Number = TypeVar("Number", int, Decimal)


def _sum(values: Iterable[Number | None]) -> Number | None:
    """The sum, or None as soon as one is missing: part of a total is not the total."""
    numbers = []
    for value in values:
        if value is None:
            return None
        numbers.append(value)
    return sum(numbers[1:], start=numbers[0])


def _days(window: Window) -> int:
    return (window.window_end - window.window_start).days + 1
