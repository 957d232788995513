"""Days and teams, as pages show them, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.domain.roles import Role
from crm.domain.workdays import holiday_name, monday_of
from crm.templatetags.formats import day_month, day_text, days_a_week, month_text, weekday_text
from crm.todos import MOST, ToDo, key_of
from engagements.models import Engagement, ProgressLog
from volunteers.models import FULL_DAY, Assignment, DayDisagreement, MonthSheet, VolunteerSkill, WorkDay
from volunteers.selectors import silent_weeks
from volunteers.todos import agreements, relay

ENDS_SOON = 30
THURSDAY = 3
TEAM_SHOWN = 20


def half_days_by_assignment(assignments, days=None):
    """{assignment id: half-days worked}, of the worked `days` that one may see; of all of them by default."""
    rows = (
        (WorkDay.objects.all() if days is None else days)
        .filter(assignment__in=assignments)
        .values("assignment")
        .annotate(total=Sum("half_days"))
        .order_by("assignment")
    )
    return {row["assignment"]: row["total"] for row in rows}


def half_days_by_engagement(engagements):
    """{engagement id: half-days worked} of the engagements given, by their ids."""
    rows = (
        WorkDay.objects.filter(assignment__engagement__in=engagements)
        .values("assignment__engagement")
        .annotate(total=Sum("half_days"))
        .order_by("assignment__engagement")
    )
    return {row["assignment__engagement"]: row["total"] for row in rows}


@dataclass(frozen=True)
class Week:
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
        return [sheet for sheet in self.sheets.values() if sheet.state == MonthSheet.State.CONFIRMED]


@dataclass(frozen=True)
class BeforeNothing:
    """A week as it was until it was said that nothing was done in it."""

    words: dict
    week: date
    until: datetime


def week_of(assignment, monday, user):
    logs = ProgressLog.objects.filter(engagement=assignment.engagement_id, author=user, week__lte=monday)
    latest = list(logs.order_by("-week", "-pk")[:2])
    log = next((log for log in latest if log.week == monday), None)
    previous = next((log for log in latest if log.week < monday), None)
    sunday = monday + timedelta(days=6)
    days = WorkDay.objects.filter(assignment=assignment).between(monday, sunday)
    months = {monday.replace(day=1), sunday.replace(day=1)}
    sheets = MonthSheet.objects.filter(assignment=assignment, month__in=months).select_related("lead_by")
    return Week(
        log=log,
        days=dict(days.order_by("day").values_list("day", "half_days")),
        previous_next=previous.next if previous else "",
        sheets={sheet.month: sheet for sheet in sheets.order_by("month")},
    )


def notes_on(assignment, monday, days, before, user):
    """[(level, sentence)] on a week that was just saved with these `days`, over what stood there before: a Week.

    The page tells them as messages, the API in its answer.
    """
    worked = sum((before.days | days).values())
    if any(days.values()) and worked > FULL_DAY * assignment.days_a_week:
        promised = {"promised": days_a_week(assignment.days_a_week)}
        yield "warning", _("That is more than this mission's %(promised)s.") % promised
    for day, half_days in sorted(days.items()):
        if half_days and half_days != before.days.get(day) and (name := holiday_name(day)):
            sentence = _("%(day)s is a public holiday (%(name)s). It is counted: change it if it was not worked.")
            yield "warning", sentence % {"day": day_text(day), "name": name}
    standing = {sheet.month for sheet in week_of(assignment, monday, user).confirmed} if before.confirmed else ()
    for sheet in before.confirmed:
        if sheet.month not in standing:
            words = {"name": sheet.lead_by, "month": month_text(sheet.month)}
            yield "info", _("%(name)s is asked to confirm the days of %(month)s again.") % words


def before_nothing(log):
    """What a week said before “nothing this week” took its place, or None."""
    if not log.is_nothing:
        return None
    wiped_at = None
    for row in log.history.order_by("-history_date", "-history_id")[:MOST]:
        if not row.is_nothing:
            words = {name: getattr(row, name) for name in ("done", "blocked", "next")}
            return BeforeNothing(words, log.week, wiped_at)
        wiped_at = row.history_date
    return None


def days_before(assignment, before):
    """{day: half-days} of the seven days as they were then."""
    week = [before.week + timedelta(days=offset) for offset in range(7)]
    then = audit.as_of(WorkDay, before.until, assignment=assignment.pk, day__range=(week[0], week[-1]))
    return dict.fromkeys(week, 0) | dict(then.values_list("day", "half_days"))


def usual_days(assignment, monday):
    """What to propose for a week that is not logged: last week's pattern, else the days a week that were promised."""
    last = monday - timedelta(days=7)
    worked = WorkDay.objects.filter(assignment=assignment).between(last, monday - timedelta(days=1))
    pattern = {day + timedelta(days=7): half for day, half in worked.order_by("day").values_list("day", "half_days")}
    if pattern:
        return pattern
    halves = int(assignment.days_a_week * 2)
    return {
        monday + timedelta(days=offset): min(FULL_DAY, halves - FULL_DAY * offset)
        for offset in range(5)
        if halves > FULL_DAY * offset
    }


