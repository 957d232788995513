"""What the loan of a person is worth to its donor, as an estimation: dates and euros in, euros out; no database.

CGI art. 238 bis: a lent employee is worth their remuneration and the related social charges, up to three times the
ceiling of CSS L241-3. The law does not say whether that ceiling is of a month or of a year. Here it is read by the
month (3 × PMSS × months of the loan × share of time), the more widespread of two published readings. The valuation
is the donor's alone: their accountant decides, and nothing here is tax advice.

A month counts for the share of its calendar days that cost, agreement and assignment all cover, and takes the ceiling
of its own year. Months are exact fractions. Euros are rounded to the cent, half up, once: when an amount leaves this
module.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

MONTHS = 12
PER_CENT = 100
PER_MILLE = 1000
CENT = Decimal("0.01")
NOTHING = Decimal(0)

DateRange = tuple[date, date]  # from the first day to the last, both included


class UnknownYearError(LookupError):
    """No ceiling is known for the year: nothing is guessed."""

    def __init__(self, year: int):
        super().__init__(f"No ceiling is known for {year}.")
        self.year = year


@dataclass(frozen=True)
class Cap:
    """The ceiling of a year: PMSS in euros a month (CSS L241-3, D242-17), and how many of them one may be worth."""

    pmss: Decimal
    multiple: Decimal


@dataclass(frozen=True)
class Cost:
    """What a person costs their employer while they are lent: euros a year at full time, share lent in per cent."""

    starts_on: date
    ends_on: date
    remuneration: Decimal
    charges: Decimal
    share: Decimal


@dataclass(frozen=True)
class Estimation:
    """Euros, rounded to the cent. `base` is what counts as a gift: month by month the lower of cost and cap."""

    months: Fraction
    cost: Decimal
    cap: Decimal
    base: Decimal


@dataclass(frozen=True)
class GiftRules:
    """CGI 238 bis: rates in per cent, threshold and floor in euros, share of turnover per mille, years to carry on."""

    rate: Decimal
    rate_above: Decimal
    threshold: Decimal
    ceiling_floor: Decimal
    ceiling_turnover: Decimal
    carry_years: Decimal


@dataclass(frozen=True)
class Reduction:
    """An illustration in euros: the ceiling, the gifts under it, the reduction, and what later years may still use."""

    ceiling: Decimal
    used: Decimal
    reduction: Decimal
    carried: Decimal


def year_of(year: int) -> DateRange:
    return date(year, 1, 1), date(year, 12, 31)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that the days from the first to the last lie in."""
    return list(months_of(Cost(first, last, NOTHING, NOTHING, NOTHING)))


def months_of_year(year: int) -> list[date]:
    """Their first days."""
    return [date(year, month, 1) for month in range(1, MONTHS + 1)]


def months_of(cost: Cost) -> Iterator[date]:
    """The first day of each month that the loan meets."""
    month = cost.starts_on.replace(day=1)
    while month <= cost.ends_on:
        yield month
        month = date(month.year + month.month // MONTHS, month.month % MONTHS + 1, 1)


def joined(periods: Iterable[DateRange]) -> list[DateRange]:
    """The same days, each once: periods that meet or follow each other become one."""
    ranges: list[DateRange] = []
    for first, last in sorted(periods):
        if ranges and first <= ranges[-1][1] + timedelta(days=1):
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], last)
        else:
            ranges.append((first, last))
    return ranges


def meeting(ones: Iterable[DateRange], others: Collection[DateRange]) -> list[DateRange]:
    """The days that both hold; each side's own periods do not overlap."""
    both = [(max(one[0], other[0]), min(one[1], other[1])) for one in ones for other in others]
    return sorted((first, last) for first, last in both if first <= last)


def is_in(day: date, periods: Iterable[DateRange]) -> bool:
    return any(first <= day <= last for first, last in periods)


def share_of_month(
    cost: Cost, month: date, within: Collection[DateRange] | None = None
) -> Fraction:
    """The share of the month's calendar days on which the person costs this and is lent, from 0 to 1."""
    days = monthrange(month.year, month.month)[1]
    paid = meeting([(cost.starts_on, cost.ends_on)], [(month, month.replace(day=days))])
    lent = paid if within is None else meeting(paid, within)
    return Fraction(sum((last - first).days + 1 for first, last in lent), days)


def estimate(
    costs: Iterable[Cost],
    caps: Mapping[int, Cap],
    months: Collection[date],
    within: Collection[DateRange] | None = None,
) -> Estimation:
    """The value of one person's loan over these months; costs of one person never overlap.

    `within` holds the days on which they are lent, none of them twice; without it, every day with a cost is one.
    """
    length = spent = allowed = base = Fraction(0)
    counted_months = set(months)
    for cost in costs:
        for month in (each for each in months_of(cost) if each in counted_months):
            if month.year not in caps:
                raise UnknownYearError(month.year)
            part = share_of_month(cost, month, within)
            lent = part * Fraction(cost.share) / PER_CENT
            spends = (Fraction(cost.remuneration) + Fraction(cost.charges)) / MONTHS * lent
            allows = Fraction(caps[month.year].multiple) * Fraction(caps[month.year].pmss) * lent
            length += part
            spent += spends
            allowed += allows
            base += min(spends, allows)
    return Estimation(
        months=length, cost=in_cents(spent), cap=in_cents(allowed), base=in_cents(base)
    )


def illustrate(gifts: Decimal, turnover: Decimal, rules: GiftRules) -> Reduction:
    """The reduction that gifts of one financial year would give a company of this turnover, nothing else counted."""
    ceiling = max(
        Fraction(rules.ceiling_floor),
        Fraction(turnover) * Fraction(rules.ceiling_turnover) / PER_MILLE,
    )
    used = min(Fraction(gifts), ceiling)
    under = min(used, Fraction(rules.threshold))
    amount = (under * Fraction(rules.rate) + (used - under) * Fraction(rules.rate_above)) / PER_CENT
    return Reduction(
        ceiling=in_cents(ceiling),
        used=in_cents(used),
        reduction=in_cents(amount),
        carried=in_cents(Fraction(gifts) - used),
    )


def in_cents(amount: Fraction) -> Decimal:
    """Euros to the cent, half up, by whole numbers: no binary fraction comes near an amount."""
    return (Decimal(int(amount * PER_CENT + Fraction(1, 2))) / PER_CENT).quantize(CENT)
