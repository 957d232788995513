"""Which Coalition member fits a request, and why: codes and points in, codes and points out; no Django.

Hard rules come first: one that fails makes the member ineligible, whatever the score. A fact that nobody gave never
fails a rule; it counts as missing and costs points. Whether the member is open and has room is said separately, for a
full member may fit very well. The words of the codes are in crm/display/messages.py.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

BASE = 50
NEED_NAMED = 20
GOAL_SHARED = 10
LEAD_FULL_TIME = 10
SKILLS_IN_HOUSE = 5
RUNNING_COSTS_COVERED = 10
LEAD_TO_COME = -10
RUNNING_COSTS_SHORT = -15
FACT_MISSING = -5
EVERYTHING: frozenset = frozenset()
# Legal forms to which what a sponsor company gives is no tax-favoured giving, as far as facts are known; shown as a
# note, which is no advice.
COMPANY_FORMS = frozenset({"scop", "scic", "cooperative", "company"})


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request says; "" or None is a fact that nobody gave. Money in euros, `running` a month."""

    need: str = ""
    audience: str = ""
    form: str = ""
    maturity: str = ""
    lead: str = ""
    skills: str = ""
    department: str = ""
    staff: int | None = None
    budget: int | None = None
    running: Decimal | None = None
    goals: frozenset[int] = EVERYTHING


@dataclass(frozen=True, slots=True)
class Offer:
    """What a member accepts; an empty set is "all". `lead` is "", "part-time" or "full-time": the least it takes."""

    member: int
    is_open: bool = True
    places: int = 1
    needs: frozenset[str] = EVERYTHING
    audiences: frozenset[str] = EVERYTHING
    forms: frozenset[str] = EVERYTHING
    maturities: frozenset[str] = EVERYTHING
    departments: frozenset[str] = EVERYTHING
    lead: str = ""
    staff_min: int | None = None
    staff_max: int | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    running_min: Decimal | None = None
    goals: frozenset[int] = EVERYTHING
    lends_sponsored_teams: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """`failures` are codes of hard rules; `reasons` are (code, points) for and against; `missing` are facts."""

    member: int
    failures: tuple[str, ...]
    reasons: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    score: int
    is_open: bool
    has_room: bool

    @property
    def is_eligible(self) -> bool:
        return not self.failures

    @property
    def can_take(self) -> bool:
        return not self.failures and self.is_open and self.has_room


def fit(ask: Ask, offer: Offer) -> Fit:
    """How one member's offer fits one request."""
    failures: list[str] = []
    missing: list[str] = []
    for fact, accepted, code in (
        (ask.need, offer.needs, "need"),
        (ask.form, offer.forms, "form"),
        (ask.maturity, offer.maturities, "maturity"),
        (ask.department, offer.departments, "territory"),
    ):
        if accepted:
            if not fact:
                missing.append(code)
            elif fact not in accepted:
                failures.append(code)
    if offer.audiences:
        if not ask.audience:
            missing.append("audience")
        elif ask.audience not in offer.audiences and not (
            ask.audience == "both" and len(offer.audiences) == 2
        ):
            failures.append("audience")
    _within(ask.staff, offer.staff_min, offer.staff_max, "staff", failures, missing)
    _within(ask.budget, offer.budget_min, offer.budget_max, "budget", failures, missing)
    _lead(ask, offer, failures, missing)
    reasons = _reasons(ask, offer, missing)
    score = max(0, min(100, BASE + sum(points for _code, points in reasons)))
    notes = ("no-tax-favour",) if offer.lends_sponsored_teams and ask.form in COMPANY_FORMS else ()
    return Fit(
        offer.member,
        tuple(failures),
        reasons,
        tuple(missing),
        notes,
        score,
        offer.is_open,
        offer.places > 0,
    )


def _within(value, least, most, code, failures, missing):
    if least is None and most is None:
        return
    if value is None:
        missing.append(code)
    elif (least is not None and value < least) or (most is not None and value > most):
        failures.append(code)


def _lead(ask, offer, failures, missing):
    if not offer.lead:
        return
    if not ask.lead:
        missing.append("lead")
    elif ask.lead == "none" or (ask.lead == "part-time" and offer.lead == "full-time"):
        failures.append("lead")


def _reasons(ask, offer, missing):
    reasons = []
    if ask.need and ask.need in offer.needs:
        reasons.append(("need-named", NEED_NAMED))
    if ask.goals and offer.goals & ask.goals:
        reasons.append(("goal-shared", GOAL_SHARED))
    if ask.lead == "full-time":
        reasons.append(("lead-full-time", LEAD_FULL_TIME))
    elif ask.lead == "hiring" and offer.lead:
        reasons.append(("lead-to-come", LEAD_TO_COME))
    if ask.skills and ask.skills != "none":
        reasons.append(("skills-in-house", SKILLS_IN_HOUSE))
    if offer.running_min is not None:
        if ask.running is None:
            missing.append("running")
        elif ask.running >= offer.running_min:
            reasons.append(("running-covered", RUNNING_COSTS_COVERED))
        else:
            reasons.append(("running-short", RUNNING_COSTS_SHORT))
    reasons.extend((f"missing-{code}", FACT_MISSING) for code in missing)
    return tuple(reasons)


def rank(ask: Ask, offers: Iterable[Offer]) -> list[Fit]:
    """Every member's fit: those that can take it first, then those that fit but are full or closed, then the rest.

    Ties go to the member with more places, so that the load spreads.
    """
    places = {}
    fits = []
    for offer in offers:
        places[offer.member] = offer.places
        fits.append(fit(ask, offer))
    fits.sort(
        key=lambda member_fit: (
            not member_fit.can_take,
            bool(member_fit.failures),
            -member_fit.score,
            -places[member_fit.member],
        )
    )
    return fits


def best(ask: Ask, offers: Iterable[Offer]) -> int | None:
    """The member that comes first among those that fit and are open, or None: nobody fits. Room is left aside."""
    chosen, best_key = None, None
    for offer in offers:
        if not offer.is_open:
            continue
        member_fit = fit(ask, offer)
        if member_fit.failures:
            continue
        rank_key = (member_fit.score, offer.places, -offer.member)
        if best_key is None or rank_key > best_key:
            chosen, best_key = offer.member, rank_key
    return chosen


@dataclass(frozen=True, slots=True)
class Replay:
    """What other offers would have done with past requests: `moves` counts (member before, member after)."""

    requests: int
    moves: dict[tuple[int | None, int | None], int]

    @property
    def changed(self) -> int:
        return sum(self.moves.values())


def replay(asks: Sequence[Ask], before: Sequence[Offer], after: Sequence[Offer]) -> Replay:
    """Where each past request would have gone, before and after a change of offers."""
    offers_before = {offer.member: offer for offer in before}
    changed = [offer for offer in after if offers_before.get(offer.member) != offer]
    same = [offer for offer in after if offers_before.get(offer.member) == offer]
    gone = [offer for offer in before if offer not in same]
    moves: Counter[tuple[int | None, int | None]] = Counter()
    for ask in asks:
        # Members whose offer did not change are judged once for both sides.
        unchanged = best(ask, same)
        rest = [offer for offer in same if offer.member == unchanged]
        first, then = best(ask, rest + gone), best(ask, rest + changed)
        if first != then:
            moves[first, then] += 1
    return Replay(len(asks), dict(moves))
