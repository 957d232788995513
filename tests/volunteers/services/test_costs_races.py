"""Costs of one person entered in the same moment."""

from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.races import at_once, on_postgres
from tests.volunteers.factories import VolunteerFactory
from tests.volunteers.promises import TURNS, unexpected
from volunteers.models import EmployerCost
from volunteers.services import costs

pytestmark = on_postgres


def test_a_persons_costs_never_overlap_whoever_enters_them_in_the_same_moment():
    volunteer = VolunteerFactory()
    contact = person_as(Role.SPONSOR, volunteer.sponsor)

    def enter(month):
        return costs.enter_cost(
            volunteer,
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month + 3, 28),
            remuneration=Decimal(40_000),
            charges=Decimal(10_000),
            share=Decimal(100),
            by=contact,
        )

    for _turn in range(TURNS):
        EmployerCost.objects.all().delete()
        outcomes = at_once(*[partial(enter, month) for month in (1, 2, 3, 5, 6)])

        assert unexpected(outcomes) == []
        periods = sorted(EmployerCost.objects.order_by("pk").values_list("starts_on", "ends_on"))
        assert periods
        assert all(first[1] < second[0] for first, second in pairwise(periods))
