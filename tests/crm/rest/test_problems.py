"""What is not there is told as a problem, in the language of its reader."""

import pytest
from django.test import Client

from tests.access.expectations import ADMIN
from tests.access.world import build_onlookers, build_world

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


@pytest.fixture
def world():
    world = build_world("H")
    build_onlookers(world)
    return world


@pytest.fixture
def client(world):
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(world.people[ADMIN])
    return client


class TestUnknownAddresses:
    @pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
    @pytest.mark.parametrize(
        "url", ["/api/v1/nothing/", "/api/nothing/", "/api/v1/engagements/1/nothing/"]
    )
    def test_are_problems(self, client, url, method):
        known, stranger = getattr(client, method)(url), getattr(Client(), method)(url)

        assert (known.status_code, known.headers["Content-Type"]) == (404, PROBLEM)
        assert (stranger.status_code, stranger.headers["Content-Type"]) == (401, PROBLEM)
        assert known.json()["status"] == 404

    def test_are_problems_while_one_develops_too(self, client, settings):
        settings.DEBUG = True

        answer = client.get("/api/v1/nothing/")

        assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("key", ["999999", "0", "9" * 30])
def test_a_row_that_is_not_there_is_told_in_the_language_of_its_reader(client, key):
    """Django's own sentence names the kind of row, in English whoever reads it."""
    answer = client.get(f"/api/v1/engagements/{key}/", headers={"accept-language": "fr"})

    assert answer.status_code == 404
    assert answer.json()["title"] == "Non trouvé."
