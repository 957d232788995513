from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain import formatting
from crm.domain.formatting import day_text, days_a_week
from crm.domain.refusals import Asked, Refused
from engagements.models import ProgressLog
from engagements.services.locks import lock
from engagements.services.progress import WeekLog, log_progress
from volunteers.models import FULL_DAY, Assignment, Volunteer, WorkDay
from volunteers.selectors.weeks import before_nothing, days_before
from volunteers.services.months import note_changed_days


@transaction.atomic
def log_work(
    assignment,
    *,
    week,
    days,
    by,
    at,
    done="",
    blocked="",
    next="",
    is_nothing=False,
    opens_blocker=False,
    more_days=False,
    seen=None,
    undoes=None,
    why="",
):
    """Log one week of an assignment: the words for the team and the days worked, all or nothing.

    Days alone are saved without words, and no log is given back: there is none.

    `week` is its Monday, and is never moved to another one. `days` gives half-days by date ({date: 0, 1 or 2}); a
    date that it leaves out keeps what was logged; more than twice the days that were promised are asked about, and
    `more_days` says that it is so. A mission is written to from its first day to the end of the week of its last.
    `undoes` gives the months that the lead has confirmed, as they were read ({first day: version}): a day of them
    may change.
    """
    Volunteer.objects.select_for_update(of=("self",)).get(pk=assignment.volunteer_id)
    # Read again under the lock: its dates may have changed while this waited.
    assignment = Assignment.objects.select_related("engagement").get(pk=assignment.pk)
    today = timezone.localdate(at)
    _refuse_week(assignment, week, today)
    if is_nothing:
        done = blocked = next = ""
    if is_nothing or done.strip() or blocked.strip() or next.strip():
        log = log_progress(
            assignment.engagement,
            WeekLog(
                week=week,
                done=done,
                blocked=blocked,
                next=next,
                is_nothing=is_nothing,
                opens_blocker=opens_blocker,
            ),
            by=by,
            at=at,
            seen=seen,
            why=why,
        )
    else:
        log = _leave_days_alone(assignment, week, days, by=by, seen=seen)
    if (
        is_nothing
    ):  # only now: the last week of the calendar has no seven days, and is refused above
        days = dict.fromkeys((week + timedelta(days=n) for n in range(7)), 0)
    if not more_days:
        _refuse_far_more_days(assignment, week, days)
    _write_days(assignment, week, days, today=today, by=by, at=at, undoes=undoes or {})
    return log


def _leave_days_alone(assignment, week, days, *, by, seen):
    """No word is made up for a week that has days alone; words that stand there are not wiped by leaving them out."""
    lock(assignment.engagement)  # a second click waits here, as it does for words
    log = ProgressLog.objects.filter(
        engagement=assignment.engagement_id, author=by, week=week
    ).first()
    write.refuse_if_stale(log, seen)
    kept = assignment.worked_days.between(week, week + timedelta(days=6)).exclude(day__in=days)
    has_words = log is not None and not log.is_nothing
    if has_words or not (any(days.values()) or kept.exists()):
        raise Refused({"done": _("Write a line or mark a day, or choose “Nothing this week”.")})
    if log:
        write.delete(log, by=by, why=because("Days alone"))


@transaction.atomic
def take_nothing_back(assignment, *, week, by, at, seen=None, undoes=None):
    """Put back the words and days that stood in a week before it was said that nothing was done in it."""
    Volunteer.objects.select_for_update(of=("self",)).get(pk=assignment.volunteer_id)
    log = ProgressLog.objects.filter(
        engagement=assignment.engagement_id, author=by, week=week
    ).first()
    before = before_nothing(log) if log else None
    if before is None:
        raise Refused(_("There is nothing to put back."))
    return log_work(
        assignment,
        week=week,
        days=days_before(assignment, before),
        more_days=True,  # said when they were saved
        **before.words,
        by=by,
        at=at,
        seen=seen,
        undoes=undoes,
        why=because("Put back as it was"),
    )


def _refuse_week(assignment, week, today):
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


def _write_days(assignment, week, days, *, today, by, at, undoes):
    last = week + timedelta(days=6)
    for day, half_days in days.items():
        _refuse_day(assignment, day, half_days, week, today)
    logged = {row.day: row for row in assignment.worked_days.between(week, last)}
    _refuse_day_worked_elsewhere(
        assignment, {day: half for day, half in days.items() if half}, week, last
    )
    different = [
        day for day, half in days.items() if half != (logged[day].half_days if day in logged else 0)
    ]
    note_changed_days(assignment, different, by=by, at=at, undoes=undoes)
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


def _refuse_far_more_days(assignment, week, days):
    """A week may make up for another: up to twice what was promised is nobody's slip."""
    if not any(days.values()):
        return
    logged = assignment.worked_days.between(week, week + timedelta(days=6)).order_by("day")
    half_days = sum((dict(logged.values_list("day", "half_days")) | days).values())
    if half_days > 2 * FULL_DAY * assignment.days_a_week:
        sentence = _(
            "This week would have %(worked)s, on a mission of %(promised)s. Say that it is so."
        )
        words = {
            "worked": formatting.days(half_days),
            "promised": days_a_week(assignment.days_a_week),
        }
        raise Asked("more_days", sentence % words)


def _refuse_day(assignment, day, half_days, week, today):
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


def _refuse_day_worked_elsewhere(assignment, days, first, last):
    elsewhere = WorkDay.objects.filter(assignment__volunteer=assignment.volunteer_id).exclude(
        assignment=assignment
    )
    for row in elsewhere.between(first, last).order_by("day", "pk"):
        if days.get(row.day, 0) + row.half_days > FULL_DAY:
            raise Refused(
                {
                    "days": _("%(day)s is worked on another engagement already.")
                    % {"day": day_text(row.day)}
                }
            )
