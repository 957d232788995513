"""A POST of the API with an Idempotency-Key is done once, whoever's line breaks; without one, each is done."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from rest_framework.test import APIClient

from crm.domain.roles import Role
from crm.models import GivenAnswer, Organisation
from crm.services import upkeep
from engagements.models import CalendarLink, Milestone
from tests.access.expectations import API
from tests.access.routes import all_routes
from tests.access.world import build_onlookers, build_world
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres

ADDRESS = "/api/v1/organisations/"
BODY = {"name": "Paniers de saison", "is_beneficiary": True}
KEY = {"idempotency-key": "a1b2"}


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def api(coordinator):
    return client_of(coordinator)


@pytest.mark.django_db
class TestAgain:
    def test_it_gets_the_first_answer_and_makes_no_second_row(self, api):
        first = api.post(ADDRESS, BODY, headers=KEY)
        Organisation.objects.filter(pk=first.json()["id"]).update(city="Lyon")

        second = api.post(ADDRESS, BODY, headers=KEY)

        assert (first.status_code, second.status_code) == (201, 201)
        assert second.content == first.content
        assert second.headers["ETag"] == first.headers["ETag"]
        assert Organisation.objects.filter(name=BODY["name"]).count() == 1

    def test_without_a_key_or_with_another_each_is_done(self, api):
        bodies = [BODY, *[BODY | {"is_another": True}] * 2]
        for body, headers in zip(bodies, [KEY, None, {"idempotency-key": "c3"}], strict=True):
            assert api.post(ADDRESS, body, headers=headers).status_code == 201

        assert Organisation.objects.filter(name=BODY["name"]).count() == 3

    def test_spaces_and_the_order_of_names_make_no_other_body(self, api):
        texts = [
            '{"name": "Paniers", "is_beneficiary": true}',
            '{"is_beneficiary":true,  "name":"Paniers"}',
        ]
        answers = [
            api.post(ADDRESS, text, content_type="application/json", headers=KEY) for text in texts
        ]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()

    def test_with_another_body_it_is_refused(self, api):
        api.post(ADDRESS, BODY, headers=KEY)

        refused = api.post(ADDRESS, BODY | {"name": "Other"}, headers=KEY)

        assert refused.status_code == 422
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["status"] == 422
        assert not Organisation.objects.filter(name="Other").exists()

    def test_a_key_is_of_its_person_and_its_address(self, api, member):
        api.post(ADDRESS, BODY, headers=KEY)
        colleague = client_of(person_as(Role.COORDINATOR, member))

        answer = colleague.post(ADDRESS, BODY | {"is_another": True}, headers=KEY)
        elsewhere = api.post("/api/v1/engagements/", {}, headers=KEY)

        assert answer.status_code == 201
        assert elsewhere.status_code == 400

    def test_what_was_refused_may_be_mended_and_sent_again(self, api):
        assert api.post(ADDRESS, BODY | {"name": ""}, headers=KEY).status_code == 400
        assert not GivenAnswer.objects.exists()

        assert api.post(ADDRESS, BODY, headers=KEY).status_code == 201

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
    def test_a_key_that_is_none_is_refused(self, api, key):
        answer = api.post(ADDRESS, BODY, headers={"idempotency-key": key})

        assert answer.status_code == 400
        assert "Idempotency-Key" in answer.json()["errors"]
        assert not Organisation.objects.filter(name=BODY["name"]).exists()

    def test_who_may_not_any_longer_gets_nothing_again(self, api, coordinator):
        api.post(ADDRESS, BODY, headers=KEY)
        coordinator.is_active = False
        coordinator.save()
        client = APIClient()

        assert client.post(ADDRESS, BODY, headers=KEY).status_code == 401

    def test_a_secret_is_told_once(self, api, coordinator, member):
        EngagementFactory(member=member, coordinator=coordinator)
        first = api.post("/api/v1/calendar-links/", {}, headers=KEY)
        assert first.status_code == 201

        again = api.post("/api/v1/calendar-links/", {}, headers=KEY)

        assert again.status_code == 409
        assert CalendarLink.objects.count() == 1
        assert first.json()["url"].rsplit("/", 2)[-2] not in str(GivenAnswer.objects.values())

    def test_it_is_forgotten_after_a_day(self, api):
        api.post(ADDRESS, BODY, headers=KEY)
        upkeep.forget_sent_forms(at=timezone.now() + timedelta(hours=23))
        assert GivenAnswer.objects.count() == 1
        upkeep.forget_sent_forms(at=timezone.now() + timedelta(hours=25))

        assert not GivenAnswer.objects.exists()


# What each of these makes, from the world of the table of access, by who may.
MAKES = {
    "api:engagement-add-milestone": {"title": "A pilot", "planned_on": "2027-03-01"},
    "api:engagement-log-interaction": {
        "kind": "call",
        "happened_on": "2026-01-05",
        "text": "Called.",
    },
    "api:supportrequest-note": {"text": "Seen."},
    "api:relayplan-add-part": {"name": "The database"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(MAKES) & set(API)))
def test_whatever_it_makes(name):
    world = build_world("I")
    build_onlookers(world)
    row, body = API[name], MAKES[name]
    route = next(route for route in all_routes() if route.name == name)
    client, url = (
        client_of(world.people[row.post[0]]),
        route.url(world.objects[row.of].pk, row.words),
    )
    first = client.post(url, body, headers=KEY)
    before = rows()

    second = client.post(url, body, headers=KEY)

    assert first.status_code in {200, 201}, first.content
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert rows() == before


def rows():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


class TestAtOnce:
    pytestmark = on_postgres

    @pytest.mark.parametrize("turn", range(4))
    def test_two_in_the_same_moment_make_one_row(self, transactional_db, turn):
        coordinator = person_as("coordinator")
        engagement = EngagementFactory(member=coordinator.memberships.get().organisation)
        address = f"/api/v1/engagements/{engagement.pk}/add-milestone/"
        body = {"title": "A pilot", "planned_on": "2027-03-01"}

        answers = at_once(
            *(lambda: client_of(coordinator).post(address, body, headers=KEY) for _n in range(3))
        )

        assert Milestone.objects.count() == 1
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
