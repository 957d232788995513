"""Bodies that are no JSON, or more of it than a row can hold."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.expectations import ADMIN
from tests.access.world import build_onlookers, build_world

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"

BODIES = {
    "nested": "[" * 100_000,
    "nested in a field": '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "huge number": '{"id": ' + "9" * 5_000 + "}",
    "infinite": '{"engagement": 1e999, "beneficiary": 1e999, "metric": 1e999, "volunteer": 1e999}',
    "half a key": '{"engagement": 1.5, "beneficiary": 1.5, "metric": 1.5, "volunteer": 1.5}',
    "NaN": '{"value": NaN}',
    "no UTF-8": b'{"title": "\xff\xfe"}',
    "half a pair": '{"title": "\\ud800", "text": "\\ud800", "name": "\\ud800", "full_name": "\\ud800"}',
    "twice": '{"title": "a", "title": "b"}',
    "null": "null",
    "a list": "[1, 2]",
    "a text": '"x"',
    "a null character": '{"title": "\\u0000", "text": "\\u0000", "name": "\\u0000", "why": "\\u0000"}',
    "a misspelt name": '{"tilte": "x"}',
}


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


class TestBodies:
    @pytest.mark.parametrize(
        "name", ["infinite", "half a pair", "twice", "no UTF-8", "nested", "NaN"]
    )
    def test_what_is_no_json_is_400(self, client, world, name):
        answer = client.post(
            reverse("api:engagement-list"), BODIES[name], content_type="application/json"
        )

        assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ('{"title": }', "Ce n’est pas du JSON, à partir de la ligne 1, colonne 11."),
            ('{"title": "a",\n}', "Ce n’est pas du JSON, à partir de la ligne 2, colonne 1."),
            (b"\xff", "Le corps n’est pas écrit en UTF-8."),
            ('{"title": NaN}', "NaN n’est pas un nombre."),
            ('{"title": ' + "9" * 5_000 + "}", "99999999999999999999… n’est pas un nombre."),
            ('{"title": 1, "title": 2}', "« title » y est deux fois."),
            ("[" * 100_000, "Ce contenu est imbriqué trop profondément."),
        ],
        ids=[
            "nothing after a colon",
            "a comma too many",
            "no UTF-8",
            "NaN",
            "too long",
            "twice",
            "nested",
        ],
    )
    def test_what_is_no_json_says_where_in_the_language_of_its_sender(
        self, client, world, body, told
    ):
        answer = client.post(
            reverse("api:engagement-list"),
            body,
            content_type="application/json",
            headers={"accept-language": "fr"},
        )

        assert (answer.status_code, answer.json()["title"]) == (400, told)
