"""A week as the person logs it, and the weeks that wait to be logged."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from crm.audit import history
from crm.domain.formatting import day_text, days_a_week, month_text
from crm.domain.todos import MAX_TODOS
from crm.domain.workdays import holiday_name, monday_of
from engagements.models import ProgressLog
from volunteers.models import FULL_DAY, Assignment, MonthSheet, WorkDay
from volunteers.selectors import silent_weeks

THURSDAY = 3


@dataclass(frozen=True)
class SavedWeek:
    """One assignment's week as it is saved: the log if there is one, half-days by date, the sheets of its months."""

    log: ProgressLog | None
    days: dict
    previous_next: str
    sheets: dict

    def is_locked(self, day):
        """Both sides have signed the day's month."""
        sheet = self.sheets.get(day.replace(day=1))
        return sheet is not None and sheet.is_locked

    @property
    def locked(self):
        return [sheet for sheet in self.sheets.values() if sheet.is_locked]

    @property
    def confirmed(self):
        """What the lead has confirmed and the company has not: a changed day takes that word back."""
        return [
            sheet for sheet in self.sheets.values() if sheet.state == MonthSheet.State.CONFIRMED
        ]


@dataclass(frozen=True)
class BeforeNothing:
    """A week as it was until it was said that nothing was done in it."""

    words: dict
    week: date
    until: datetime


def week_of(assignment, monday, user):
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
        "lead_by"
    )
    return SavedWeek(
        log=log,
        days=dict(days.order_by("day").values_list("day", "half_days")),
        previous_next=previous.next if previous else "",
        sheets={sheet.month: sheet for sheet in sheets.order_by("month")},
    )


def notes_on(assignment, monday, days, before, user):
    """[(level, sentence)] on a week that was just saved with these `days`, over what stood there before: a SavedWeek.

    The page tells them as messages, the API in its answer.
    """
    worked = sum((before.days | days).values())
    if any(days.values()) and worked > FULL_DAY * assignment.days_a_week:
        promised = {"promised": days_a_week(assignment.days_a_week)}
        yield "warning", _("That is more than this mission's %(promised)s.") % promised
    for day, half_days in sorted(days.items()):
        if half_days and half_days != before.days.get(day) and (name := holiday_name(day)):
            sentence = _(
                "%(day)s is a public holiday (%(name)s). It is counted: change it if it was not worked."
            )
            yield "warning", sentence % {"day": day_text(day), "name": name}
    standing = (
        {sheet.month for sheet in week_of(assignment, monday, user).confirmed}
        if before.confirmed
        else ()
    )
    for sheet in before.confirmed:
        if sheet.month not in standing:
            words = {"name": sheet.lead_by, "month": month_text(sheet.month)}
            yield "info", _("%(name)s is asked to confirm the days of %(month)s again.") % words


def before_nothing(log):
    """What a week said before “nothing this week” took its place, or None."""
    if not log.is_nothing:
        return None
    wiped_at = None
    for row in log.history.order_by("-history_date", "-history_id")[:MAX_TODOS]:
        if not row.is_nothing:
            words = {name: getattr(row, name) for name in ("done", "blocked", "next")}
            return BeforeNothing(words, log.week, wiped_at)
        wiped_at = row.history_date
    return None


def days_before(assignment, before):
    """{day: half-days} of the seven days as they were then."""
    week = [before.week + timedelta(days=offset) for offset in range(7)]
    then = history.as_of(
        WorkDay, before.until, assignment=assignment.pk, day__range=(week[0], week[-1])
    )
    return dict.fromkeys(week, 0) | dict(then.values_list("day", "half_days"))


def usual_days(assignment, monday):
    """What to propose for a week that is not logged: last week's pattern, else the days a week that were promised."""
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


def unlogged_weeks_of(user, monday, today):
    """The person's assignments of the week without a log for it, pauses left out."""
    theirs = (
        Assignment.objects.of(user)
        .confirmed()
        .overlapping(monday, min(today, monday + timedelta(days=6)))
    )
    return (
        silent_weeks.without_log(theirs, monday)
        .select_related("engagement")
        .order_by("engagement__sort_title", "pk")
    )


def week_due(today):
    """The Monday of the week to log: last week until Wednesday, then this one."""
    monday = monday_of(today)
    return monday if today.weekday() >= THURSDAY else monday - timedelta(days=7)
