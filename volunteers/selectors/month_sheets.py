"""A month of worked days as its two sides read it: a sheet day by day, and the nominative list of a month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from crm.domain.workdays import SATURDAY, holiday_name
from volunteers.models import DayCorrection, DayDisagreement, MonthSheet, WorkDay


@dataclass(frozen=True)
class DayRow:
    """One day of the calendar; `signed` is what both sides signed where it was corrected since."""

    day: date
    half_days: int
    in_assignment: bool
    is_weekend: bool
    holiday: str | None
    disagreements: tuple[DayDisagreement, ...]
    corrections: tuple[DayCorrection, ...]

    @property
    def is_off(self):
        return self.is_weekend or self.holiday is not None


@dataclass(frozen=True)
class ListedMonth:
    """A line of the nominative list."""

    sheet: MonthSheet
    half_days: int
    days: tuple[tuple[date, int], ...]


def first_of(day):
    return day.replace(day=1)


def month_before(month):
    return first_of(month - timedelta(days=1))


def month_after(month):
    return first_of(month + timedelta(days=31))


def days_of(sheet):
    """[DayRow] from the first to the last of the month: three statements."""
    worked = dict(sheet.worked_days().values_list("day", "half_days"))
    disagreements, corrections = (
        _by_day(rows.select_related("author").order_by("pk"))
        for rows in (sheet.disagreements.all(), sheet.corrections.all())
    )
    return [
        DayRow(
            day=day,
            half_days=worked.get(day, 0),
            in_assignment=sheet.holds(day),
            is_weekend=day.weekday() >= SATURDAY,
            holiday=holiday_name(day),
            disagreements=tuple(disagreements[day]),
            corrections=tuple(corrections[day]),
        )
        for day in (sheet.month + timedelta(days=n) for n in range(sheet.last_day.day))
    ]


def half_days_of(sheets):
    """{sheet: half-days} of the sheets given, in one statement a month."""
    found = {}
    for month, group in _by_month(sheets).items():
        rows = (
            WorkDay.objects.filter(assignment__in=[sheet.assignment_id for sheet in group])
            .between(month, group[0].last_day)
            .values("assignment")
            .annotate(total=Sum("half_days"))
            .order_by("assignment")
        )
        totals = {row["assignment"]: row["total"] for row in rows}
        found |= {sheet.pk: totals.get(sheet.assignment_id, 0) for sheet in group}
    return found


def nominative_list(sheets, month):
    """[ListedMonth] of one month, person by person, with each day: two statements."""
    sheets = list(sheets.filter(month=month).for_list())
    days = defaultdict(list)
    last = month_after(month) - timedelta(days=1)
    worked = WorkDay.objects.filter(
        assignment__in=[sheet.assignment_id for sheet in sheets]
    ).between(month, last)
    for assignment, day, half_days in worked.order_by("day", "pk").values_list(
        "assignment", "day", "half_days"
    ):
        days[assignment].append((day, half_days))
    return [
        ListedMonth(
            sheet=sheet,
            half_days=sum(half for _day, half in days[sheet.assignment_id]),
            days=tuple(days[sheet.assignment_id]),
        )
        for sheet in sheets
    ]


def _by_day(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.day].append(row)
    return found


def _by_month(sheets):
    found = defaultdict(list)
    for sheet in sheets:
        found[sheet.month].append(sheet)
    return found
