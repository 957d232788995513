from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain import formatting
from crm.domain.formatting import day_month, day_text
from crm.domain.refusals import Asked, DoneElsewhere, Refused
from crm.models import User
from engagements.models import Engagement, TeamMember
from engagements.selectors import holdings
from engagements.services.locks import lock_running, refuse_over
from volunteers.models import Assignment, StaffingNeed, Volunteer
from volunteers.selectors.companies import changes_within, company_on
from volunteers.selectors.loan_limits import limit_of

CHANGEABLE_FIELDS = ["role", "starts_on", "ends_on", "days_a_week", "need"]
MAX_NAMED_DAYS = 5


@dataclass(frozen=True)
class AssignmentTerms:
    """What is agreed with a volunteer: both days included, for the need that the assignment covers if it covers one."""

    role: str
    starts_on: date
    ends_on: date
    days_a_week: Decimal
    need: StaffingNeed | None = None
    is_confirmed: bool = False


class AssignmentChanges(TypedDict, total=False):
    """The columns of CHANGEABLE_FIELDS."""

    role: str
    starts_on: date
    ends_on: date
    days_a_week: Decimal
    need: StaffingNeed | None


@transaction.atomic
def assign(
    volunteer: Volunteer,
    engagement: Engagement,
    terms: AssignmentTerms,
    *,
    by: User,
    today: date,
    past_law: bool = False,
) -> Assignment:
    """Put a volunteer on a team; from then on the engagement is open to them.

    `past_law` confirms one that is longer than a loan may last, where no agreement says how long the person is lent.
    """
    volunteer = _locked(volunteer)
    lock_running(engagement)
    _refuse_foreign_need(terms.need, engagement)
    member, _new = TeamMember.objects.get_or_create(
        engagement=engagement, user=volunteer.user, defaults={"joined_on": terms.starts_on}
    )
    assignment = Assignment(
        volunteer=volunteer,
        sponsor_id=company_on(volunteer, terms.starts_on),
        engagement=engagement,
        team_member=member,
        role=terms.role,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        days_a_week=terms.days_a_week,
        confirmed_on=today if terms.is_confirmed else None,
        need=terms.need,
    )
    _refuse_unavailable(assignment)
    _refuse_need_taken_twice(assignment)
    _refuse_past_the_law(assignment, past_law)
    return write.save(assignment, by=by, why=because("Assigned"))


@transaction.atomic
def change_assignment(
    assignment: Assignment,
    *,
    by: User,
    seen: int | None = None,
    why: Reason | None = None,
    past_law: bool = False,
    is_asked: bool = False,
    **changes: Unpack[AssignmentChanges],
) -> Assignment:
    """Change role, dates, days a week or need; worked days outside the new dates stand in the way.

    Where it would end sooner while the person holds something in the engagement, it is refused unless `is_asked`: the
    caller has asked who takes over. `past_law` as in `assign`.
    """
    volunteer = _locked(assignment.volunteer)
    assignment = Assignment.objects.select_related("volunteer__user", "engagement").get(
        pk=assignment.pk
    )
    write.refuse_if_stale(assignment, seen)
    assignment.volunteer = volunteer
    _refuse_foreign_need(changes.get("need"), assignment.engagement)
    before = (assignment.starts_on, assignment.ends_on)
    for name, value in changes.items():
        setattr(assignment, name, value)
    _refuse_unavailable(assignment)
    _refuse_need_taken_twice(assignment)
    if assignment.ends_on > before[1]:
        lock_running(assignment.engagement)
    if assignment.ends_on < before[1] and not is_asked:
        _refuse_to_leave(assignment)
    if assignment.starts_on < before[0] or assignment.ends_on > before[1]:
        _refuse_past_the_law(assignment, past_law)
    _refuse_hanging_days(assignment)
    return write.save(assignment, by=by, why=why or because("Changed"), fields=CHANGEABLE_FIELDS)


