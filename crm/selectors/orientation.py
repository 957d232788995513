"""Requests and offers as orientation compares them, and the members that fit a request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q

from crm.domain.orientation import Ask, Fit, Offer, Replay, rank, replay
from crm.domain.request_states import RequestState
from crm.domain.territories import territory_of
from crm.models import MemberOffer, Need, Organisation, Referral, SupportRequest


def ask_of(support_request: SupportRequest, goals: Iterable[int] | None = None) -> Ask:
    """The facts of a request, as orientation takes them; its goals are read where they are not given."""
    if goals is None:
        goals = support_request.sdgs.order_by("number").values_list("number", flat=True)
    return Ask(
        need=support_request.need_id or "",
        audience=support_request.audience,
        form=support_request.ess_form,
        maturity=support_request.maturity,
        lead=support_request.lead,
        skills=support_request.skills,
        department=support_request.department,
        staff=support_request.staff_count,
        budget=support_request.annual_budget,
        running=support_request.running_budget,
        goals=frozenset(goals),
    )


def offer_of(offer: MemberOffer) -> Offer:
    """A member's offer, as orientation takes it."""
    return Offer(
        member=offer.member_id,
        is_open=offer.is_open,
        places=offer.places,
        needs=frozenset(offer.needs),
        audiences=frozenset(offer.audiences),
        forms=frozenset(offer.ess_forms),
        maturities=frozenset(offer.maturities),
        departments=frozenset(offer.departments),
        lead=offer.lead,
        staff_min=offer.staff_min,
        staff_max=offer.staff_max,
        budget_min=offer.budget_min,
        budget_max=offer.budget_max,
        running_min=offer.running_min,
        goals=frozenset(offer.goals),
        lends_sponsored_teams=offer.lends_sponsored_teams,
    )


@dataclass(frozen=True)
class Candidate:
    """A member for a request: how it fits, what it has open now, and how it answered this request before."""

    offer: MemberOffer
    fit: Fit
    open_referrals: int
    before: Referral | None

    @property
    def has_declined(self) -> bool:
        return self.before is not None and self.before.state == Referral.State.DECLINED

    @property
    def can_take(self) -> bool:
        """It fits, is open, has room, and has not declined this very request."""
        return self.fit.can_take and not self.has_declined


def candidates_for(support_request: SupportRequest) -> list[Candidate]:
    """Every member with an offer, the best first."""
    offers = {
        offer.member_id: offer
        for offer in MemberOffer.objects.filter(member__archived_at=None)
        .select_related("member")
        .annotate(
            waiting=Count(
                "member__referrals", filter=Q(member__referrals__state=Referral.State.PROPOSED)
            )
        )
        .order_by("member__sort_name", "pk")
    }
    before = {
        referral.member_id: referral
        for referral in support_request.referrals.order_by("proposed_at", "pk")
    }
    fits = rank(ask_of(support_request), [offer_of(offer) for offer in offers.values()])
    return [
        Candidate(offers[fit.member], fit, offers[fit.member].waiting, before.get(fit.member))
        for fit in sorted(fits, key=lambda fit: fit.member in before)
    ]


def past_asks() -> list[Ask]:
    """Every request that was sent, as orientation takes it: two queries whatever their number."""
    goals: dict[int, list[int]] = {}
    for request_id, goal in SupportRequest.sdgs.through.objects.order_by().values_list(
        "supportrequest_id", "sdg_id"
    ):
        goals.setdefault(request_id, []).append(goal)
    columns = (
        "pk",
        "need_id",
        "audience",
        "ess_form",
        "maturity",
        "lead",
        "skills",
        "postal_code",
        "staff_count",
        "annual_budget",
        "running_budget",
    )
    rows = (
        SupportRequest.objects.sent()
        .exclude(state=RequestState.MERGED)
        .order_by("pk")
        .values_list(*columns)
    )
    return [
        Ask(
            need=need or "",
            audience=audience,
            form=form,
            maturity=maturity,
            lead=lead,
            skills=skills,
            department=territory_of(postcode),
            staff=staff,
            budget=budget,
            running=running,
            goals=frozenset(goals.get(pk, ())),
        )
        for pk, need, audience, form, maturity, lead, skills, postcode, staff, budget, running in rows
    ]


class Move(NamedTuple):
    """How many past requests would have gone to another member; None is "nobody fits"."""

    before: str | None
    after: str | None
    requests: int


class OfferTrial(NamedTuple):
    """What a changed offer would have done with the past requests, the largest moves first."""

    replay: Replay
    moves: list[Move]


def try_offer(changed: MemberOffer) -> OfferTrial:
    """What a changed offer, saved or not, would have done with every past request."""
    saved = list(MemberOffer.objects.filter(member__archived_at=None).order_by("pk"))
    before = [offer_of(offer) for offer in saved]
    after = [offer_of(changed if offer.pk == changed.pk else offer) for offer in saved]
    outcome = replay(past_asks(), before, after)
    names: dict[int | None, str] = dict(
        Organisation.objects.filter(offer__isnull=False).order_by().values_list("pk", "name")
    )
    moves = sorted(outcome.moves.items(), key=lambda move: -move[1])
    return OfferTrial(
        outcome,
        [Move(names.get(first), names.get(then), number) for (first, then), number in moves],
    )


@dataclass(frozen=True)
class OfferInWords:
    """A member's offer in words, for the list."""

    offer: MemberOffer
    needs: str
    forms: str


def offers_in_words(offers: Iterable[MemberOffer]) -> list[OfferInWords]:
    needs, forms = Need.objects.in_bulk(), dict(Organisation.EssForm.choices)
    return [
        OfferInWords(
            offer,
            ", ".join(str(needs[code]) for code in offer.needs if code in needs),
            ", ".join(str(forms[code]) for code in offer.ess_forms if code in forms),
        )
        for offer in offers
    ]
