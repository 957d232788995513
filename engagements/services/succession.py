"""Somebody leaves: what they hold is taken over, or waits for somebody where everybody can see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import Membership, User
from crm.services.people import close_account, end_role
from engagements.models import Engagement, LeadAppointment
from engagements.selectors import holdings
from engagements.selectors.holdings import Holder, Holding, HoldingsByKind

TAKER_PREFIX = "takes_"
SUCCESSOR = "next"


@dataclass(frozen=True)
class Succession:
    """Who takes over what from somebody who leaves on `today`, and why.

    `takers` is {kind of holding: the person who takes it, or SUCCESSOR: whoever comes in the place of who leaves}. A
    kind that is missing keeps the name of who left, and waits for somebody.
    """

    today: date
    reason: str = ""
    takers: Mapping[str, Holder | str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        fields: dict[str, Any],  # what a form or serializer cleaned, of whichever types
        today: date,
        reason: str = "",
    ) -> "Succession":
        """Take the fields that name takers out of what a form or the API read; both call them alike."""
        takers = {key: fields.pop(f"{TAKER_PREFIX}{key}", None) for key in holdings.KINDS}
        return cls(today, reason, {key: taker for key, taker in takers.items() if taker})


def hand_over(
    holder: Holder,
    engagements: Iterable[int],
    succession: Succession,
    *,
    by: User,
    successor: Holder | None = None,
) -> None:
    """Give what a person or a lead holds in the engagements (keys) to its takers; `successor` comes in their place."""
    engagements = list(engagements)
    _lock(engagements)
    _give(holdings.held_by(holder, engagements), succession, _Leaver(holder, successor), by)


@transaction.atomic
def take_over(engagement: Engagement, *, succession: Succession, by: User) -> None:
    """Give what waits for somebody in an engagement to its takers, whoever left it."""
    _lock([engagement.pk])
    rows_by_kind = holdings.left_in(engagement, succession.today)
    if not rows_by_kind:
        raise Refused(_("Nothing waits for somebody here any more."))
    if not succession.takers:
        raise Refused(_("Choose somebody for one of them at least."))
    _give(rows_by_kind, succession, _Leaver(), by)


@transaction.atomic
def leave(
    person: User, *, succession: Succession, by: User, membership: Membership | None = None
) -> User | Membership:
    """End a role today, or close the account where no role is named; what is held changes hands with it."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if membership is not None and (
        membership.user_id != person.pk or _is_over(membership, succession.today)
    ):
        raise Refused({"role": _("Choose a role that the person holds.")})
    rows_by_kind = holdings.held_by_role(person, membership)
    _lock({holdings.KINDS[key].of(row).pk for key, rows in rows_by_kind.items() for row in rows})
    _give(holdings.held_by_role(person, membership), succession, _Leaver(person), by)
    if membership is None:
        return close_account(person, by=by, why=succession.reason, today=succession.today)
    return end_role(membership, ended_on=succession.today, by=by, why=succession.reason)


def _is_over(membership: Membership, today: date) -> bool:
    return membership.ended_on is not None and membership.ended_on <= today


def _lock(engagements: Iterable[int]) -> None:
    """Lock the engagements always in the same order, so that two who hand over never wait for each other."""
    list(
        Engagement.objects.select_for_update(of=("self",)).filter(pk__in=engagements).order_by("pk")
    )


@dataclass(frozen=True)
class _Leaver:
    """Who leaves, where it is one person or lead, and who comes in their place."""

    holder: Holder | None = None
    successor: Holder | None = None

    @property
    def names(self) -> set[Holder | None]:
        """Those who cannot take it over: the one who leaves, and their account where a lead has one."""
        if isinstance(self.holder, LeadAppointment):
            return {self.holder, self.holder.contact.user}
        return {self.holder}


def _give(rows_by_kind: HoldingsByKind, succession: Succession, leaver: _Leaver, by: User) -> None:
    for key, choice in succession.takers.items():
        if key not in rows_by_kind:
            continue
        kind, rows = holdings.KINDS[key], rows_by_kind[key]
        taker = leaver.successor if isinstance(choice, str) else choice
        if (
            taker is None
            or taker in leaver.names
            or not _may_take(taker, key, rows, succession.today)
        ):
            raise Refused({f"{TAKER_PREFIX}{key}": _("Choose somebody who may hold all of it.")})
        for row in rows:
            why = succession.reason or because(
                "Taken over from %(name)s", name=str(kind.holder_of(row))
            )
            write.save(row, by=by, why=why, fields=kind.give(row, taker))


def _may_take(taker: Holder, key: str, rows: list[Holding], today: date) -> bool:
    """A lead without an account comes in somebody's place alone, and holds decisions and risks alone."""
    if isinstance(taker, LeadAppointment):
        return holdings.KINDS[key].may_take(taker)
    return holdings.takers_of(key, rows, today).filter(pk=taker.pk).exists()
