"""How long a person may be lent (Labour Code L8241-3): dates in, dates out; no database."""

from datetime import date, timedelta

LIMIT_SINCE = date(
    2024, 4, 17
)  # law 2024-344 of 15 April 2024, art. 6: three years in place of two
YEARS_NOW, YEARS_BEFORE = 3, 2


def longest_loan(starts_on: date, ends_on: date) -> tuple[int, date]:
    """(years, last day allowed) of a loan: three years where it runs on or after 17 April 2024, two before."""
    years = YEARS_NOW if ends_on >= LIMIT_SINCE else YEARS_BEFORE
    return years, _years_later(starts_on, years) - timedelta(days=1)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
