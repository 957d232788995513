"""Assignments made longer or shorter, and handed over from one person to the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Asked, Refused
from crm.domain.workdays import is_working_day
from crm.models import User
from engagements.models import Engagement
from engagements.services.succession import Succession, hand_over
from volunteers.models import Assignment, RelayDemand, RelayNote, Volunteer
from volunteers.models.relay import NOTE_TEXTS
from volunteers.services.assignments import AssignmentTerms, assign, change_assignment


@transaction.atomic
def extend(
    assignment: Assignment,
    *,
    ends_on: date,
    by: User,
    seen: int | None = None,
    past_law: bool = False,
) -> Assignment:
    """Let an assignment end later; nothing else of it changes. `past_law` as in `assign`."""
    assignment = _locked(assignment)
    write.refuse_if_stale(assignment, seen)
    if ends_on <= assignment.ends_on:
        raise Refused(
            {"ends_on": _("Choose a day after %(day)s.") % {"day": day_text(assignment.ends_on)}}
        )
    return change_assignment(
        assignment, ends_on=ends_on, past_law=past_law, by=by, why=because("Extended")
    )


@transaction.atomic
def shorten(
    assignment: Assignment,
    *,
    ends_on: date,
    by: User,
    seen: int | None = None,
    succession: Succession | None = None,
) -> Assignment:
    """Let an assignment end sooner; nothing else of it changes. Days logged after the new last day stand in the way.

    `succession` says who takes over what the person holds in the engagement.
    """
    assignment = _locked(assignment)
    write.refuse_if_stale(assignment, seen)
    if ends_on >= assignment.ends_on:
        raise Refused(
            {"ends_on": _("Choose a day before %(day)s.") % {"day": day_text(assignment.ends_on)}}
        )
    shortened = change_assignment(
        assignment, ends_on=ends_on, is_asked=True, by=by, why=because("Shortened")
    )
    if succession:
        hand_over(assignment.volunteer.user, [assignment.engagement_id], succession, by=by)
    return shortened


@dataclass(frozen=True)
class Replacement:
    """Who takes over an assignment, and when.

    `last_day` is the last of the one who leaves, `ends_on` that of the one who arrives. `overlap_days` working days
    they spend side by side. `succession` says who takes over what the one who leaves holds in the engagement.
    """

    volunteer: Volunteer
    last_day: date
    overlap_days: int
    ends_on: date
    succession: Succession | None = None

    @property
    def starts_on(self) -> date:
        return first_day_together(self.last_day, self.overlap_days)


@transaction.atomic
def replace(
    assignment: Assignment,
    replacement: Replacement,
    *,
    by: User,
    today: date,
    seen: int | None = None,
    past_law: bool = False,
) -> RelayNote:
    """End one person's assignment and begin another's in the same role, with working days side by side.

    Both happen or neither. Returns the relay note, which is begun too: the one who leaves writes it to their successor.
    """
    volunteer, last_day = replacement.volunteer, replacement.last_day
    if volunteer.pk == assignment.volunteer_id:
        raise Refused({"volunteer": _("Choose somebody else: nobody takes over from themselves.")})
    _lock(assignment.volunteer_id, volunteer.pk)
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
    _refuse_begun(replacement, today)
    if last_day != leaving.ends_on:
        with _refusing_at("last_day"):
            change_assignment(
                leaving,
                ends_on=last_day,
                past_law=past_law,
                is_asked=True,
                by=by,
                why=because("Replaced"),
            )
    terms = AssignmentTerms(
        role=leaving.role,
        starts_on=replacement.starts_on,
        ends_on=replacement.ends_on,
        days_a_week=leaving.days_a_week,
        need=leaving.need,
    )
    with _refusing_at("volunteer"):
        arriving = assign(
            volunteer, leaving.engagement, terms, by=by, today=today, past_law=past_law
        )
    if replacement.succession:
        hand_over(
            leaving.volunteer.user,
            [leaving.engagement_id],
            replacement.succession,
            by=by,
            successor=volunteer.user,
        )
    note = note or RelayNote(assignment=leaving)
    note.successor = arriving
    return write.save(
        note, by=by, why=because("Replaced by %(name)s", name=str(arriving.volunteer))
    )


def _refuse_begun(replacement: Replacement, today: date) -> None:
    number, starts_on = replacement.overlap_days, replacement.starts_on
    if starts_on < today:
        words = {"number": number, "day": day_text(starts_on)}
        sentence = ngettext(
            "%(number)s working day side by side would have begun on %(day)s: choose a later day, or none.",
            "%(number)s working days side by side would have begun on %(day)s: choose a later day, or fewer.",
            number,
        )
        raise Refused({"overlap_days": sentence % words})


@transaction.atomic
def write_note(
    assignment: Assignment,
    *,
    by: User,
    today: date,
    seen: int | None = None,
    successor: Assignment | None = None,
    **texts: str,
) -> RelayNote:
    """Save `texts`, by the names of NOTE_TEXTS. The note counts as written once none of them is missing any more."""
    _lock(assignment.volunteer_id)
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
def demand_overlap(
    engagement: Engagement, *, overlap_days: int, by: User, seen: int | None = None
) -> RelayDemand:
    """Set how many working days people of this engagement spend side by side before one leaves."""
    Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    demand = RelayDemand.objects.filter(engagement=engagement).first()
    write.refuse_if_stale(demand, seen)
    demand = demand or RelayDemand(engagement=engagement)
    demand.overlap_days = overlap_days
    return write.save(demand, by=by, why=because("Overlap demanded"))


def first_day_together(last_day: date, overlap_days: int) -> date:
    """The day from which `overlap_days` working days remain, the last day among them; for 0 the day after it."""
    day = last_day + timedelta(days=1)
    while overlap_days > 0:
        day -= timedelta(days=1)
        overlap_days -= is_working_day(day)
    return day


def _locked(assignment: Assignment) -> Assignment:
    """The assignment, read again under the lock of its volunteer: its dates are those of now."""
    _lock(assignment.volunteer_id)
    return Assignment.objects.select_related("volunteer__user", "engagement").get(pk=assignment.pk)


def _lock(*volunteers: int) -> None:
    """Lock several people's rows, always in the same order: two who lock them never wait for each other."""
    list(Volunteer.objects.select_for_update(of=("self",)).filter(pk__in=volunteers).order_by("pk"))


@contextmanager
def _refusing_at(field: str) -> Iterator[None]:
    """Put what another service refuses under this field: its own fields are those of another form."""
    try:
        yield
    except Asked:  # this form has the box as well
        raise
    except Refused as refused:
        raise Refused({field: refused.messages}) from refused
