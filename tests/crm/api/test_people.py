"""The numbers of people, for whoever may choose them."""

import pytest

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as

pytestmark = pytest.mark.django_db


def api_client(person):
    client = ReadingClient()
    client.force_authenticate(person)
    return client


def names(client, **query):
    return [row["full_name"] for row in client.get("/api/v1/users/", query).json()["results"]]


def test_a_coordinator_finds_those_of_their_member_with_their_roles(coordinator, member):
    person_as(Role.COORDINATOR, member, full_name="Zoé Zèle")
    person_as(Role.COORDINATOR, OrganisationFactory(member=True), full_name="Zoé Ailleurs")
    client = api_client(coordinator)

    assert names(client, q="zoe") == ["Zoé Zèle"]
    (row,) = client.get("/api/v1/users/", {"q": "zele"}).json()["results"]
    assert [role["role"] for role in row["memberships"]] == ["coordinator"]


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.FUNDER, Role.SPONSOR, Role.LEAD, Role.DESK])
def test_others_find_nobody(role, member):
    assert names(api_client(person_as(role, member))) == []
