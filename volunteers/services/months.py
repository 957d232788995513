"""A month of worked days, signed by both sides. The volunteer's row is the lock, as for the days themselves."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.formatting import day_text, month_text
from crm.domain.refusals import Refused
from crm.models import User
from volunteers.models import (
    FULL_DAY,
    Assignment,
    DayCorrection,
    DayDisagreement,
    MonthSheet,
    Signer,
    Voice,
    Volunteer,
    WorkDay,
)

NOT_LOCKED = gettext_lazy(
    "This month is not locked: its days are changed in the week they belong to."
)
SIGNATURE_FIELDS = ["state", "lead_by", "lead_at", "sponsor_by", "sponsor_at"]


@transaction.atomic
def confirm_month(
    sheet: MonthSheet, side: str, *, by: User, at: datetime, seen: int | None
) -> MonthSheet:
    """One side, a Signer, confirms every day of the month as it has read them; the second side's word locks it."""
    sheet = _locked(sheet)
    today = timezone.localdate(at)
    _refuse_out_of_turn(sheet, side)
    write.refuse_unread(sheet, seen)
    if today <= min(sheet.last_day, sheet.assignment.ends_on):
        raise Refused(_("This month is not over: confirm it once its last day has passed."))
    if sheet.disagreements.open().exists():
        raise Refused(_("A disagreement is open on this month: settle it first."))
    if not sheet.worked_days().exists():
        raise Refused(_("No day is logged in this month: there is nothing to confirm."))
    if side == Signer.LEAD:
        sheet.state, sheet.lead_by, sheet.lead_at = MonthSheet.State.CONFIRMED, by, at
        return write.save(
            sheet, by=by, why=because("Confirmed by the lead"), fields=SIGNATURE_FIELDS
        )
    sheet.state, sheet.sponsor_by, sheet.sponsor_at = MonthSheet.State.LOCKED, by, at
    return write.save(
        sheet, by=by, why=because("Confirmed by the company, locked"), fields=SIGNATURE_FIELDS
    )


@transaction.atomic
def disagree(
    sheet: MonthSheet, side: str, *, day: date, comment: str, by: User, at: datetime
) -> DayDisagreement:
    """Somebody, a Voice, sees one day otherwise, in their own words. Of a locked month, this asks for a correction."""
    sheet = _locked(sheet)
    if not sheet.is_locked and side == Voice.VOLUNTEER:
        raise Refused(NOT_LOCKED)
    if not sheet.is_locked:
        _refuse_out_of_turn(sheet, side)
    if not sheet.holds(day):
        raise Refused({"day": _("This day is outside the month or the mission.")})
    disagreement = DayDisagreement(
        sheet=sheet, day=day, side=side, comment=comment.strip(), author=by, raised_at=at
    )
    return write.save(disagreement, by=by, why=because("Disagreed"))


@transaction.atomic
def settle(disagreement: DayDisagreement, *, by: User, at: datetime) -> DayDisagreement:
    """Close a disagreement: the day stands as it is logged."""
    _locked(disagreement.sheet)
    disagreement.refresh_from_db()
    if disagreement.settled_at is not None:
        raise Refused(_("This disagreement is settled already."))
    return _settle(disagreement, by=by, at=at, why=because("Settled"))


@transaction.atomic
def correct_day(
    sheet: MonthSheet, *, day: date, half_days: int, reason: str, by: User, at: datetime
) -> DayCorrection:
    """Change a day that both sides have signed: the correction keeps what was signed, what is true, and why."""
    sheet = _locked(sheet)
    if not sheet.is_locked:
        raise Refused(NOT_LOCKED)
    if not sheet.holds(day):
        raise Refused({"day": _("This day is outside the month or the mission.")})
    row = sheet.worked_days().filter(day=day).first()
    before = row.half_days if row else 0
    correction = DayCorrection(
        sheet=sheet,
        day=day,
        before=before,
        half_days=half_days,
        reason=reason.strip(),
        author=by,
        made_at=at,
    )
    _refuse_worked_elsewhere(sheet.assignment, day, half_days)
    for disagreement in sheet.disagreements.open().filter(day=day).order_by("pk"):
        _settle(disagreement, by=by, at=at, why=because("The day was corrected"))
    write.save(correction, by=by, why=correction.reason)
    if row is None:
        row = WorkDay(assignment=sheet.assignment, day=day, half_days=half_days)
        write.save(row, by=by, why=correction.reason)
    elif half_days == 0:
        write.delete(row, by=by, why=correction.reason)
    else:
        row.half_days = half_days
        write.save(row, by=by, why=correction.reason, fields=["half_days"])
    return correction


