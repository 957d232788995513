"""Who has time when: for each person and week, the days a week that nobody has been promised."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from volunteers.models import Assignment, Volunteer

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
    def level(self) -> str:
        """What the cell is drawn as."""
        if self.free is None:
            return "away"
        if self.free <= 0:
            return "full"
        return "some" if self.promised else "free"


def mondays_from(monday: date, weeks: int) -> list[date]:
    return [monday + timedelta(days=7 * n) for n in range(weeks)]


def weeks_of(
    volunteers: Collection[Volunteer], mondays: Sequence[date]
) -> dict[int, list[WeekCapacity]]:
    """{key of a volunteer: their weeks}, in one query. Proposed assignments count as promised, and are told apart."""
    last = mondays[-1] + timedelta(days=6)
    promises = defaultdict(list)
    assignments = Assignment.objects.filter(volunteer__in=[person.pk for person in volunteers])
    rows = assignments.overlapping(mondays[0], last).order_by("starts_on", "pk")
    columns = ("volunteer", "starts_on", "ends_on", "days_a_week", "confirmed_on")
    for row in rows.only(*columns):
        promises[row.volunteer_id].append(row)
    return {
        volunteer.pk: [_week(volunteer, promises[volunteer.pk], monday) for monday in mondays]
        for volunteer in volunteers
    }


def _load(promises: Iterable[Assignment], day: date) -> tuple[Decimal, Decimal]:
    """(days a week promised on the day, those of them that are only proposed)"""
    running = [promise for promise in promises if promise.starts_on <= day <= promise.ends_on]
    proposed = (promise.days_a_week for promise in running if not promise.is_confirmed)
    return (
        sum((promise.days_a_week for promise in running), Decimal(0)),
        sum(proposed, Decimal(0)),
    )


def _week(volunteer: Volunteer, promises: Iterable[Assignment], monday: date) -> WeekCapacity:
    friday = monday + timedelta(days=WEEKDAYS - 1)
    running = [
        promise for promise in promises if promise.starts_on <= friday and promise.ends_on >= monday
    ]
    promised = proposed = Decimal(0)
    if running:
        weekdays = [monday + timedelta(days=n) for n in range(WEEKDAYS)]
        promised, proposed = max(_load(running, day) for day in weekdays)
    is_there = volunteer.available_from <= friday and (
        volunteer.available_to is None or volunteer.available_to >= monday
    )
    free = volunteer.days_a_week - promised if is_there else None
    return WeekCapacity(monday, promised, free, proposed)
