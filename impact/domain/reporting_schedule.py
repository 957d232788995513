"""When the next figure of a metric is expected, from its rhythm and the last one: days in, days out; no database.

A rhythm is a number of months. Its first period begins on the day that was chosen with it; each later one on the day
after the last recorded figure's window. A figure is expected once its period is over, and due GRACE_DAYS later.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

GRACE_DAYS = 15
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReportingPeriod:
    """The period that the next figure is about, and the day from which it is missed."""

    window_start: date
    window_end: date

    @property
    def due_on(self):
        return self.window_end + DAY + timedelta(days=GRACE_DAYS)

    def is_due(self, today):
        return self.due_on <= today


def add_months(day, months):
    """The same day of another month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expected(every, every_from, last_day=None):
    """The next period after `last_day`, the last one that a figure covers; None without a rhythm."""
    if not every:
        return None
    start = max(every_from, last_day + DAY) if last_day else every_from
    return ReportingPeriod(start, period_end(start, every))


def period_end(start, months):
    """The last day of a period. One that begins on the last day of a month ends before the last day of another."""
    return add_months(start, months) - DAY


def latest_start_due(every, today):
    """The latest first day of a period whose figure is due: what a database compares days with."""
    over = today - timedelta(days=GRACE_DAYS)
    start = add_months(over, -every)
    while add_months(start + DAY, every) <= over:
        start += DAY
    return start


def proposed(following, today):
    """The window to type a figure for: the whole period once it is over, before that until yesterday.

    None where not even a day of it has passed.
    """
    end = min(following.window_end, today - DAY)
    return ReportingPeriod(following.window_start, end) if following.window_start <= end else None