def team_of(engagement, today):
    """[(assignment, half-days worked, days until its end or None)] of an engagement, who is there first.

    An assignment has `is_silent`: its person has written nothing for three weeks.
    """
    theirs = Assignment.objects.filter(engagement=engagement)
    quiet = silent_weeks.silent(Assignment.objects.filter(pk=OuterRef("pk")), today)
    assignments = list(
        theirs.annotate(is_silent=Exists(quiet))
        .select_related("volunteer__user", "sponsor")
        .order_by("-ends_on", "pk")[:TEAM_SHOWN]
    )
    worked = half_days_by_assignment([assignment.pk for assignment in assignments])
    return [(assignment, worked.get(assignment.pk, 0), _days_left(assignment, today)) for assignment in assignments]


def _days_left(assignment, today):
    left = (assignment.ends_on - today).days
    return left if 0 <= left <= ENDS_SOON else None


def endings_of(user, today):
    """Assignments of the engagements that the person runs which end soon or wait to be confirmed."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return [], []
    theirs = (
        Assignment.objects.filter(engagement__in=Engagement.objects.run_by(user).active())
        .select_related("volunteer__user", "engagement")
        .order_by("ends_on", "pk")
    )
    ending = theirs.confirmed().filter(ends_on__gte=today, ends_on__lte=today + timedelta(days=ENDS_SOON))
    proposed = theirs.filter(confirmed_on=None, ends_on__gte=today)
    return list(ending[:MOST]), list(proposed[:MOST])


def unlogged_weeks_of(user, monday, today):
    """The person's assignments of the week without a log for it, pauses left out."""
    theirs = Assignment.objects.of(user).confirmed().overlapping(monday, min(today, monday + timedelta(days=6)))
    return (
        silent_weeks.without_log(theirs, monday).select_related("engagement").order_by("engagement__sort_title", "pk")
    )


def week_due(today):
    """The Monday of the week to log: last week until Wednesday, then this one."""
    monday = monday_of(today)
    return monday if today.weekday() >= THURSDAY else monday - timedelta(days=7)


