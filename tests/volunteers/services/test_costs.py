"""What people cost their company: entered once a day for each."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.volunteers.factories import EmployerCostFactory, VolunteerFactory
from volunteers.models import EmployerCost
from volunteers.services import costs

pytestmark = pytest.mark.django_db
SUM = {"remuneration": Decimal(50_000), "charges": Decimal(20_000), "share": Decimal(100)}
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def contact(volunteer):
    return person_as(Role.SPONSOR, volunteer.sponsor)


@pytest.fixture
def cost(volunteer):
    return EmployerCostFactory(volunteer=volunteer)


def at(verb, *pk):
    return reverse(f"volunteers:cost-{verb}", args=pk)


class TestEntering:
    def test_is_kept_with_who_entered_it(self, volunteer, contact):
        cost = costs.enter_cost(volunteer, **YEAR, **SUM, by=contact)

        assert cost.history.get().history_user == contact

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2026, 12, 31), date(2027, 3, 1)),
            (date(2025, 6, 1), date(2026, 1, 1)),
            (date(2026, 3, 1), date(2026, 4, 1)),
            (date(2025, 1, 1), date(2028, 1, 1)),
        ],
    )
    def test_two_of_one_person_never_meet(self, volunteer, contact, cost, first, last):
        with pytest.raises(Refused, match="from 1 January 2026 to 31 December 2026") as refused:
            costs.enter_cost(volunteer, starts_on=first, ends_on=last, **SUM, by=contact)

        assert set(refused.value.message_dict) == {"starts_on"}

    def test_the_day_after_is_free_and_so_is_anybody_else(self, volunteer, contact, cost):
        costs.enter_cost(
            volunteer, starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 1), **SUM, by=contact
        )
        costs.enter_cost(VolunteerFactory(), **YEAR, **SUM, by=contact)

        assert EmployerCost.objects.count() == 3

    def test_a_change_does_not_meet_itself_and_a_stale_one_is_refused(self, contact, cost):
        costs.change_cost(cost, ends_on=date(2026, 6, 30), by=contact, seen=1)

        with pytest.raises(Stale):
            costs.change_cost(cost, ends_on=date(2026, 7, 31), by=contact, seen=1)

    def test_a_cost_changed_meanwhile_is_not_deleted_unread(self, client, contact, cost):
        client.force_login(contact)
        costs.change_cost(cost, remuneration=Decimal(60_000), by=contact)
        client.post(at("delete", cost.pk), {"seen": cost.version})

        assert EmployerCost.objects.exists()
        client.post(at("delete", cost.pk), {"seen": cost.version + 1})
        assert not EmployerCost.objects.exists()

    def test_what_somebody_deleted_meanwhile_is_said(self, contact, cost):
        costs.delete_cost(EmployerCost.objects.get(), by=contact)

        with pytest.raises(Refused, match="deleted this cost"):
            costs.change_cost(cost, charges=Decimal(1), by=contact)
        assert cost.history.first().history_type == "-"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"share": Decimal(0)},
            {"share": Decimal(101)},
            {"charges": Decimal(-1)},
            {"remuneration": Decimal(10_000_001)},
            {"ends_on": date(2025, 12, 31)},
            {"ends_on": date(2100, 1, 1)},
        ],
    )
    def test_the_service_and_the_database_refuse_what_cannot_be(
        self, volunteer, contact, cost, wrong
    ):
        with pytest.raises(Refused):
            costs.change_cost(cost, **wrong, by=contact)
        with pytest.raises(IntegrityError):
            EmployerCost.objects.update(**wrong)
