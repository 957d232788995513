"""Who has time when: for each person and week, the days a week that nobody has been promised."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from volunteers.models import Assignment

WEEKDAYS = 5
HORIZONS = [12, 26, 52]


@dataclass(frozen=True)
class WeekCapacity:
    """Days a week on the fullest working day; `free` is None where the person is away.

    `proposed` is the part of what is promised that waits to be confirmed.
    """

    monday: date
    promised: Decimal
    free: Decimal | None
    proposed: Decimal

    @property
    def level(self):
        """What the cell is drawn as."""
        if self.free is None:
            return "away"
        if self.free <= 0:
            return "full"
        return "some" if self.promised else "free"


def mondays_from(monday, weeks):
    return [monday + timedelta(days=7 * n) for n in range(weeks)]


def weeks_of(volunteers, mondays):
    """{volunteer: [WeekCapacity]}, proposed missions counted as promised, and told apart: one statement."""
    last = mondays[-1] + timedelta(days=6)
    promises = defaultdict(list)
    found = Assignment.objects.filter(volunteer__in=[volunteer.pk for volunteer in volunteers])
    rows = found.overlapping(mondays[0], last).order_by("starts_on", "pk")
    for volunteer, *promise in rows.values_list(
        "volunteer", "starts_on", "ends_on", "days_a_week", "confirmed_on"
    ):
        promises[volunteer].append(promise)
    return {
        volunteer.pk: [_week(volunteer, promises[volunteer.pk], monday) for monday in mondays]
        for volunteer in volunteers
    }


def _load(promises, day):
    """(days a week promised, those of them that are only proposed)"""
    here = [
        (days, confirmed_on) for first, last, days, confirmed_on in promises if first <= day <= last
    ]
    proposed = sum((days for days, confirmed_on in here if confirmed_on is None), Decimal(0))
    return sum((days for days, _confirmed_on in here), Decimal(0)), proposed


def _week(volunteer, promises, monday):
    friday = monday + timedelta(days=WEEKDAYS - 1)
    here = [promise for promise in promises if promise[0] <= friday and promise[1] >= monday]
    promised = proposed = Decimal(0)
    if here:
        weekdays = [monday + timedelta(days=n) for n in range(WEEKDAYS)]
        promised, proposed = max(_load(here, day) for day in weekdays)
    is_there = volunteer.available_from <= friday and (
        volunteer.available_to is None or volunteer.available_to >= monday
    )
    return WeekCapacity(
        monday, promised, volunteer.days_a_week - promised if is_there else None, proposed
    )