@transaction.atomic
def confirm_assignment(
    assignment: Assignment, *, by: User, today: date, seen: int | None
) -> Assignment:
    """Confirm the dates, the role and the days a week that were read in version `seen`."""
    _locked(assignment.volunteer)
    assignment = Assignment.objects.select_related("volunteer", "engagement").get(pk=assignment.pk)
    if assignment.is_confirmed:
        raise Refused(_("This assignment is confirmed already."))
    write.refuse_unread(assignment, seen)
    if assignment.ends_on > today:
        refuse_over(assignment.engagement)
    _refuse_unavailable(assignment)
    _refuse_need_taken_twice(assignment)
    _refuse_past_the_law(assignment, past_law=True)  # asked when it was made so long
    assignment.confirmed_on = today
    return write.save(assignment, by=by, why=because("Confirmed"), fields=["confirmed_on"])


def hold_assignments(engagement: Engagement) -> None:
    """Lock the rows of whoever is on its team, always in the same order."""
    team = Assignment.objects.filter(engagement=engagement)
    list(
        Volunteer.objects.select_for_update(of=("self",))
        .filter(pk__in=team.values("volunteer"))
        .order_by("pk")
    )


@transaction.atomic
def end_assignments(engagement: Engagement, *, by: User, today: date) -> None:
    """The engagement is stopped: whoever is there has their last day, and what was to begin later never does."""
    hold_assignments(engagement)
    why = because("The engagement was stopped")
    for assignment in Assignment.objects.filter(engagement=engagement, ends_on__gt=today).order_by(
        "pk"
    ):
        if assignment.starts_on > today:
            write.delete(assignment, by=by, why=why)
            continue
        assignment.ends_on = today
        _refuse_hanging_days(assignment)
        write.save(assignment, by=by, why=why, fields=["ends_on"])


def _refuse_foreign_need(need: StaffingNeed | None, engagement: Engagement) -> None:
    if need is not None and need.engagement_id != engagement.pk:
        raise Refused({"need": _("This need is another engagement's.")})


def objections(assignment: Assignment, *, ends_on: date) -> list[str]:
    """What would stand in the way of another last day, in the words of the refusals. Nothing is changed."""
    changed = copy(assignment)
    changed.ends_on = ends_on
    checks: list[Callable[[Assignment], None]] = [_refuse_unavailable, _refuse_hanging_days]
    if ends_on > assignment.ends_on:
        checks += [_refuse_past_the_law, lambda changed: refuse_over(changed.engagement)]
    sentences: list[str] = []
    for check in checks:
        try:
            check(changed)
        except Refused as refused:
            sentences += refused.messages
    return sentences


def _locked(volunteer: Volunteer) -> Volunteer:
    """The volunteer's row, locked: capacity is decided one assignment at a time."""
    return (
        Volunteer.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=volunteer.pk)
    )


def _refuse_unavailable(assignment: Assignment) -> None:
    volunteer = assignment.volunteer
    if assignment.ends_on < assignment.starts_on:
        raise Refused({"ends_on": _("The last day cannot come before the first.")})
    _refuse_another_company(assignment)
    if assignment.starts_on < volunteer.available_from:
        raise Refused(
            {
                "starts_on": _("%(person)s is only available from %(day)s.")
                % {"person": volunteer, "day": day_text(volunteer.available_from)}
            }
        )
    if volunteer.available_to and assignment.ends_on > volunteer.available_to:
        raise Refused(
            {
                "ends_on": _("%(person)s is only available until %(day)s.")
                % {"person": volunteer, "day": day_text(volunteer.available_to)}
            }
        )
    _refuse_over_capacity(assignment)


def _refuse_another_company(assignment: Assignment) -> None:
    """An assignment is one company's from its first day to its last: its days are signed and valued there.

    A change of company that is still to come cuts it when its day has come.
    """
    volunteer, first, last = assignment.volunteer, assignment.starts_on, assignment.ends_on
    another = company_on(volunteer, first) != assignment.sponsor_id
    if another or changes_within(volunteer, first, last):
        sentence = _(
            "%(person)s changed company within these dates: each company has its own mission."
        )
        raise Refused({"starts_on" if another else "ends_on": sentence % {"person": volunteer}})


