"""The numbers of people, for whoever may choose them."""

import json

import pytest
from django.core import mail

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import ContactFactory, OrganisationFactory, person_as

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


class TestLookedAfter:
    """What an administrator does on the pages of people, by the API."""

    @pytest.fixture
    def client(self, administrator):
        return api_client(administrator)

    def sent(self, client, person, action, **body):
        path = f"/api/v1/users/{person.pk}/"
        body.setdefault("seen", client.get(path).json()["mark"])
        return client.post(f"{path}{action}/", body, format="json")

    def test_somebody_is_invited_with_a_role_and_mailed_the_way_in(
        self, client, member, django_capture_on_commit_callbacks
    ):
        body = {
            "full_name": "Carole Élan",
            "email": "carole@relais.example",
            "role": "coordinator",
            "is_head": True,
        }
        path = f"/api/v1/organisations/{member.pk}/invite/"

        with django_capture_on_commit_callbacks(execute=True):
            client.post(path, body, format="json")

        (message,) = mail.outbox
        assert message.to == ["carole@relais.example"]
        (row,) = client.get("/api/v1/users/", {"q": "elan"}).json()["results"]
        assert row["is_invited"]
        assert [(role["role"], role["is_head"]) for role in row["memberships"]] == [
            ("coordinator", True)
        ]

    def test_a_head_coordinator_gives_no_other_role_than_their_own(self, member):
        head = person_as(Role.COORDINATOR, member, is_head=True)
        body = {"full_name": "Carole", "email": "carole@relais.example", "role": "administrator"}

        answer = api_client(head).post(
            f"/api/v1/organisations/{member.pk}/invite/", body, format="json"
        )

        assert set(answer.json()["errors"]) == {"role"}

    def test_a_contact_is_invited_by_their_organisation_alone(self, client):
        elsewhere = ContactFactory()
        body = {"full_name": "Lou", "email": "lou@relais.example", "role": "lead"}
        path = f"/api/v1/organisations/{OrganisationFactory().pk}/invite/"

        answer = client.post(path, body | {"contact": elsewhere.pk}, format="json")

        assert set(answer.json()["errors"]) == {"contact"}

    def test_a_name_changes_alone_and_with_the_address(self, client, coordinator):
        email = coordinator.email

        renamed = self.sent(client, coordinator, "identity", full_name="Camille Roche").json()
        moved = self.sent(client, coordinator, "identity", email="C.Roche@relais.example").json()

        assert (renamed["full_name"], renamed["email"]) == ("Camille Roche", email)
        assert (moved["full_name"], moved["email"]) == ("Camille Roche", "c.roche@relais.example")

    def test_a_coordinator_becomes_head_and_one_like_the_others_again(self, client, coordinator):
        (role,) = client.get(f"/api/v1/users/{coordinator.pk}/").json()["memberships"]

        for is_head in (True, False):
            answer = self.sent(
                client,
                coordinator,
                "head",
                membership=role["id"],
                is_head=is_head,
                seen=role["mark"],
            ).json()
            (role,) = answer["memberships"]
            assert role["is_head"] is is_head

    def test_the_role_of_somebody_else_is_none_of_theirs(self, client, coordinator, administrator):
        other = administrator.memberships.get()

        answer = self.sent(client, coordinator, "head", membership=other.pk, is_head=True)

        assert set(answer.json()["errors"]) == {"membership"}

    def test_an_invitation_is_taken_back_and_the_account_opened_again(self, client, member):
        person = person_as(Role.COORDINATOR, member, password=None)

        taken = self.sent(client, person, "withdraw-invitation")
        again = self.sent(client, person, "reopen")

        assert (taken.json()["is_active"], again.json()["is_active"]) == (False, True)
        assert again.json()["memberships"] == []

    def test_a_link_is_sent_again(self, client, coordinator, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"/api/v1/users/{coordinator.pk}/send-link/")

        assert answer.status_code == 204
        (message,) = mail.outbox
        assert message.to == [coordinator.email]

    def test_what_changed_since_it_was_read_is_refused(self, client, coordinator):
        before = client.get(f"/api/v1/users/{coordinator.pk}/").json()["mark"]
        self.sent(client, coordinator, "identity", full_name="Camille Roche")

        answer = self.sent(client, coordinator, "identity", full_name="Camille Rocher", seen=before)

        assert answer.status_code == 409


@pytest.mark.parametrize("size", [1, 7])
def test_the_list_asks_as_many_queries_for_many_as_for_one(
    administrator, member, django_assert_num_queries, size
):
    for _number in range(size):
        person_as(Role.COORDINATOR, member)
    client = api_client(administrator)

    with django_assert_num_queries(3):
        client.get("/api/v1/users/")


@pytest.mark.parametrize("route", ["reopen", "head", "identity"])
def test_asking_for_the_head_of_a_verb_does_nothing(administrator, coordinator, route):
    (role,) = coordinator.memberships.all()
    body = {"membership": role.pk, "is_head": True}

    answer = api_client(administrator).generic(
        "HEAD",
        f"/api/v1/users/{coordinator.pk}/{route}/",
        json.dumps(body),
        content_type="application/json",
    )

    assert answer.status_code == 405
    role.refresh_from_db()
    assert not role.is_head
