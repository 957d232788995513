"""When the next measurement of a metric is expected, from its rhythm and the last one: days in, days out; no database.

A rhythm is a number of months. Its first period begins on the day that was chosen with it; each later one on the day
after the window of the last measurement. One is expected once its period is over, and due GRACE_DAYS later.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

GRACE_DAYS = 15
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReportingPeriod:
    """The period that the next measurement is about, and the day from which it is due."""

    window_start: date
    window_end: date

    @property
    def due_on(self) -> date:
        return self.window_end + DAY + timedelta(days=GRACE_DAYS)

    def is_due(self, today: date) -> bool:
        return self.due_on <= today


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expected(every, every_from, last_day=None):
    """The next period after `last_day`, the last one that a measurement covers; None without a rhythm."""
    if not every:
        return None
    start = max(every_from, last_day + DAY) if last_day else every_from
    return ReportingPeriod(start, period_end(start, every))


def period_end(start: date, months: int) -> date:
    """The last day of a period. One that begins on the last day of a month ends before the last day of another."""
    return add_months(start, months) - DAY


def latest_start_due(every: int, today: date) -> date:
    """The latest first day of a period whose measurement is due, for the database to compare with."""
    over = today - timedelta(days=GRACE_DAYS)
    start = add_months(over, -every)
    while add_months(start + DAY, every) <= over:
        start += DAY
    return start


def proposed(period: ReportingPeriod, today: date) -> ReportingPeriod | None:
    """The window that a form proposes: the whole period once it is over, until yesterday before that.

    None where not even a day of it has passed.
    """
    end = min(period.window_end, today - DAY)
    return ReportingPeriod(period.window_start, end) if period.window_start <= end else None
