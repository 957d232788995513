"""The estimation of each person's loan in a calendar year, for the company that pays: never for anybody else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, cast

from crm.models import Organisation, User
from volunteers.domain.valuation import (
    Cap,
    DateRange,
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


class Loan(NamedTuple):
    """A person and a company that lends them, by their keys."""

    person: int
    company: int


def costs_of(people: Iterable[Volunteer], user: User) -> dict[int, list[EmployerCost]]:
    """{key of a person: their costs}, those that the user may see, in one query; empty where there is none."""
    costs = defaultdict(list)
    for cost in EmployerCost.objects.visible_to(user).filter(volunteer__in=people).for_list():
        costs[cost.volunteer_id].append(cost)
    return costs


def agreed_of(
    people: Iterable[Volunteer], sponsors: Iterable[Organisation] | None = None
) -> dict[Loan, list[DateRange]]:
    """The days of agreements that both sides have signed, in one query; `sponsors` limits it to these companies."""
    periods = defaultdict(list)
    rows = (
        SponsorshipAgreement.objects.signed()
        .with_person()
        .filter(volunteer__in=people)
        .order_by("starts_on", "pk")
    )
    if sponsors is not None:
        rows = rows.filter(sponsor__in=sponsors)
    for agreement in rows:
        person = cast(int, agreement.volunteer_id)  # the filter leaves out agreements about nobody
        loan = Loan(person, agreement.sponsor_id)
        periods[loan].append((agreement.starts_on, agreement.last_day))
    return {loan: joined(days) for loan, days in periods.items()}


def assignments_of(people: Iterable[Volunteer]) -> dict[Loan, list[DateRange]]:
    """The days of confirmed assignments, in one query."""
    periods = defaultdict(list)
    rows = Assignment.objects.confirmed().with_company().filter(volunteer__in=people)
    for row in rows.order_by("starts_on", "pk"):
        for company, first, last in row.periods():
            periods[Loan(row.volunteer_id, company)].append((first, last))
    return {loan: joined(days) for loan, days in periods.items()}


def lent_days(
    assignments: Collection[DateRange], agreed: Collection[DateRange] | None
) -> Collection[DateRange]:
    """The days on which an assignment runs under a signed agreement; without an agreement, those of assignments."""
    return assignments if agreed is None else meeting(assignments, agreed)


def valued(
    people: Collection[Volunteer], year: int, caps: Mapping[int, Cap], user: User
) -> list[ValuedPerson]:
    """These people with their estimations and all their costs: three queries."""
    costs, agreed, assignments = costs_of(people, user), agreed_of(people), assignments_of(people)
    valued_people = []
    for person in people:
        estimations = _estimations(person, costs[person.pk], caps, year, agreed, assignments)
        has_agreement = any(loan.person == person.pk for loan in agreed)
        valued_people.append(
            ValuedPerson(person, tuple(costs[person.pk]), _sum(estimations), has_agreement)
        )
    return valued_people


def _estimations(
    person: Volunteer,
    costs: Iterable[EmployerCost],
    caps: Mapping[int, Cap],
    year: int,
    agreed: Mapping[Loan, list[DateRange]],
    assignments: Mapping[Loan, list[DateRange]],
) -> list[Estimation]:
    """One for each company: its costs are worth what it lends. A person of two companies in a year has two."""
    estimations = []
    for sponsor in sorted({cost.sponsor_id for cost in costs}):
        loan = Loan(person.pk, sponsor)
        within = meeting(lent_days(assignments.get(loan, []), agreed.get(loan)), [year_of(year)])
        own = [cost.valued() for cost in costs if cost.sponsor_id == sponsor]
        if year in caps and meeting([(cost.starts_on, cost.ends_on) for cost in own], within):
            estimations.append(estimate(own, caps, months_of_year(year), within))
    return estimations


def _sum(estimations: Collection[Estimation]) -> Estimation | None:
    if not estimations:
        return None
    return Estimation(
        months=sum((each.months for each in estimations), Fraction(0)),
        cost=sum((each.cost for each in estimations), Decimal(0)),
        cap=sum((each.cap for each in estimations), Decimal(0)),
        base=sum((each.base for each in estimations), Decimal(0)),
    )
