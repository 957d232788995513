"""What is in somebody's hands where an engagement is under way: followed or owned, and open. And who of them left."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F, Model, Q, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.roles import Role
from engagements.domain.stages import ACTIVE
from engagements.models import Blocker, Decision, Engagement, LeadAppointment, Milestone, Risk
from engagements.models.team import FIRST_DAY, people_of, runners_of, with_gone

MAX_TITLES = 5


@dataclass(frozen=True)
class HoldingKind:
    """One sort of thing that somebody holds: `field` says who, `engagement` is the path to where it belongs.

    Where it `has_lead`, a project lead may hold it without an account.
    """

    model: type[Model]
    field: str = "owner"
    engagement: str = "engagement"
    has_lead: bool = False

    def of(self, row):
        return row if self.model is Engagement else row.engagement

    @property
    def _stage(self):
        return "stage__in" if self.model is Engagement else "engagement__stage__in"

    @property
    def _member(self):
        return "member" if self.model is Engagement else "engagement__member"

    def open(self, engagements=None):
        rows = Engagement.objects.all() if self.model is Engagement else self.model.objects.open()
        rows = rows.filter(**{self._stage: ACTIVE})
        return (
            rows if engagements is None else rows.filter(**{f"{self.engagement}__in": engagements})
        )

    def gone(self, engagements, today):
        """Those whose holder has left, with `gone_on`."""
        rows = self.open(engagements)
        paths = {"holder": self.field, "engagement": self.engagement, "member": self._member}
        return with_gone(rows, today, **paths, has_lead=self.has_lead)

    def held_by(self, holder, engagements):
        """`holder` is a person, or an appointment: what its lead holds with an account or without."""
        if not isinstance(holder, LeadAppointment):
            return self.open(engagements).filter(**{self.field: holder})
        mine = Q(**{self.field: holder.contact.user}) if holder.contact.user else Q(pk__in=[])
        if self.has_lead:
            mine |= Q(owner_lead=holder)
        return self.open(engagements).filter(mine)

    def holder_of(self, row):
        return row.holder if self.has_lead else getattr(row, self.field)

    def may_take(self, taker):
        return self.has_lead or not isinstance(taker, LeadAppointment)

    def give(self, row, taker):
        """To a person, or to a lead without an account; the names of the columns that changed."""
        is_lead = isinstance(taker, LeadAppointment)
        setattr(row, self.field, None if is_lead else taker)
        if self.has_lead:
            row.owner_lead = taker if is_lead else None
            return [self.field, "owner_lead"]
        return [self.field]

    def for_list(self, rows):
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


def held_by(holder, engagements=None):
    """{kind: [rows]} of what a person or a lead holds, of the engagements given or of all; no kind is empty."""
    found = {
        key: list(kind.for_list(kind.held_by(holder, engagements))) for key, kind in KINDS.items()
    }
    return {key: rows for key, rows in found.items() if rows}


def held_by_role(person, membership=None):
    """The same of what the person holds by one role, or by any where none is named.

    Coordinators follow and own what is their member's; other roles give nothing to hold.
    """
    if membership is None:
        return held_by(person)
    if membership.role != Role.COORDINATOR:
        return {}
    return held_by(person, Engagement.objects.filter(member=membership.organisation_id))


def left_in(engagement, today):
    """{kind: [rows]} of what waits for somebody in an engagement, whoever left it."""
    found = {
        key: list(kind.for_list(kind.gone([engagement.pk], today))) for key, kind in KINDS.items()
    }
    return {key: rows for key, rows in found.items() if rows}


def gone_from(engagement, today):
    """(keys of people, keys of appointments) of those who hold something in an engagement and have left it."""
    found = list(_all_gone([engagement.pk], today))
    return {row.holder for row in found if row.holder}, {row.lead for row in found if row.lead}


def takers_of(key, rows, today):
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
    counts: Counter
    since: date

    @property
    def words(self):
        return " · ".join(counted(key, self.counts[key]) for key in KINDS if self.counts[key])


def waiting_in(engagements, today):
    """[WaitingHoldings] of the engagements in which somebody left something without a taker, in one statement."""
    counts, since = {}, {}
    for row in _all_gone(engagements, today):
        counts.setdefault(row.engagement, Counter())[row.kind] += 1
        day = row.gone_on if FIRST_DAY < row.gone_on <= today else row.closed_on or today
        since[row.engagement] = min(since.get(row.engagement, today), day)
    return [
        WaitingHoldings(engagement, counts[engagement], since[engagement])
        for engagement in sorted(counts)
    ]


class _Gone(NamedTuple):
    engagement: int
    kind: str
    pk: int
    holder: int | None
    lead: int | None
    gone_on: date
    closed_on: date | None


def _all_gone(engagements, today):
    """[_Gone] of every kind, in one statement."""
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


def counted(key, number):
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


def question(key, number):
    """Above the choice of who takes them."""
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


def told(held):
    """All of it in one line: “2 open decisions · 1 milestone to come”."""
    return " · ".join(counted(key, len(rows)) for key, rows in held.items())


def names_of(rows):
    """The first titles, and that there are more."""
    titles = [str(row) for row in rows[:MAX_TITLES]]
    return " · ".join(titles) + (
        _("… and %(number)s more") % {"number": len(rows) - MAX_TITLES} if rows[MAX_TITLES:] else ""
    )
