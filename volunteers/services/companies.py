"""A lent person changes company: from that day on they work for another, and what is past stays as it was."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.formatting import day_text, month_text
from crm.domain.refusals import DoneElsewhere, Refused
from crm.domain.roles import Role
from crm.models import Membership, Organisation, User
from volunteers.models import (
    Assignment,
    ComingCompany,
    FormerCompany,
    MonthSheet,
    RelayNote,
    SponsorshipAgreement,
    Volunteer,
    WorkDay,
)
from volunteers.selectors.companies import coming_of

MAX_NAMED_MONTHS = 3
logger = logging.getLogger(__name__)


@transaction.atomic
def change_company(
    volunteer: Volunteer,
    *,
    to: Organisation,
    on: date,
    by: User,
    today: date,
    seen: int | None = None,
) -> Volunteer:
    """`to` employs the person from the day `on`. Their assignments are cut there and go on under the new company.

    Days, months, agreements, costs and statements of before stay with the company of that day. A change whose day is
    still to come is written down, and nothing else changes before that day.
    """
    volunteer = (
        Volunteer.objects.select_for_update(of=("self",))
        .select_related("user", "sponsor")
        .get(pk=volunteer.pk)
    )
    write.refuse_if_stale(volunteer, seen)
    if (coming := coming_of(volunteer)) and coming.starts_on <= today:
        volunteer = _carry_out(coming, today)
    old = volunteer.sponsor
    _refuse_wrong(volunteer, to, on)
    if on > today:
        return _write_down(volunteer, to, on, by)
    crossing = list(volunteer.assignments.filter(ends_on__gte=on).order_by("starts_on", "pk"))
    _refuse_signed(crossing, on)
    why = _company_changes(old, to)
    write.save(
        FormerCompany(volunteer=volunteer, sponsor=old, ended_on=on - timedelta(days=1)),
        by=by,
        why=why,
    )
    volunteer.sponsor = to
    write.save(volunteer, by=by, why=why, fields=["sponsor"])
    _move_role(volunteer, old, to, on, by, why)
    for assignment in crossing:
        _carry_over(assignment, to, on, by, why)
    _end_agreements(volunteer, old, on, by, why)
    return volunteer


def _company_changes(old: Organisation, to: Organisation) -> Reason:
    return because("Changed company: %(old)s, then %(new)s", old=old.name, new=to.name)


def _write_down(volunteer: Volunteer, to: Organisation, on: date, by: User) -> Volunteer:
    write.save(
        ComingCompany(volunteer=volunteer, sponsor=to, starts_on=on, entered_by=by),
        by=by,
        why=because("To come: %(new)s from %(day)s", new=to.name, day=on),
    )
    return write.note(
        volunteer, by=by, why=because("To come: %(new)s from %(day)s", new=to.name, day=on)
    )


@transaction.atomic
def take_back_company(
    volunteer: Volunteer, *, by: User, today: date, seen: int | None = None
) -> Volunteer:
    """Delete the change of company that is still to come, or that cannot come: its company lends nobody any more."""
    volunteer = (
        Volunteer.objects.select_for_update(of=("self",))
        .select_related("user", "sponsor")
        .get(pk=volunteer.pk)
    )
    write.refuse_if_stale(volunteer, seen)
    coming = coming_of(volunteer)
    if coming is None:
        raise Refused(_("No change of company is to come."))
    if coming.starts_on <= today and _may_lend(coming.sponsor):
        words = {"company": coming.sponsor.name, "day": day_text(coming.starts_on)}
        raise Refused(
            _("%(company)s has lent them since %(day)s: write the next change down instead.")
            % words
        )
    why = because(
        "Does not come: %(new)s from %(day)s", new=coming.sponsor.name, day=coming.starts_on
    )
    write.delete(coming, by=by, why=why)
    return write.note(volunteer, by=by, why=why)


def run_upkeep(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the daily command, and how often."""
    moved, refused = carry_out_companies(today=timezone.localdate(at))
    return {"of another company": moved} | (
        {"changes of company refused": refused} if refused else {}
    )


def carry_out_companies(*, today: date) -> tuple[int, int]:
    """Carry out the changes of company whose day has come: how many were, how many were refused.

    A change that is refused, or that breaks, stays written down and is tried again on the next day.
    """
    done = refused = 0
    for coming in (
        ComingCompany.objects.filter(starts_on__lte=today)
        .select_related("volunteer")
        .order_by("pk")
    ):
        try:
            _carry_out(coming, today)
        except Refused:
            refused += 1
        except Exception:
            logger.exception("A change of company was not carried out.", extra={"row": coming})
            refused += 1
        else:
            done += 1
    return done, refused


@transaction.atomic
def _carry_out(coming: ComingCompany, today: date) -> Volunteer:
    by, to, on = coming.entered_by, coming.sponsor, coming.starts_on
    write.delete(coming, by=by, why=because("Its day has come"))
    return change_company(coming.volunteer, to=to, on=on, by=by, today=today)


def _may_lend(company: Organisation) -> bool:
    return company.is_sponsor and company.archived_at is None


