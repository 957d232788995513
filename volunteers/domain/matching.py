"""Who could cover a need: coverage week by week, and reasons for and against. Figures in, proposals out; no database.

How people are ordered: by the share of the need that they would cover, weighed by how well their level fits
(FIT), with a little more for those who know the engagement or its organisation. A wish to learn is a reason for,
never a skill: those who only wish come after everybody who can.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HALF = Decimal("0.5")
NOTHING = Decimal(0)
FIT = {"meets": 1.0, "below": 0.6, "wishes": 0.3}
KNOWS_ENGAGEMENT, KNOWS_ORGANISATION, WANTS_MORE = 0.10, 0.05, 0.03


@dataclass(frozen=True)
class UnmetNeed:
    """A need over its weeks; `days` is what each week still lacks, in days a week."""

    key: int
    skill: int
    level: int
    mondays: tuple[date, ...]
    days: tuple[Decimal, ...]

    @property
    def total(self):
        return sum(self.days, NOTHING)


@dataclass(frozen=True)
class Person:
    """What matters of a person for one need; `free` is days a week in each of its weeks, None where they are away."""

    key: int
    level: int
    free: tuple[Decimal | None, ...]
    knows_engagement: bool = False
    knows_organisation: bool = False


@dataclass(frozen=True)
class Proposal:
    """`days` a week from `first` to `last` (weeks, both included); `covered` is what that gives in each week."""

    person: int
    fit: str
    days: Decimal
    first: int
    last: int
    covered: tuple[Decimal, ...]
    share: float
    score: float
    knows_engagement: bool
    knows_organisation: bool
    wants_more: bool
    away: int
    short: int


def fit_of(level, wanted):
    """How a level stands to what is asked; level 0 is a wish to learn."""
    if level == 0:
        return "wishes"
    return "meets" if level >= wanted else "below"


def longest_stay(free):
    """(first, last) of the longest run of weeks with half a day at least; the earliest of equals; None without any."""
    best, first = None, None
    for place, days in enumerate([*free, None]):
        if days is not None and days >= HALF:
            first = place if first is None else first
        elif first is not None:
            if best is None or place - 1 - first > best[1] - best[0]:
                best = first, place - 1
            first = None
    return best


def days_for(unmet, person, stay):
    """Days a week that the person could promise for the whole stay: the least of what is free, no more than asked."""
    first, last = stay
    free = min(person.free[first : last + 1])
    return min(free, max(unmet.days[first : last + 1]))


def propose(unmet, people):
    """[Proposal] of those who could cover some of the need, best first; nobody twice, equals by key."""
    proposals = [
        proposal for person in people if (proposal := _proposal(unmet, person)) is not None
    ]
    return sorted(proposals, key=lambda each: (each.fit == "wishes", -each.score, each.person))


def _proposal(unmet, person):
    stay = longest_stay(person.free)
    if stay is None or not unmet.total:
        return None
    days = days_for(unmet, person, stay)
    covered = tuple(
        min(days, lacking) if stay[0] <= place <= stay[1] else NOTHING
        for place, lacking in enumerate(unmet.days)
    )
    share = float(sum(covered, NOTHING) / unmet.total)
    if not share:
        return None
    return Proposal(
        person=person.key,
        fit=fit_of(person.level, unmet.level),
        days=days,
        first=stay[0],
        last=stay[1],
        covered=covered,
        share=share,
        score=share * weight_of(unmet, person),
        knows_engagement=person.knows_engagement,
        knows_organisation=person.knows_organisation,
        wants_more=person.level == 1,
        away=sum(free is None for free in person.free),
        short=sum(
            free is not None and free < lacking
            for free, lacking in zip(person.free, unmet.days, strict=True)
        ),
    )


def weight_of(unmet, person):
    """What a covered day is worth when this person covers it."""
    bonus = (
        KNOWS_ENGAGEMENT
        if person.knows_engagement
        else KNOWS_ORGANISATION
        if person.knows_organisation
        else 0
    )
    return FIT[fit_of(person.level, unmet.level)] + bonus + (WANTS_MORE if person.level == 1 else 0)
