"""Working days in metropolitan France: Monday to Friday, public holidays left out."""

from datetime import timedelta
from functools import lru_cache

import holidays
from django.utils.translation import get_language

SATURDAY = 5


@lru_cache(maxsize=64)
def _public_holidays(year):
    return frozenset(holidays.France(years=[year]))


def monday_of(day):
    return day - timedelta(days=day.weekday())


def is_working_day(day):
    return day.weekday() < SATURDAY and day not in _public_holidays(day.year)


def add_working_days(day, number):
    """The day that comes `number` working days after `day`; 0 is the day itself, or the next working day."""
    result = day
    while number > 0 or not is_working_day(result):
        result += timedelta(days=1)
        if is_working_day(result):
            number -= 1
    return result


def shifted_by_working_days(day, number):
    """The working day that lies `number` working days after `day`, or before it where the number is negative."""
    if number >= 0:
        return add_working_days(day, number)
    while number < 0 or not is_working_day(day):
        day -= timedelta(days=1)
        number += is_working_day(day)
    return day


def working_days_between(first, last):
    """Working days after `first` up to and with `last`; 0 where last is not after first."""
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=offset)) for offset in range(1, days + 1))


def holiday_name(day):
    """The public holiday that the day is, in the reader's language; None where it is none."""
    return _named_holidays(day.year, "en_US" if get_language() == "en" else "fr").get(day)


@lru_cache(maxsize=64)
def _named_holidays(year, language):
    return dict(holidays.France(years=[year], language=language))
