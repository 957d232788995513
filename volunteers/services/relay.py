"""Missions made longer or shorter, and handed over from one person to the next."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Asked, Refused
from crm.domain.workdays import is_working_day
from engagements.models import Engagement
from engagements.services.succession import hand_over
from volunteers.models import Assignment, RelayDemand, RelayNote, Volunteer
from volunteers.models.relay import NOTE_TEXTS
from volunteers.services.assignments import assign, change_assignment


@transaction.atomic
def extend(assignment, *, ends_on, by, seen=None, past_law=False):
    """Let a mission end later; nothing else changes. What the law has to say is asked as when a mission is made."""
    assignment = _held(assignment)
    write.refuse_if_stale(assignment, seen)
    if ends_on <= assignment.ends_on:
        raise Refused(
            {"ends_on": _("Choose a day after %(day)s.") % {"day": _said(assignment.ends_on)}}
        )
    return change_assignment(
        assignment, ends_on=ends_on, past_law=past_law, by=by, why=because("Extended")
    )


@transaction.atomic
def shorten(assignment, *, ends_on, by, seen=None, succession=None):
    """Let a mission end sooner; nothing else of it changes, and no day that is logged is cut off.

    `succession` says who takes over what the person holds in the engagement.
    """
    assignment = _held(assignment)
    write.refuse_if_stale(assignment, seen)
    if ends_on >= assignment.ends_on:
        raise Refused(
            {"ends_on": _("Choose a day before %(day)s.") % {"day": _said(assignment.ends_on)}}
        )
    shortened = change_assignment(
        assignment, ends_on=ends_on, is_asked=True, by=by, why=because("Shortened")
    )
    if succession:
        hand_over(assignment.volunteer.user, [assignment.engagement_id], succession, by=by)
    return shortened


@transaction.atomic
def replace(
    assignment,
    *,
    volunteer,
    last_day,
    overlap_days,
    ends_on,
    by,
    today,
    seen=None,
    succession=None,
    past_law=False,
):
    """End one person's mission and begin another's in the same role, with working days side by side.

    Both happen or neither. The relay note is begun too: the one who leaves writes it to the one who arrives.
    `succession` says who takes over what the one who leaves holds in the engagement.
    Returns the note.
    """
    if volunteer.pk == assignment.volunteer_id:
        raise Refused({"volunteer": _("Choose somebody else: nobody takes over from themselves.")})
    _hold(assignment.volunteer_id, volunteer.pk)
    leaving = Assignment.objects.select_related("volunteer__user", "engagement", "need").get(
        pk=assignment.pk
    )
    write.refuse_if_stale(leaving, seen)
    note = (
        RelayNote.objects.select_related("successor__volunteer__user")
        .filter(assignment=leaving)
        .first()
    )
    if note and note.successor:
        words = {"name": note.successor.volunteer}
        raise Refused(
            _("%(name)s takes over already. Change that mission, or the relay note.") % words
        )
    if not leaving.starts_on <= last_day < date(2100, 1, 1):
        raise Refused({"last_day": _("Choose a day of the mission, or after it.")})
    starts_on = first_day_together(last_day, overlap_days)
    if starts_on < today:
        words = {"number": overlap_days, "day": _said(starts_on)}
        sentence = ngettext(
            "%(number)s working day side by side would have begun on %(day)s: choose a later day, or none.",
            "%(number)s working days side by side would have begun on %(day)s: choose a later day, or fewer.",
            overlap_days,
        )
        raise Refused({"overlap_days": sentence % words})
    if last_day != leaving.ends_on:
        _retold(
            lambda: change_assignment(
                leaving,
                ends_on=last_day,
                past_law=past_law,
                is_asked=True,
                by=by,
                why=because("Replaced"),
            ),
            "last_day",
        )
    arriving = _retold(
        lambda: assign(
            volunteer,
            leaving.engagement,
            role=leaving.role,
            starts_on=starts_on,
            ends_on=ends_on,
            days_a_week=leaving.days_a_week,
            need=leaving.need,
            by=by,
            today=today,
            past_law=past_law,
        ),
        "volunteer",
    )
    if succession:
        hand_over(
            leaving.volunteer.user,
            [leaving.engagement_id],
            succession,
            by=by,
            successor=volunteer.user,
        )
    note = note or RelayNote(assignment=leaving)
    note.successor = arriving
    return write.save(
        note, by=by, why=because("Replaced by %(name)s", name=str(arriving.volunteer))
    )


@transaction.atomic
def write_note(assignment, *, by, today, seen=None, successor=None, **texts):
    """Keep what is written so far; the note counts as written on the day on which no part of it is missing any more."""
    _hold(assignment.volunteer_id)
    note = RelayNote.objects.filter(assignment=assignment).first()
    write.refuse_if_stale(note, seen)
    note = note or RelayNote(assignment=assignment)
    if successor is not None:
        if (
            successor.engagement_id != assignment.engagement_id
            or successor.volunteer_id == assignment.volunteer_id
        ):
            raise Refused(
                {"successor": _("Choose the mission of somebody else in this engagement.")}
            )
        note.successor = successor
    for name in NOTE_TEXTS:
        if name in texts:
            setattr(note, name, texts[name].strip())
    note.written_on = None if note.missing else note.written_on or today
    return write.save(
        note,
        by=by,
        why=because("Relay note written") if note.written_on else because("Relay note begun"),
    )


@transaction.atomic
def demand_overlap(engagement, *, overlap_days, by, seen=None):
    """How many working days people of this engagement spend side by side before one leaves."""
    Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    demand = RelayDemand.objects.filter(engagement=engagement).first()
    write.refuse_if_stale(demand, seen)
    demand = demand or RelayDemand(engagement=engagement)
    demand.overlap_days = overlap_days
    return write.save(demand, by=by, why=because("Overlap demanded"))


def first_day_together(last_day, overlap_days):
    """The day from which `overlap_days` working days remain, the last day among them; 0 is the day after it."""
    day = last_day + timedelta(days=1)
    while overlap_days > 0:
        day -= timedelta(days=1)
        overlap_days -= is_working_day(day)
    return day


def _held(assignment):
    """Read again under the lock of its volunteer, that its dates are those of now."""
    _hold(assignment.volunteer_id)
    return Assignment.objects.select_related("volunteer__user", "engagement").get(pk=assignment.pk)


def _hold(*volunteers):
    """The rows of several people, always in the same order, so that two who hold them never wait for each other."""
    list(Volunteer.objects.select_for_update(of=("self",)).filter(pk__in=volunteers).order_by("pk"))


def _retold(act, field):
    """Put what stands in the way under the field of this form, whatever the form of the other was."""
    try:
        return act()
    except Asked:  # this form has the box as well
        raise
    except Refused as refused:
        raise Refused({field: refused.messages}) from refused


def _said(day):
    return day_text(day)
