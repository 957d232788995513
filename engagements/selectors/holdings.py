"""What somebody holds in active engagements: those they follow, and open decisions, risks, milestones, blockers.

And which of it waits for somebody, because whoever held it has left.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.roles import Role
from crm.models import Contact, Membership, User
from engagements.domain.stages import ACTIVE
from engagements.models import Blocker, Decision, Engagement, LeadAppointment, Milestone, Risk
from engagements.models.steering import Owned
from engagements.models.team import FIRST_DAY, people_of, runners_of, with_gone

MAX_TITLES = 5

Holding = Engagement | Decision | Risk | Milestone | Blocker
HoldingsByKind = dict[str, list[Holding]]  # by the keys of KINDS; no list is empty
Holder = User | LeadAppointment
Engagements = Iterable[int] | QuerySet[Any]  # keys, or rows of Engagement or of their keys
# Rows of one of the five models. A union of querysets would have no method of them in common.
Holdings = QuerySet[Any]


@dataclass(frozen=True)
class HoldingKind:
    """One sort of thing that somebody holds.

    `field` is the column that says who holds it, `engagement` the path from a row to the key of its engagement. Where
    it `has_lead`, a project lead may hold it without an account.
    """

    model: type[Holding]
    field: str = "owner"
    engagement: str = "engagement"
    has_lead: bool = False

    def of(self, row: Holding) -> Engagement:
        return row if isinstance(row, Engagement) else row.engagement

    @property
    def _stage(self) -> str:
        return "stage__in" if self.model is Engagement else "engagement__stage__in"

    @property
    def _member(self) -> str:
        return "member" if self.model is Engagement else "engagement__member"

    def open(self, engagements: Engagements | None = None) -> Holdings:
        """The open rows of the kind in active engagements: in those given, or in all."""
        # Each of the four other querysets has open().
        rows: Any = self.model._default_manager.all()
        rows = rows if self.model is Engagement else rows.open()
        rows = rows.filter(**{self._stage: ACTIVE})
        return (
            rows if engagements is None else rows.filter(**{f"{self.engagement}__in": engagements})
        )

    def gone(self, engagements: Engagements, today: date) -> Holdings:
        """Those whose holder has left, with `gone_on`."""
        return with_gone(
            self.open(engagements),
            today,
            holder=self.field,
            engagement=self.engagement,
            member=self._member,
            has_lead=self.has_lead,
        )

    def held_by(self, holder: Holder, engagements: Engagements | None) -> Holdings:
        """What a person holds, or, of an appointment, what its lead holds with an account or without."""
        if not isinstance(holder, LeadAppointment):
            return self.open(engagements).filter(**{self.field: holder})
        account = holder.contact.user
        condition = Q(**{self.field: account}) if account else Q(pk__in=[])
        if self.has_lead:
            condition |= Q(owner_lead=holder)
        return self.open(engagements).filter(condition)

    def holder_of(self, row: Holding) -> User | Contact | None:
        return row.holder if isinstance(row, Owned) else getattr(row, self.field)

    def may_take(self, taker: Holder) -> bool:
        return self.has_lead or not isinstance(taker, LeadAppointment)

    def give(self, row: Holding, taker: Holder) -> list[str]:
        """Set who holds the row: a person, or a lead without an account. Gives the names of the changed columns."""
        is_lead = isinstance(taker, LeadAppointment)
        setattr(row, self.field, None if is_lead else taker)
        if isinstance(row, Owned):
            row.owner_lead = taker if isinstance(taker, LeadAppointment) else None
            return [self.field, "owner_lead"]
        return [self.field]

    def for_list(self, rows: Holdings) -> Holdings:
        related = [self.field] if self.model is Engagement else [self.field, "engagement"]
        related += ["owner_lead__contact"] if self.has_lead else []
        return rows.select_related(*related).order_by("pk")


KINDS = {
    "engagement": HoldingKind(Engagement, "coordinator", "pk"),
    "decision": HoldingKind(Decision, has_lead=True),
    "risk": HoldingKind(Risk, has_lead=True),
    "milestone": HoldingKind(Milestone),
    "blocker": HoldingKind(Blocker),
}


def held_by(holder: Holder, engagements: Engagements | None = None) -> HoldingsByKind:
    """What a person or a lead holds in the engagements given, or in all."""
    return _by_kind(lambda kind: kind.held_by(holder, engagements))


def _by_kind(rows_of: Callable[[HoldingKind], Holdings]) -> HoldingsByKind:
    by_kind = {key: list(kind.for_list(rows_of(kind))) for key, kind in KINDS.items()}
    return {key: rows for key, rows in by_kind.items() if rows}


def held_by_role(person: User, membership: Membership | None = None) -> HoldingsByKind:
    """What a person holds by one role, or, where none is named, by any.

    Coordinators follow and own what belongs to their member; other roles give nothing to hold.
    """
    if membership is None:
        return held_by(person)
    if membership.role != Role.COORDINATOR:
        return {}
    return held_by(person, Engagement.objects.filter(member=membership.organisation_id))


def left_in(engagement: Engagement, today: date) -> HoldingsByKind:
    """What waits for somebody in an engagement, whoever left it."""
    return _by_kind(lambda kind: kind.gone([engagement.pk], today))


class Leavers(NamedTuple):
    """Keys of people, and keys of lead appointments."""

    people: set[int]
    leads: set[int]


def leavers_of(engagement: Engagement, today: date) -> Leavers:
    """Those who hold something in an engagement and have left it."""
    rows = list(_all_gone([engagement.pk], today))
    return Leavers(
        {row.holder for row in rows if row.holder}, {row.lead for row in rows if row.lead}
    )


def takers_of(key: str, rows: Iterable[Holding], today: date) -> QuerySet[User]:
    """Who may take all of the rows: in one engagement whoever may own something there, in several who runs them all."""
    kind = KINDS[key]
    engagements = {kind.of(row).pk: kind.of(row) for row in rows}
    if key != "engagement" and len(engagements) == 1:
        return people_of(next(iter(engagements.values())), today)
    return runners_of({engagement.member_id for engagement in engagements.values()})


@dataclass(frozen=True)
class WaitingHoldings:
    """What waits for somebody in one engagement: how many of each kind, and since when the first one has."""

    engagement: int
    counts: Counter[str]
    since: date

    @property
    def words(self) -> str:
        """All of it in one line, the kinds in their order."""
        return " · ".join(counted(key, self.counts[key]) for key in KINDS if self.counts[key])


def waiting_in(engagements: Engagements, today: date) -> list[WaitingHoldings]:
    """Of the engagements in which somebody left something without a taker, in one query."""
    counts: dict[int, Counter[str]] = {}
    since: dict[int, date] = {}
    for row in _all_gone(engagements, today):
        counts.setdefault(row.engagement, Counter())[row.kind] += 1
        day = row.gone_on if FIRST_DAY < row.gone_on <= today else row.closed_on or today
        since[row.engagement] = min(since.get(row.engagement, today), day)
    return [
        WaitingHoldings(engagement, counts[engagement], since[engagement])
        for engagement in sorted(counts)
    ]


class _Gone(NamedTuple):
    """A row whose holder has left; four of its columns are keys, `lead` 0 where there can be none."""

    engagement: int
    kind: str
    pk: int
    holder: int | None
    lead: int | None
    gone_on: date
    closed_on: date | None


def _all_gone(engagements: Engagements, today: date) -> Iterator[_Gone]:
    """The rows of every kind whose holder has left, in one query."""
    parts = [
        kind.gone(engagements, today)
        .annotate(
            kind_key=Value(key),
            appointment=F("owner_lead_id") if kind.has_lead else Value(0),
            account_closed_on=TruncDate(f"{kind.field}__closed_at"),
        )
        .order_by()
        .values_list(
            *(
                kind.engagement,
                "kind_key",
                F("pk"),
                f"{kind.field}_id",
                "appointment",
                "gone_on",
                "account_closed_on",
            )
        )
        for key, kind in KINDS.items()
    ]
    return map(_Gone._make, parts[0].union(*parts[1:]))


def counted(key: str, number: int) -> str:
    """How many of a kind, in words."""
    sentences = {
        "engagement": ngettext(
            "%(number)s engagement followed", "%(number)s engagements followed", number
        ),
        "decision": ngettext("%(number)s open decision", "%(number)s open decisions", number),
        "risk": ngettext("%(number)s open risk", "%(number)s open risks", number),
        "milestone": ngettext("%(number)s open milestone", "%(number)s open milestones", number),
        "blocker": ngettext("%(number)s open blocker", "%(number)s open blockers", number),
    }
    return sentences[key] % {"number": number}


def question(key: str, number: int) -> str:
    """The label of the choice of who takes them."""
    sentences = {
        "engagement": ngettext(
            "Who takes over the engagement that is followed",
            "Who takes over the %(number)s engagements that are followed",
            number,
        ),
        "decision": ngettext(
            "Who takes over the open decision",
            "Who takes over the %(number)s open decisions",
            number,
        ),
        "risk": ngettext(
            "Who takes over the open risk", "Who takes over the %(number)s open risks", number
        ),
        "milestone": ngettext(
            "Who takes over the milestone to come",
            "Who takes over the %(number)s milestones to come",
            number,
        ),
        "blocker": ngettext(
            "Who takes over the open blocker", "Who takes over the %(number)s open blockers", number
        ),
    }
    return sentences[key] % {"number": number}


def in_words(rows_by_kind: HoldingsByKind) -> str:
    """All of it in one line: “2 open decisions · 1 milestone to come”."""
    return " · ".join(counted(key, len(rows)) for key, rows in rows_by_kind.items())


def names_of(rows: Sequence[Holding]) -> str:
    """The first MAX_TITLES titles, and how many more there are."""
    titles = [str(row) for row in rows[:MAX_TITLES]]
    return " · ".join(titles) + (
        _("… and %(number)s more") % {"number": len(rows) - MAX_TITLES} if rows[MAX_TITLES:] else ""
    )
