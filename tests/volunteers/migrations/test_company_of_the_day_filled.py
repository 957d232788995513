"""Rows of before get the company that they had."""

from decimal import Decimal

import pytest

from tests.crm.factories import OrganisationFactory
from tests.engagements.factories import EngagementFactory
from tests.migrations import one_by_one
from tests.volunteers.factories import AssignmentFactory, EmployerCostFactory, VolunteerFactory
from volunteers.models import EmployerCost

pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    return OrganisationFactory(sponsor=True, name="Ancienne")


@pytest.fixture
def volunteer(member, old):
    return VolunteerFactory(member=member, sponsor=old, user__full_name="Léa Dupont")


@pytest.fixture
def assignment(volunteer, member):
    return AssignmentFactory(
        volunteer=volunteer, engagement=EngagementFactory(member=member), days_a_week=Decimal(2)
    )


@pytest.mark.django_db(transaction=True)
def test_what_people_did_until_now_is_their_company_s():
    """The migration gives each mission, cost and declaration the company and the days that it had."""
    executor, _newest = one_by_one()
    state = executor.loader.project_state([("volunteers", "0009_company_of_the_day")]).apps
    assignment, cost = AssignmentFactory(), EmployerCostFactory()
    fill = (
        executor.loader.get_migration("volunteers", "0010_company_of_the_day_filled")
        .operations[0]
        .code
    )
    HistoricalAssignment = state.get_model("volunteers", "HistoricalAssignment")
    HistoricalAssignment.objects.update(sponsor=None)

    fill(state, None)

    assert assignment.history.get().sponsor_id == assignment.volunteer.sponsor_id
    assert EmployerCost.objects.get().sponsor_id == cost.volunteer.sponsor_id
