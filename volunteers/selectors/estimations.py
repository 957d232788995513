"""The estimation of each person's loan in a calendar year, for the company that pays: never for anybody else."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from volunteers.domain.valuation import (
    Estimation,
    estimate,
    joined,
    meeting,
    months_of_year,
    year_of,
)
from volunteers.models import Assignment, EmployerCost, SponsorshipAgreement, Volunteer


@dataclass(frozen=True)
class ValuedPerson:
    """`estimation` is None where the year's ceiling is not known, or no cost is entered for days that are lent."""

    volunteer: Volunteer
    costs: tuple[EmployerCost, ...]
    estimation: Estimation | None
    has_agreement: bool


def costs_of(people, user):
    """{person: [EmployerCost]} of those that the user may see, in one statement."""
    found = defaultdict(list)
    for cost in EmployerCost.objects.visible_to(user).filter(volunteer__in=people).for_list():
        found[cost.volunteer_id].append(cost)
    return found


def agreed_of(people, sponsors=None):
    """{(person, company): [(from, until)]} of what both sides have signed, in one statement."""
    found = defaultdict(list)
    rows = (
        SponsorshipAgreement.objects.signed()
        .with_person()
        .filter(volunteer__in=people)
        .order_by("starts_on", "pk")
    )
    if sponsors is not None:
        rows = rows.filter(sponsor__in=sponsors)
    for agreement in rows:
        found[agreement.volunteer_id, agreement.sponsor_id].append(
            (agreement.starts_on, agreement.last_day)
        )
    return {key: joined(periods) for key, periods in found.items()}


def assignments_of(people):
    """{(person, company): [(from, until)]} of confirmed missions, in one statement."""
    found = defaultdict(list)
    rows = Assignment.objects.confirmed().with_company().filter(volunteer__in=people)
    for row in rows.order_by("starts_on", "pk"):
        for company, *period in row.periods():
            found[row.volunteer_id, company].append(tuple(period))
    return {key: joined(periods) for key, periods in found.items()}


def lent_days(assignments, agreed):
    """The days on which a mission runs under a signed agreement; where Relais has no agreement, those of missions."""
    return assignments if agreed is None else meeting(assignments, agreed)


def valued(people, year, caps, user):
    """[ValuedPerson] of these people, with all their costs: three statements."""
    costs, agreed, assignments = costs_of(people, user), agreed_of(people), assignments_of(people)
    return [_valued(person, costs[person.pk], caps, year, agreed, assignments) for person in people]


def _valued(person, costs, caps, year, agreed, assignments):
    """Each company's costs are worth what it lends; a person of two companies in a year has two of them."""
    found = []
    for sponsor in sorted({cost.sponsor_id for cost in costs}):
        key = person.pk, sponsor
        within = meeting(lent_days(assignments.get(key, []), agreed.get(key)), [year_of(year)])
        theirs = [cost.valued() for cost in costs if cost.sponsor_id == sponsor]
        if year in caps and meeting([(cost.starts_on, cost.ends_on) for cost in theirs], within):
            found.append(estimate(theirs, caps, months_of_year(year), within))
    has_agreement = any(key[0] == person.pk for key in agreed)
    return ValuedPerson(person, tuple(costs), _sum(found), has_agreement)


def _sum(found):
    if not found:
        return None
    return Estimation(
        months=sum((each.months for each in found), Fraction(0)),
        **{
            name: sum((getattr(each, name) for each in found), Decimal(0))
            for name in ("cost", "cap", "base")
        },
    )
