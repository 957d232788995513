from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain import formatting
from crm.domain.formatting import day_text, days_a_week
from crm.domain.refusals import Asked, Refused, Stale
from crm.models import User
from engagements.models import ProgressLog
from engagements.services.locks import lock
from engagements.services.progress import WeekLog, log_progress
from volunteers.models import FULL_DAY, Assignment, Volunteer, WorkDay
from volunteers.selectors.weeks import before_nothing, days_before
from volunteers.services.months import note_changed_days


@dataclass(frozen=True)
class WorkedWeek:
    """One week of an assignment, as its volunteer logs it.

    `week` is its Monday. `days` is {date: half-days, 0 to FULL_DAY}; a date that it leaves out keeps what is logged.
    `is_nothing` says that nothing was done: then texts and days are emptied. With `opens_blocker` what blocks becomes
    a blocker, with `blocks_again` also where it was resolved meanwhile. `more_days` confirms a week of more than twice
    the days promised. `undoes` is {first day of a month: version} of the months that the lead has confirmed, as they
    were read: only then may a day of them change. `days_seen` is {date: half-days} as the person had them saved before
    them, None where nobody looked: days that somebody else changed meanwhile are not overwritten.
    """

    week: date
    days: Mapping[date, int]
    done: str = ""
    blocked: str = ""
    next: str = ""
    is_nothing: bool = False
    opens_blocker: bool = False
    blocks_again: bool = False
    more_days: bool = False
    undoes: Mapping[date, int] = field(default_factory=dict)
    days_seen: Mapping[date, int] | None = None

    @property
    def sunday(self) -> date:
        return self.week + timedelta(days=6)

    @property
    def has_words(self) -> bool:
        return any(text.strip() for text in (self.done, self.blocked, self.next))


@transaction.atomic
def log_work(
    assignment: Assignment,
    worked: WorkedWeek,
    *,
    by: User,
    at: datetime,
    seen: int | None = None,
    why: str | Reason = "",
) -> ProgressLog | None:
    """Log one week of an assignment: the words for the team and the days worked, all or nothing.

    Days without words are saved alone: no log is written, and None is returned. A week is never moved to another one.
    It may be written from the first day of the assignment to the end of the week of its last day.
    """
    Volunteer.objects.select_for_update(of=("self",)).get(pk=assignment.volunteer_id)
    # Read again under the lock: its dates may have changed while this waited.
    assignment = Assignment.objects.select_related("engagement").get(pk=assignment.pk)
    today = timezone.localdate(at)
    _refuse_week(assignment, worked.week, today)
    if worked.is_nothing:
        worked = replace(worked, done="", blocked="", next="")
    log: ProgressLog | None
    if worked.is_nothing or worked.has_words:
        log = log_progress(
            assignment.engagement,
            WeekLog(
                week=worked.week,
                done=worked.done,
                blocked=worked.blocked,
                next=worked.next,
                is_nothing=worked.is_nothing,
                opens_blocker=worked.opens_blocker,
                blocks_again=worked.blocks_again,
            ),
            by=by,
            at=at,
            seen=seen,
            why=why,
        )
    else:
        log = None
        _leave_days_alone(assignment, worked, by=by, seen=seen)
    # Only now: the last week of the calendar has no seven days, and was refused above.
    if worked.is_nothing:
        seven_days = (worked.week + timedelta(days=n) for n in range(7))
        worked = replace(worked, days=dict.fromkeys(seven_days, 0))
    if not worked.more_days:
        _refuse_far_more_days(assignment, worked)
    _refuse_days_changed_since(assignment, worked, by=by)
    _write_days(assignment, worked, today=today, by=by, at=at)
    return log


def _leave_days_alone(
    assignment: Assignment, worked: WorkedWeek, *, by: User, seen: int | None
) -> None:
    """A week of days alone has no log. Words that are saved are not deleted by leaving them out: that is refused."""
    lock(assignment.engagement)  # a second click waits here, as it does for words
    log = _log_of(assignment, worked.week, by)
    write.refuse_if_stale(log, seen)
    logged_days = assignment.worked_days.between(worked.week, worked.sunday)
    other_days = logged_days.exclude(day__in=worked.days)
    has_saved_words = log is not None and not log.is_nothing
    if has_saved_words or not (any(worked.days.values()) or other_days.exists()):
        raise Refused({"done": _("Write a line or mark a day, or choose “Nothing this week”.")})
    if log:
        write.delete(log, by=by, why=because("Days alone"))


@transaction.atomic
def take_nothing_back(
    assignment: Assignment,
    *,
    week: date,
    by: User,
    at: datetime,
    seen: int | None = None,
    undoes: Mapping[date, int] | None = None,
) -> ProgressLog | None:
    """Put back the words and days that stood in a week before it was said that nothing was done in it."""
    Volunteer.objects.select_for_update(of=("self",)).get(pk=assignment.volunteer_id)
    log = _log_of(assignment, week, by)
    before = before_nothing(log) if log else None
    if before is None:
        raise Refused(_("There is nothing to put back."))
    worked = WorkedWeek(
        week=week,
        days=days_before(assignment, before),
        more_days=True,  # confirmed when they were saved
        done=before.done,
        blocked=before.blocked,
        next=before.next,
        undoes=undoes or {},
    )
    return log_work(assignment, worked, by=by, at=at, seen=seen, why=because("Put back as it was"))