def _refuse_wrong(volunteer: Volunteer, to: Organisation, on: date) -> None:
    if to.pk == volunteer.sponsor_id:
        raise Refused(
            {
                "to": _("%(company)s lends %(person)s already.")
                % {"company": to.name, "person": volunteer}
            }
        )
    if not _may_lend(to):
        raise Refused({"to": _("%(company)s is no sponsor company.") % {"company": to.name}})
    if coming := coming_of(volunteer):
        words = {"company": coming.sponsor.name, "day": day_text(coming.starts_on)}
        raise Refused(
            {"on": _("%(company)s is to lend them from %(day)s: take that back first.") % words}
        )
    latest = volunteer.former_companies.order_by("-ended_on").first()
    if latest and on <= latest.ended_on + timedelta(days=1):
        words = {
            "day": day_text(latest.ended_on + timedelta(days=1)),
            "company": volunteer.sponsor.name,
        }
        raise Refused(
            {"on": _("Choose a day after %(day)s, since when %(company)s lends them.") % words}
        )


def _refuse_signed(assignments: Sequence[Assignment], on: date) -> None:
    """Days that somebody has confirmed as work for the old company are corrected by those who confirmed them."""
    sheets = MonthSheet.objects.filter(
        assignment__in=assignments, month__gte=on.replace(day=1)
    ).order_by("month", "pk")
    days = WorkDay.objects.filter(assignment__in=assignments, day__gte=on)
    months_with_days = {
        (assignment, day.replace(day=1))
        for assignment, day in days.values_list("assignment", "day")
    }
    months = [
        (month_text(sheet.month), reverse("volunteers:month-sheet", args=[sheet.pk]))
        for sheet in sheets
        if (sheet.assignment_id, sheet.month) in months_with_days
        and (sheet.state != MonthSheet.State.LOGGED or sheet.disagreements.open().exists())
    ]
    if months:
        sentence = _(
            "Days from this day on are confirmed or disputed already: %(months)s. Settle them first."
        )
        months = months[:MAX_NAMED_MONTHS]
        names = ", ".join(dict.fromkeys(month for month, _page in months))
        raise DoneElsewhere({"on": sentence % {"months": names}}, months)


def _move_role(
    volunteer: Volunteer, old: Organisation, to: Organisation, on: date, by: User, why: Reason
) -> None:
    """Their account follows: they hold their role at the new company from that day on."""
    roles = Membership.objects.current().filter(user=volunteer.user, role=Role.VOLUNTEER)
    for membership in roles.filter(organisation=old).order_by("pk"):
        membership.ended_on = max(on, membership.started_on)
        write.save(membership, by=by, why=why, fields=["ended_on"])
    if not roles.filter(organisation=to).exists():
        row = Membership(user=volunteer.user, organisation=to, role=Role.VOLUNTEER, started_on=on)
        write.save(row, by=by, why=why)


def _carry_over(assignment: Assignment, to: Organisation, on: date, by: User, why: Reason) -> None:
    """An assignment to come changes company; one that runs is cut, and its rest is a new one for the new company."""
    if assignment.sponsor_id == to.pk:
        return  # made for the days to come
    if assignment.starts_on >= on:
        assignment.sponsor = to
        write.save(assignment, by=by, why=why, fields=["sponsor"])
        return
    rest = Assignment(
        sponsor=to,
        starts_on=on,
        **{
            name: getattr(assignment, name)
            for name in (
                "volunteer",
                "engagement",
                "team_member",
                "need",
                "role",
                "ends_on",
                "days_a_week",
                "confirmed_on",
            )
        },
    )
    assignment.ends_on = on - timedelta(days=1)
    write.save(assignment, by=by, why=why, fields=["ends_on"])
    write.save(rest, by=by, why=why)
    _move_days(assignment, rest, on, by, why)
    # Who leaves at the end leaves the later assignment.
    for note in RelayNote.objects.filter(assignment=assignment):
        note.assignment = rest
        write.save(note, by=by, why=why, fields=["assignment"])


def _move_days(old: Assignment, rest: Assignment, on: date, by: User, why: Reason) -> None:
    """Days logged before anybody wrote the change down are the new company's, and wait to be confirmed."""
    days = list(old.worked_days.filter(day__gte=on).order_by("day"))
    for month in sorted({day.day.replace(day=1) for day in days}):
        write.save(MonthSheet(assignment=rest, month=month), by=by, why=why)
    for day in days:
        day.assignment = rest
        write.save(day, by=by, why=why, fields=["assignment"])
    for sheet in old.month_sheets.filter(month__gte=on.replace(day=1)).order_by("month"):
        if (
            not sheet.worked_days().exists()
            and not sheet.disagreements.exists()
            and not sheet.corrections.exists()
        ):
            write.delete(sheet, by=by, why=why)


def _end_agreements(
    volunteer: Volunteer, old: Organisation, on: date, by: User, why: Reason
) -> None:
    """A company lends its own employees: agreements with the old one end on the person's last day there."""
    agreements = SponsorshipAgreement.objects.signed().filter(
        volunteer=volunteer, sponsor=old, ended_on=None
    )
    for agreement in agreements.filter(starts_on__lt=on, ends_on__gte=on).order_by("pk"):
        agreement.ended_on = on - timedelta(days=1)
        agreement.end_reason = why  # type: ignore[assignment]  # a ReasonField keeps reasons
        write.save(agreement, by=by, why=why, fields=["ended_on", "end_reason"])
