"""Somebody leaves: what they hold is taken over, or waits for somebody where everybody can see it."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from crm.services.people import close_account, end_role
from engagements.models import Engagement, LeadAppointment
from engagements.selectors import holdings

TAKER_PREFIX = "takes_"
SUCCESSOR = "next"


@dataclass(frozen=True)
class Succession:
    """`takers` is {kind of what is held: the person who takes it, or SUCCESSOR: whoever comes in the place}.

    What is in no hands of theirs keeps the name of who left, and waits for somebody.
    """

    today: date
    reason: str = ""
    takers: dict = field(default_factory=dict)

    @classmethod
    def of(cls, given, today, reason=""):
        """Taken out of what a form or the API read, whose fields are called alike."""
        found = {key: given.pop(f"{TAKER_PREFIX}{key}", None) for key in holdings.KINDS}
        return cls(today, reason, {key: taker for key, taker in found.items() if taker})


def hand_over(holder, engagements, succession, *, by, successor=None):
    """What a person or a lead holds in the engagements, to those who take it; `successor` comes in their place."""
    _lock(engagements)
    _give(holdings.held_by(holder, engagements), succession, holder, by, successor)


@transaction.atomic
def take_over(engagement, *, succession, by):
    """What waits for somebody in an engagement, whoever left it."""
    _lock([engagement.pk])
    held = holdings.left_in(engagement, succession.today)
    if not held:
        raise Refused(_("Nothing waits for somebody here any more."))
    if not succession.takers:
        raise Refused(_("Choose somebody for one of them at least."))
    _give(held, succession, None, by, None)


@transaction.atomic
def leave(person, *, succession, by, membership=None):
    """A role ends today, or the account is closed where no role is named; what is held changes hands with it."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if membership is not None and (
        membership.user_id != person.pk or _is_over(membership, succession.today)
    ):
        raise Refused({"role": _("Choose a role that the person holds.")})
    held = holdings.held_by_role(person, membership)
    _lock({holdings.KINDS[key].of(row).pk for key, rows in held.items() for row in rows})
    _give(holdings.held_by_role(person, membership), succession, person, by, None)
    if membership is None:
        return close_account(person, by=by, why=succession.reason, today=succession.today)
    return end_role(membership, ended_on=succession.today, by=by, why=succession.reason)


def _is_over(membership, today):
    return membership.ended_on is not None and membership.ended_on <= today


def _lock(engagements):
    """Always in the same order, so that two who hand over never wait for each other."""
    list(
        Engagement.objects.select_for_update(of=("self",)).filter(pk__in=engagements).order_by("pk")
    )


def _give(held, succession, holder, by, successor):
    for key, taker in succession.takers.items():
        if key not in held:
            continue
        kind, rows = holdings.KINDS[key], held[key]
        taker = successor if taker == SUCCESSOR else taker
        if (
            taker is None
            or taker in {holder, _account_of(holder)}
            or not _may_take(taker, key, rows, succession.today)
        ):
            raise Refused({f"{TAKER_PREFIX}{key}": _("Choose somebody who may hold all of it.")})
        for row in rows:
            why = succession.reason or because(
                "Taken over from %(name)s", name=str(kind.holder_of(row))
            )
            write.save(row, by=by, why=why, fields=kind.give(row, taker))


def _account_of(holder):
    return holder.contact.user if isinstance(holder, LeadAppointment) else holder


def _may_take(taker, key, rows, today):
    """A lead without an account comes in somebody's place alone, and holds decisions and risks alone."""
    if isinstance(taker, LeadAppointment):
        return holdings.KINDS[key].may_take(taker)
    return holdings.takers_of(key, rows, today).filter(pk=taker.pk).exists()
