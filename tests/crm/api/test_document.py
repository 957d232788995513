"""The document of the API: a good one, in English, made once."""

import json

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.access.expectations import ADMIN
from tests.access.world import build_onlookers, build_world


@pytest.fixture(scope="module")
def document():
    return json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )


def test_it_is_a_good_document(document):
    validate_schema(document)


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


@pytest.mark.django_db
class TestDocument:
    URL = "/api/v1/schema/?format=json"

    @pytest.fixture
    def client(self, client):
        return client

    def test_is_in_english_whoever_asks(self, client):
        ours = [
            client.get(self.URL, headers={"accept-language": language})
            for language in ("fr", "en", "de")
        ]

        assert len({answer.content for answer in ours}) == 1
        assert {answer.headers["Content-Language"] for answer in ours} == {"en"}
        assert "Indicateur" not in ours[0].content.decode()

    def test_is_made_once_and_not_sent_again_to_who_has_it(
        self, client, django_assert_max_num_queries
    ):
        first = client.get(self.URL)
        again = client.get(self.URL, headers={"if-none-match": first.headers["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert json.loads(first.content)["openapi"].startswith("3.")
