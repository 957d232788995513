"""A month of worked days as its two sides read it: a sheet day by day, and the nominative list of a month."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Sum

from crm.domain.workdays import SATURDAY, holiday_name
from volunteers.models import DayCorrection, DayDisagreement, MonthSheet, WorkDay
from volunteers.models.month_sheets import MonthSheetQuerySet


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
    def is_off(self) -> bool:
        return self.is_weekend or self.holiday is not None


@dataclass(frozen=True)
class ListedMonth:
    """A line of the nominative list."""

    sheet: MonthSheet
    half_days: int
    days: tuple[tuple[date, int], ...]


def first_of(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date) -> date:
    return first_of(month - timedelta(days=1))


def month_after(month: date) -> date:
    return first_of(month + timedelta(days=31))


def days_of(sheet: MonthSheet) -> list[DayRow]:
    """The days of the month, from the first to the last: three queries."""
    half_days = dict(sheet.worked_days().values_list("day", "half_days"))
    disagreements = _by_day(sheet.disagreements.select_related("author").order_by("pk"))
    corrections = _by_day(sheet.corrections.select_related("author").order_by("pk"))
    return [
        DayRow(
            day=day,
            half_days=half_days.get(day, 0),
            in_assignment=sheet.holds(day),
            is_weekend=day.weekday() >= SATURDAY,
            holiday=holiday_name(day),
            disagreements=tuple(disagreements[day]),
            corrections=tuple(corrections[day]),
        )
        for day in (sheet.month + timedelta(days=n) for n in range(sheet.last_day.day))
    ]


def half_days_of(sheets: Iterable[MonthSheet]) -> dict[int, int]:
    """{key of a sheet: half-days} of the sheets given, in one query a month."""
    half_days: dict[int, int] = {}
    for month, group in _by_month(sheets).items():
        rows = (
            WorkDay.objects.filter(assignment__in=[sheet.assignment_id for sheet in group])
            .between(month, group[0].last_day)
            .values("assignment")
            .annotate(total=Sum("half_days"))
            .order_by("assignment")
        )
        totals = {row["assignment"]: row["total"] for row in rows}
        half_days |= {sheet.pk: totals.get(sheet.assignment_id, 0) for sheet in group}
    return half_days


def nominative_list(visible: MonthSheetQuerySet, month: date) -> list[ListedMonth]:
    """One month, person by person, with each day: two queries."""
    sheets = list(visible.filter(month=month).for_list())
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


_OfDay = TypeVar("_OfDay", DayDisagreement, DayCorrection)


def _by_day(rows: Iterable[_OfDay]) -> dict[date, list[_OfDay]]:
    rows_by_day = defaultdict(list)
    for row in rows:
        rows_by_day[row.day].append(row)
    return rows_by_day


def _by_month(sheets: Iterable[MonthSheet]) -> dict[date, list[MonthSheet]]:
    sheets_by_month = defaultdict(list)
    for sheet in sheets:
        sheets_by_month[sheet.month].append(sheet)
    return sheets_by_month
