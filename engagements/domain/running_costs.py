"""What a solution costs to run, month by month over three years, in euros."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

MONTHS = 36
CENT = Decimal("0.01")


@dataclass(frozen=True)
class CostLine:
    """A cost of `monthly` euros from `starts_on` to `ends_on` (both included; None is without an end).

    Nothing is due up to and including `free_until`. A yearly bill counts as a twelfth a month. A month of which one
    day is to be paid counts in full.
    """

    kind: str
    monthly: Decimal
    starts_on: date
    ends_on: date | None = None
    free_until: date | None = None

    def in_month(self, first: date) -> Decimal:
        """Euros due for the month that begins on `first`."""
        last = next_month(first) - timedelta(days=1)
        if self.starts_on > last or (self.ends_on and self.ends_on < first):
            return Decimal(0)
        paid_until = min(last, self.ends_on or last)
        return Decimal(0) if self.free_until and self.free_until >= paid_until else self.monthly


@dataclass(frozen=True)
class Projection:
    """The costs of the months from `starts_on` on, in euros: month by month, by kind as (kind, euros), and in all.

    `peak` is what the dearest month costs, `peak_on` its first day.
    """

    starts_on: date
    by_month: tuple[Decimal, ...]
    by_kind: tuple[tuple[str, Decimal], ...]
    total: Decimal
    peak: Decimal
    peak_on: date

    def share_of(self, annual_budget: Decimal | int | None) -> Decimal | None:
        """Of the budget of these years, between 0 and 1 and beyond; None where there is no budget to divide by."""
        if not annual_budget:
            return None
        return self.total / (Decimal(annual_budget) * len(self.by_month) / 12)


def project(lines: Iterable[CostLine], starts_on: date, months: int = MONTHS) -> Projection:
    """The costs of the months that follow `starts_on`, its own month included."""
    lines = list(lines)
    firsts = [starts_on.replace(day=1)]
    while len(firsts) < months:
        firsts.append(next_month(firsts[-1]))
    kinds: defaultdict[str, Decimal] = defaultdict(Decimal)
    by_month = []
    for first in firsts:
        due = Decimal(0)
        for line in lines:
            amount = line.in_month(first)
            kinds[line.kind] += amount
            due += amount
        by_month.append(due)
    peak = max(by_month)
    return Projection(
        starts_on=firsts[0],
        by_month=tuple(_cents(due) for due in by_month),
        by_kind=tuple(
            (kind, _cents(amount))
            for kind, amount in sorted(kinds.items(), key=lambda item: -item[1])
        ),
        total=_cents(sum(by_month, Decimal(0))),
        peak=_cents(peak),
        peak_on=firsts[by_month.index(peak)],
    )


def next_month(first: date) -> date:
    """The first day of the month after the one that begins on `first`."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month: 31 August + 6 is 28 (or 29) February."""
    number = day.month - 1 + months
    first = date(day.year + number // 12, number % 12 + 1, 1)
    last = next_month(first) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