def _refuse_week(assignment: Assignment, week: date, today: date) -> None:
    first, last = assignment.starts_on, assignment.ends_on
    words = {"week": day_text(week), "first": day_text(first), "last": day_text(last)}
    if (first - week).days > 6 or week > last:
        sentence = _(
            "The week of %(week)s is outside this mission, which lasts from %(first)s to %(last)s."
        )
        raise Refused({"week": sentence % words})
    if today < first:
        raise Refused(
            _("This mission begins on %(first)s: nothing is written to it before.") % words
        )
    if not assignment.takes_words_on(today):
        sentence = _(
            "This mission ended on %(last)s: it can be read, and nothing is written to it any more."
        )
        raise Refused(sentence % words)


def _refuse_days_changed_since(assignment: Assignment, worked: WorkedWeek, *, by: User) -> None:
    """Words have a version, days alone have none: they are compared as they are. The same again is no conflict."""
    if worked.days_seen is None:
        return
    logged = assignment.worked_days.between(worked.week, worked.sunday)
    saved = dict(logged.values_list("day", "half_days"))
    is_changed = any(saved.get(day, 0) != half for day, half in worked.days.items())
    if is_changed and saved != dict(worked.days_seen):
        raise Stale(_log_of(assignment, worked.week, by))


def _log_of(assignment: Assignment, week: date, by: User) -> ProgressLog | None:
    return ProgressLog.objects.filter(
        engagement=assignment.engagement_id, author=by, week=week
    ).first()


def _write_days(
    assignment: Assignment, worked: WorkedWeek, *, today: date, by: User, at: datetime
) -> None:
    days = worked.days
    for day, half_days in days.items():
        _refuse_day(assignment, day, half_days, worked.week, today)
    logged = {row.day: row for row in assignment.worked_days.between(worked.week, worked.sunday)}
    _refuse_day_worked_elsewhere(assignment, worked)
    different = [
        day for day, half in days.items() if half != (logged[day].half_days if day in logged else 0)
    ]
    note_changed_days(assignment, different, by=by, at=at, undoes=worked.undoes)
    new = [
        WorkDay(assignment=assignment, day=day, half_days=half)
        for day, half in days.items()
        if half and day not in logged
    ]
    changed = []
    for day, row in logged.items():
        if day in days and days[day] == 0:
            write.delete(row, by=by, why=because("Taken back"))
        elif day in days and days[day] != row.half_days:
            row.half_days = days[day]
            changed.append(row)
    write.bulk_create(new, by=by, why=because("Logged"))
    write.bulk_update(changed, ["half_days"], by=by, why=because("Changed"))


def _refuse_far_more_days(assignment: Assignment, worked: WorkedWeek) -> None:
    """Ask about more than twice the days promised: up to that, one week may make up for another."""
    if not any(worked.days.values()):
        return
    logged = assignment.worked_days.between(worked.week, worked.sunday).order_by("day")
    half_days = sum((dict(logged.values_list("day", "half_days")) | dict(worked.days)).values())
    if half_days > 2 * FULL_DAY * assignment.days_a_week:
        sentence = _(
            "This week would have %(worked)s, on a mission of %(promised)s. Say that it is so."
        )
        words = {
            "worked": formatting.days(half_days),
            "promised": days_a_week(assignment.days_a_week),
        }
        raise Asked("more_days", sentence % words)


def _refuse_day(assignment: Assignment, day: date, half_days: int, week: date, today: date) -> None:
    if half_days not in (0, 1, FULL_DAY):
        raise Refused({"days": _("A day is worked by halves: half a day, or a day.")})
    if not week <= day <= week + timedelta(days=6):
        raise Refused({"days": _("%(day)s is not in this week.") % {"day": day_text(day)}})
    if half_days and day > today:
        raise Refused(
            {
                "days": _("%(day)s is still to come: log it once it is worked.")
                % {"day": day_text(day)}
            }
        )
    if half_days and not assignment.starts_on <= day <= assignment.ends_on:
        raise Refused({"days": _("%(day)s is outside the assignment.") % {"day": day_text(day)}})


def _refuse_day_worked_elsewhere(assignment: Assignment, worked: WorkedWeek) -> None:
    elsewhere = WorkDay.objects.filter(assignment__volunteer=assignment.volunteer_id).exclude(
        assignment=assignment
    )
    for row in elsewhere.between(worked.week, worked.sunday).order_by("day", "pk"):
        half_days = worked.days.get(row.day, 0)
        if half_days and half_days + row.half_days > FULL_DAY:
            raise Refused(
                {
                    "days": _("%(day)s is worked on another engagement already.")
                    % {"day": day_text(row.day)}
                }
            )
