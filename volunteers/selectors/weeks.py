"""A week as the person logs it, and the weeks that wait to be logged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.audit import history
from crm.domain.formatting import day_text, days_a_week, month_text
from crm.domain.workdays import holiday_name, monday_of
from crm.models import User
from engagements.models import ProgressLog
from volunteers.models import FULL_DAY, Assignment, MonthSheet, WorkDay
from volunteers.selectors import silent_weeks

THURSDAY = 3
SATURDAY = 5
HISTORY_LIMIT = 200  # entries of a log's history that are searched for its words


@dataclass(frozen=True)
class SavedWeek:
    """One assignment's week as it is saved.

    `days` is {date: half-days}, `sheets` is {first day of a month: its sheet} of the months that the week lies in.
    `previous_next` is what came next according to the log before this week's.
    """

    log: ProgressLog | None
    days: dict[date, int]
    previous_next: str
    sheets: dict[date, MonthSheet]

    def by_day(self, monday: date) -> list[tuple[date, int, str]]:
        """(day, half-days, public holiday or "") of Monday to Friday, and of the week-end where it was worked."""
        week = [monday + timedelta(days=offset) for offset in range(7)]
        return [
            (day, self.days.get(day, 0), holiday_name(day) or "")
            for day in week
            if day in self.days or day.weekday() < SATURDAY
        ]

    def is_locked(self, day: date) -> bool:
        """Whether both sides have signed the day's month."""
        sheet = self.sheets.get(day.replace(day=1))
        return sheet is not None and sheet.is_locked

    @property
    def locked(self) -> list[MonthSheet]:
        return [sheet for sheet in self.sheets.values() if sheet.is_locked]

    @property
    def confirmed(self) -> list[MonthSheet]:
        """What the lead has confirmed and the company has not: a changed day asks the lead to confirm again."""
        return [
            sheet for sheet in self.sheets.values() if sheet.state == MonthSheet.State.CONFIRMED
        ]


@dataclass(frozen=True)
class BeforeNothing:
    """A week as it was until “Nothing this week” replaced its log, at `until`."""

    done: str
    blocked: str
    next: str
    week: date
    until: datetime


class WeekNote(NamedTuple):
    """What is to be said of a week that was just saved; `level` is "info" or "warning"."""

    level: str
    sentence: str


def week_of(assignment: Assignment, monday: date, user: User) -> SavedWeek:
    """The week of an assignment as it is saved, with the log of `user`: four queries."""
    logs = ProgressLog.objects.filter(
        engagement=assignment.engagement_id, author=user, week__lte=monday
    )
    latest = list(logs.order_by("-week", "-pk")[:2])
    log = next((log for log in latest if log.week == monday), None)
    previous = next((log for log in latest if log.week < monday), None)
    sunday = monday + timedelta(days=6)
    days = WorkDay.objects.filter(assignment=assignment).between(monday, sunday)
    months = {monday.replace(day=1), sunday.replace(day=1)}
    sheets = MonthSheet.objects.filter(assignment=assignment, month__in=months).select_related(
        "lead_by", "sponsor_by"
    )
    return SavedWeek(
        log=log,
        days=dict(days.order_by("day").values_list("day", "half_days")),
        previous_next=previous.next if previous else "",
        sheets={sheet.month: sheet for sheet in sheets.order_by("month")},
    )


def notes_on(
    assignment: Assignment, monday: date, days: Mapping[date, int], before: SavedWeek, user: User
) -> Iterator[WeekNote]:
    """What is to be said of a week that was just saved with these `days`, {date: half-days}, in place of `before`.

    The page shows it as messages, the API in its answer.
    """
    worked = sum((before.days | dict(days)).values())
    if any(days.values()) and worked > FULL_DAY * assignment.days_a_week:
        promised = {"promised": days_a_week(assignment.days_a_week)}
        sentence = _("That is more than this mission's %(promised)s.")
        yield WeekNote("warning", sentence % promised)
    for day, half_days in sorted(days.items()):
        if half_days and half_days != before.days.get(day) and (name := holiday_name(day)):
            sentence = _(
                "%(day)s is a public holiday (%(name)s). It is counted: change it if it was not worked."
            )
            yield WeekNote("warning", sentence % {"day": day_text(day), "name": name})
    if not before.confirmed:
        return
    still_confirmed = {sheet.month for sheet in week_of(assignment, monday, user).confirmed}
    for sheet in before.confirmed:
        if sheet.month not in still_confirmed:
            sentence = _("%(name)s is asked to confirm the days of %(month)s again.")
            words = {"name": sheet.lead_by, "month": month_text(sheet.month)}
            yield WeekNote("info", sentence % words)


def before_nothing(log: ProgressLog) -> BeforeNothing | None:
    """What a week said before “Nothing this week” took its place, or None."""
    if not log.is_nothing:
        return None
    rows = history.history_of(log).order_by(*history.NEWEST_FIRST)[:HISTORY_LIMIT]
    for newer, row in pairwise(rows):
        if not row.is_nothing:
            until = newer.history_date
            return BeforeNothing(row.done, row.blocked, row.next, log.week, until)
    return None


def days_before(assignment: Assignment, before: BeforeNothing) -> dict[date, int]:
    """{date: half-days} of the seven days as they were then."""
    week = [before.week + timedelta(days=offset) for offset in range(7)]
    then = history.as_of(
        WorkDay, before.until, assignment=assignment.pk, day__range=(week[0], week[-1])
    )
    return dict.fromkeys(week, 0) | dict(then.values_list("day", "half_days"))


def usual_days(assignment: Assignment, monday: date) -> dict[date, int]:
    """{date: half-days} to propose for a week that is not logged: as last week, else the days a week promised."""
    last = monday - timedelta(days=7)
    worked = WorkDay.objects.filter(assignment=assignment).between(last, monday - timedelta(days=1))
    pattern = {
        day + timedelta(days=7): half
        for day, half in worked.order_by("day").values_list("day", "half_days")
    }
    if pattern:
        return pattern
    halves = int(assignment.days_a_week * 2)
    return {
        monday + timedelta(days=offset): min(FULL_DAY, halves - FULL_DAY * offset)
        for offset in range(5)
        if halves > FULL_DAY * offset
    }


def unlogged_weeks_of(user: User, monday: date, today: date) -> QuerySet[Assignment]:
    """The person's assignments without a log for this week, pauses left out."""
    own = (
        Assignment.objects.of(user)
        .confirmed()
        .overlapping(monday, min(today, monday + timedelta(days=6)))
    )
    return (
        silent_weeks.without_log(own, monday)
        .select_related("engagement__beneficiary")
        .order_by("engagement__sort_title", "pk")
    )


def week_due(today: date) -> date:
    """The Monday of the week to log: last week until Wednesday, then this one."""
    monday = monday_of(today)
    return monday if today.weekday() >= THURSDAY else monday - timedelta(days=7)