def silent_of(user, today):
    """Assignments of the engagements that the person runs whose volunteer has written nothing for three weeks."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    theirs = Assignment.objects.filter(engagement__in=Engagement.objects.run_by(user).active())
    return list(
        silent_weeks.silent(theirs, today)
        .select_related("volunteer__user", "engagement")
        .order_by("starts_on", "pk")[:MOST]
    )


def needs_of(user, today):
    """[ToDo]: the person's weeks to log, then the missions of their engagements to confirm and to prolong."""
    ending, proposed = endings_of(user, today)
    monday = week_due(today)
    return [
        *_months_to_sign(user, today),
        *_days_seen_otherwise(user),
        *_corrections_asked(user),
        *agreements.needs_of(user, today),
        *relay.needs_of(user, today),
        *(
            ToDo(
                key=key_of("week", assignment.pk, monday),
                title=assignment.engagement.title,
                about="",
                reason=_("The week of %(day)s is not logged yet.") % {"day": day_month(monday)},
                since=monday,
                url=f"{reverse('volunteers:log-work', args=[assignment.pk])}?week={monday.isoformat()}",
                verb=_("Log my week"),
            )
            for assignment in unlogged_weeks_of(user, monday, today)
        ),
        *(
            _of_assignment(
                assignment,
                kind="confirm",
                reason=_("to confirm"),
                since=assignment.starts_on,
                url=f"{assignment.engagement.get_absolute_url()}#team",
                verb=_("See the team"),
            )
            for assignment in proposed
        ),
        *(
            _of_assignment(
                assignment,
                kind="silent",
                reason=_("no word for three weeks: call them, rather than one more mail"),
                since=monday_of(today) - timedelta(weeks=silent_weeks.A_FLAG),
                url=reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id]),
                verb=_("See the person"),
            )
            for assignment in silent_of(user, today)
        ),
        *(
            _of_assignment(
                assignment,
                kind="ending",
                reason=_("mission ends on %(day)s") % {"day": day_month(assignment.ends_on)},
                since=assignment.ends_on,
                url=reverse("volunteers:assignment-extend", args=[assignment.pk]),
                verb=_("Extend"),
            )
            for assignment in ending
        ),
    ]


def _months_to_sign(user, today):
    if not user.holds(Role.LEAD, Role.SPONSOR):
        return []
    sheets = MonthSheet.objects.awaiting(user, today).for_list().reverse()[:MOST]
    return [
        ToDo(
            key=key_of("month", sheet.pk, sheet.month),
            title=str(sheet.assignment.volunteer),
            about=sheet.assignment.engagement.title,
            reason=_("Days of %(month)s to confirm") % {"month": month_text(sheet.month)},
            since=sheet.last_day,
            url=reverse("volunteers:month-sheet", args=[sheet.pk]),
            verb=_("Look and confirm"),
        )
        for sheet in sheets
    ]


def _days_seen_otherwise(user):
    """The volunteer answers: they change the day, or their coordinator settles it."""
    if not user.holds(Role.VOLUNTEER):
        return []
    said = DayDisagreement.objects.open().filter(sheet__assignment__volunteer__user=user)
    said = said.exclude(sheet__state=MonthSheet.State.LOCKED)
    return [
        ToDo(
            key=key_of("disagreement", each.pk, each.day),
            title=weekday_text(each.day),
            about=each.sheet.assignment.engagement.title,
            reason=_("%(name)s sees this day otherwise") % {"name": each.author},
            since=each.day,
            url=reverse("volunteers:month-sheet", args=[each.sheet_id]),
            verb=_("Look at it"),
        )
        for each in said.select_related("author", "sheet__assignment__engagement").order_by("day", "pk")[:MOST]
    ]


def _corrections_asked(user):
    """Of months that both sides have signed, those who run the engagement correct a day, or say that it stands."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    theirs = Engagement.objects.run_by(user)
    asked = DayDisagreement.objects.asking_to_correct().filter(sheet__assignment__engagement__in=theirs)
    return [
        ToDo(
            key=key_of("correction", each.pk, each.day),
            title=str(each.sheet.assignment.volunteer),
            about=each.sheet.assignment.engagement.title,
            reason=_("%(name)s asks for a correction of %(day)s") % {"name": each.author, "day": day_month(each.day)},
            since=timezone.localdate(each.raised_at),
            url=reverse("volunteers:month-sheet", args=[each.sheet_id]),
            verb=_("Look at it"),
        )
        for each in asked.select_related(
            "author", "sheet__assignment__engagement", "sheet__assignment__volunteer__user"
        ).order_by("raised_at", "pk")[:MOST]
    ]


def _of_assignment(assignment, *, kind, since, **words):
    return ToDo(
        key=key_of(kind, assignment.pk, since),
        title=str(assignment.volunteer),
        about=assignment.engagement.title,
        since=since,
        **words,
    )


def changes_of(volunteer):
    """What changed in the person's time and skills, newest first."""
    skills = audit.comings_and_goings(VolunteerSkill.history.filter(volunteer=volunteer.pk))
    return sorted([*audit.entries(volunteer), *skills], key=lambda entry: entry.at, reverse=True)