def _refuse_past_the_law(assignment: Assignment, past_law: bool = True) -> None:
    """No assignment outlasts the loan agreement that it stands on; where Relais has none, it is asked about."""
    limit = limit_of(assignment)
    if limit is None or not limit.is_passed_by(assignment.ends_on):
        return
    words = {"years": limit.years, "day": day_text(limit.last_day), "person": assignment.volunteer}
    if limit.agreed_until is not None:
        sentence = _(
            "A loan lasts %(years)s years at most: by law %(person)s may be lent until %(day)s, no longer."
        )
        raise Refused({"ends_on": sentence % words})
    if not past_law:
        sentence = _(
            "A loan lasts %(years)s years at most, and no agreement of %(person)s is in Relais: a loan that begins "
            "with this mission may last until %(day)s. Say that you have looked it up."
        )
        raise Asked("past_law", sentence % words)


def _refuse_need_taken_twice(assignment: Assignment) -> None:
    """One person covers one need once at a time: two assignments at the same time would count double."""
    if assignment.need_id is None:
        return
    others = Assignment.objects.filter(volunteer=assignment.volunteer_id, need=assignment.need_id)
    others = others.exclude(pk=assignment.pk).overlapping(assignment.starts_on, assignment.ends_on)
    if other := others.order_by("starts_on", "pk").first():
        words = {
            "person": assignment.volunteer,
            "first": day_text(other.starts_on),
            "last": day_text(other.ends_on),
        }
        sentence = _(
            "%(person)s covers this need already, from %(first)s to %(last)s: change that mission instead."
        )
        raise Refused({"need": sentence % words})


def _refuse_hanging_days(assignment: Assignment) -> None:
    """Days that are logged lie within the dates."""
    outside = assignment.worked_days.filter(
        Q(day__lt=assignment.starts_on) | Q(day__gt=assignment.ends_on)
    )
    days = list(outside.order_by("day").values_list("day", flat=True)[: MAX_NAMED_DAYS + 1])
    if days:
        named = ", ".join(day_month(day) for day in days[:MAX_NAMED_DAYS]) + (
            "…" if len(days) > MAX_NAMED_DAYS else ""
        )
        sentence = _("Days are logged outside these dates, and would be left hanging: %(days)s.")
        raise Refused({"ends_on": sentence % {"days": named}})


def _refuse_to_leave(assignment: Assignment) -> None:
    """Who leaves an engagement and holds something there says who takes it over: `shorten` and `replace` ask."""
    others = Assignment.objects.filter(
        volunteer=assignment.volunteer_id, engagement=assignment.engagement_id
    )
    if others.exclude(pk=assignment.pk).filter(ends_on__gt=assignment.ends_on).exists():
        return  # another assignment goes on
    held = holdings.held_by(assignment.volunteer.user, [assignment.engagement_id])
    if held:
        sentence = _(
            "%(person)s still holds %(held)s: use “Shorten” or “Replace”, which ask who takes over."
        )
        words = {"person": assignment.volunteer, "held": holdings.in_words(held)}
        verbs = ((_("Shorten"), "shorten"), (_("Replace"), "replace"))
        raise DoneElsewhere(
            {"ends_on": sentence % words},
            [
                (verb, reverse(f"volunteers:assignment-{name}", args=[assignment.pk]))
                for verb, name in verbs
            ],
        )


def _free_days_sentence(days: Decimal) -> str:
    if days:
        return _("%(person)s has only %(free)s left from %(day)s.")
    return _("%(person)s has no day left from %(day)s.")


def _refuse_over_capacity(assignment: Assignment) -> None:
    """No person is promised beyond their days a week on any day: the load only rises where an assignment begins."""
    others = list(
        Assignment.objects.filter(volunteer=assignment.volunteer)
        .exclude(pk=assignment.pk)
        .overlapping(assignment.starts_on, assignment.ends_on)
        .order_by("starts_on", "pk")
    )
    first = assignment.starts_on
    for day in sorted({first, *(max(other.starts_on, first) for other in others)}):
        overlapping = (other for other in others if other.starts_on <= day <= other.ends_on)
        load = sum((other.days_a_week for other in overlapping), Decimal(0))
        free = assignment.volunteer.days_a_week - load
        if assignment.days_a_week > free:
            raise Refused(
                {
                    "days_a_week": _free_days_sentence(max(free, Decimal(0)))
                    % {
                        "person": assignment.volunteer,
                        "free": formatting.days_a_week(free),
                        "day": day_text(day),
                    }
                }
            )
