"""What people cost their employer: one cost a day for each of them."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import User
from volunteers.models import EmployerCost, Volunteer
from volunteers.selectors.companies import company_on, periods_of

COST_FIELDS = ["starts_on", "ends_on", "remuneration", "charges", "share"]


class CostFacts(TypedDict):
    """The columns of COST_FIELDS: euros a year at full time, and the share of the post that is lent, in per cent."""

    starts_on: date
    ends_on: date
    remuneration: Decimal
    charges: Decimal
    share: Decimal


class CostChanges(CostFacts, total=False):
    """Some of them."""


@transaction.atomic
def enter_cost(volunteer: Volunteer, *, by: User, **facts: Unpack[CostFacts]) -> EmployerCost:
    """For the company that employed the person on the first day: each enters what it paid, and sees no other's."""
    volunteer = _locked(volunteer)
    cost = EmployerCost(
        volunteer=volunteer, sponsor_id=company_on(volunteer, facts["starts_on"]), **facts
    )
    _refuse_anothers(cost, by)
    _refuse_overlap(cost)
    return write.save(cost, by=by, why=because("Entered"))


@transaction.atomic
def change_cost(
    cost: EmployerCost, *, by: User, seen: int | None = None, **changes: Unpack[CostChanges]
) -> EmployerCost:
    cost = _current(cost, seen)
    for name, value in changes.items():
        setattr(cost, name, value)
    _refuse_overlap(cost)
    if company_on(cost.volunteer, cost.starts_on) != cost.sponsor_id:
        raise Refused({"starts_on": _not_lent(cost)})
    return write.save(cost, by=by, why=because("Changed"), fields=COST_FIELDS)


@transaction.atomic
def delete_cost(cost: EmployerCost, *, by: User, seen: int | None = None) -> None:
    write.delete(_current(cost, seen), by=by, why=because("Deleted"))


def _refuse_anothers(cost: EmployerCost, by: User) -> None:
    """One of the person's companies enters nothing for the days of another."""
    companies = {period.sponsor.pk for period in periods_of(cost.volunteer)}
    own = companies & by.organisations_as(Role.SPONSOR)
    if own and cost.sponsor_id not in own and not by.is_administrator:
        raise Refused({"starts_on": _not_lent(cost)})


def _not_lent(cost: EmployerCost) -> str:
    words = {"person": cost.volunteer, "day": day_text(cost.starts_on)}
    return _("%(person)s was not lent by your company on %(day)s.") % words


def _refuse_overlap(cost: EmployerCost) -> None:
    others = EmployerCost.objects.filter(volunteer=cost.volunteer, sponsor=cost.sponsor_id).exclude(
        pk=cost.pk
    )
    other = others.between(cost.starts_on, cost.ends_on).order_by("starts_on", "pk").first()
    if other is not None:
        words = _("Another cost of this person runs from %(first)s to %(last)s.")
        dates = {"first": day_text(other.starts_on), "last": day_text(other.ends_on)}
        raise Refused({"starts_on": words % dates})


def _current(cost: EmployerCost, seen: int | None) -> EmployerCost:
    """The row as it is now, behind the lock of its person; refused where somebody deleted it meanwhile."""
    volunteer = _locked(cost.volunteer)
    current = EmployerCost.objects.filter(pk=cost.pk).first()
    if current is None:
        raise Refused(_("Somebody else deleted this cost while you were writing."))
    write.refuse_if_stale(current, seen)
    current.volunteer = volunteer
    return current


def _locked(volunteer: Volunteer) -> Volunteer:
    return (
        Volunteer.objects.select_for_update(of=("self",))
        .select_related("user", "sponsor")
        .get(pk=volunteer.pk)
    )
