"""The estimation of each person's loan in a calendar year, for the company that pays: never for anybody else."""

from collections import defaultdict
from dataclasses import dataclass

from volunteers.models import EmployerCost, Volunteer
from volunteers.valuation import Estimation, estimate, months_of_year


@dataclass(frozen=True)
class ValuedPerson:
    """`estimation` is None where the year's ceiling is not known, or no cost is entered for it."""

    volunteer: Volunteer
    costs: tuple[EmployerCost, ...]
    estimation: Estimation | None


def costs_of(people, user):
    """{person: [EmployerCost]} of those that the user may see, in one statement."""
    found = defaultdict(list)
    for cost in EmployerCost.objects.visible_to(user).filter(volunteer__in=people).for_list():
        found[cost.volunteer_id].append(cost)
    return found


def valued(people, year, caps, user):
    """[ValuedPerson] of these people, with all their costs."""
    costs = costs_of(people, user)
    return [
        ValuedPerson(person, tuple(costs[person.pk]), _estimated(costs[person.pk], caps, year)) for person in people
    ]


def _estimated(costs, caps, year):
    of_year = [cost.valued() for cost in costs if cost.starts_on.year <= year <= cost.ends_on.year]
    return estimate(of_year, caps, months_of_year(year)) if of_year and year in caps else None
