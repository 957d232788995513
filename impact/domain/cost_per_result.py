"""What one result takes: by hand as its baseline says, and with the solution as the days given and the bills say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engagements.domain.running_costs import next_month


@dataclass(frozen=True)
class Effort:
    """What a count of results took: euros to run the solution in the months of its window, and half-days given.

    The half-days are those since the beginning, the building included: the more results, the fewer for each. None
    where not all of them may be shown.
    """

    results: int
    half_days: int | None
    running_cost: Decimal
    hours_by_hand: Decimal | None = None
    cost_by_hand: Decimal | None = None

    @property
    def days_each(self) -> Decimal | None:
        return None if self.half_days is None else Decimal(self.half_days) / 2 / self.results

    @property
    def cost_each(self) -> Decimal:
        return self.running_cost / self.results


def effort_of(result, baseline, *, days, lines):
    """None where there is no count to divide by; `lines` are the running costs of the engagement, whoever pays them."""
    if result.refusal or not result.count or result.total or result.count_least is not None:
        return None
    months = list(_months(result.window_start, result.window_end))
    return Effort(
        results=result.count,
        half_days=days.half_days if days.is_whole else None,
        running_cost=sum((line.in_month(first) for line in lines for first in months), Decimal(0)),
        hours_by_hand=baseline.hours_per_result if baseline else None,
        cost_by_hand=baseline.cost_per_result if baseline else None,
    )


def _months(first: date, last: date) -> Iterator[date]:
    """The first day of each month that the window touches."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)