def note_changed_days(
    assignment: Assignment,
    days: Collection[date],
    *,
    by: User,
    at: datetime,
    undoes: Mapping[date, int],
) -> None:
    """`days` of an assignment are about to change: refused where both sides have signed their month.

    Where the lead alone has signed, they are to sign again: `undoes`, {first day of the month: version of its sheet},
    says which of these months the person knows of. The caller holds the volunteer's row.
    """
    for month in sorted({day.replace(day=1) for day in days}):
        sheet = MonthSheet.objects.filter(assignment=assignment, month=month).first()
        if sheet is None:
            write.save(
                MonthSheet(assignment=assignment, month=month),
                by=by,
                why=because("First day logged"),
            )
            continue
        if sheet.is_locked:
            words = _(
                "%(month)s is signed by both sides and locked: ask your coordinator for a correction."
            )
            raise Refused({"days": words % {"month": month_text(month).capitalize()}})
        # The days hang from another table: the version counts their changes, so that nobody confirms unread ones.
        if sheet.state == MonthSheet.State.CONFIRMED:
            _refuse_unknowing(sheet, undoes)
            sheet.state, sheet.lead_by, sheet.lead_at = MonthSheet.State.LOGGED, None, None
            write.save(
                sheet,
                by=by,
                why=because("A day changed: to be confirmed again"),
                fields=SIGNATURE_FIELDS,
            )
        else:
            changed = [day for day in days if sheet.month == day.replace(day=1)]
            write.note(sheet, by=by, why=because("Days changed: %(days)s", days=changed))
        for disagreement in sheet.disagreements.open().filter(day__in=days).order_by("pk"):
            _settle(disagreement, by=by, at=at, why=because("The day was changed"))


def _refuse_unknowing(sheet: MonthSheet, undoes: Mapping[date, int]) -> None:
    """Whoever changes a day that the lead has confirmed has read so, in this version of the month."""
    if undoes.get(sheet.month) != sheet.version:
        words = _(
            "%(name)s has confirmed the days of %(month)s: a changed day takes that word back, and asks for it again. "
            "Save once more if this is what you want."
        )
        raise Refused({"days": words % {"name": sheet.lead_by, "month": month_text(sheet.month)}})


def _settle(
    disagreement: DayDisagreement, *, by: User, at: datetime, why: Reason
) -> DayDisagreement:
    disagreement.settled_at, disagreement.settled_by = at, by
    return write.save(disagreement, by=by, why=why, fields=["settled_at", "settled_by"])


def _locked(sheet: MonthSheet) -> MonthSheet:
    """The sheet, read again under the lock of the volunteer's row, which the days of the month share."""
    Volunteer.objects.select_for_update(of=("self",)).get(pk=sheet.assignment.volunteer_id)
    rows = MonthSheet.objects.select_related(
        "assignment__volunteer__user", "assignment__engagement"
    )
    return rows.get(pk=sheet.pk)


def _refuse_out_of_turn(sheet: MonthSheet, side: str) -> None:
    if sheet.is_locked:
        raise Refused(_("Both sides have confirmed this month: it is locked."))
    if side != sheet.next_signer and side == Signer.LEAD:
        raise Refused(_("You have confirmed this month: it waits for the company."))
    if side != sheet.next_signer:
        raise Refused(_("The project lead confirms first."))


def _refuse_worked_elsewhere(assignment: Assignment, day: date, half_days: int) -> None:
    elsewhere = WorkDay.objects.filter(assignment__volunteer=assignment.volunteer_id, day=day)
    for row in elsewhere.exclude(assignment=assignment).order_by("pk"):
        if half_days + row.half_days > FULL_DAY:
            raise Refused(
                {
                    "day": _("%(day)s is worked on another engagement already.")
                    % {"day": day_text(day)}
                }
            )
