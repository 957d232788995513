"""Whatever is sent, the API answers with problem details, and a page with a page: never with a 500."""

import base64
import json
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.expectations import ADMIN, API, PAGES
from tests.access.routes import all_routes
from tests.access.test_access import key_of
from tests.access.world import build_onlookers, build_world
from tests.share import at_least, share_of

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"

HOSTILE = [
    "\0",
    "1e999",
    "-1",
    "9" * 400,
    "abc",
    "1.5",
    "\u200b",
    "'",
    "[" * 2_000,
    "2026-99-99",
    "9999-12-31",
    "NaN",
]

NAMES = [
    "after",
    "before",
    "as_of",
    "on",
    "since",
    "month",
    "week",
    "q",
    "day",
    "need",
    "state",
    "sort",
    "year",
]

KEYS = [str(10**30), "0", "-1", "%00", "1e999", "9" * 400, "%ED%A0%80", "%F0%9F%99%82"]


def cursor_of(text):
    return quote(base64.b64encode(text.encode()).decode())


CURSORS = [
    *(
        cursor_of(text)
        for text in (
            "p=abc",
            "p=%00",
            "p=1e999",
            "p=" + "9" * 400,
            "o=-1",
            "o=abc",
            "r=2&p=",
            "p=NaN",
        )
    ),
    *("p=abc", "abc", "%00", "=" * 50, "9" * 400),
]

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


def fault_of(answer):
    if answer.status_code >= 500:
        return str(answer.status_code)
    if answer.status_code >= 400 and answer.headers["Content-Type"] != PROBLEM:
        return f"{answer.status_code} in {answer.headers['Content-Type']}"
    return None


def routes_of_the_api(world):
    for route in all_routes():
        if route.is_api and route.name in API and not API[route.name].link:
            yield route, API[route.name]


@pytest.mark.thorough
class TestAddresses:
    """What a list's own filters are given is the matter of tests/access/test_filters.py."""

    def test_no_cursor_breaks_a_list(self, client, world):
        wrong, tried = [], 0
        for route, row in routes_of_the_api(world):
            for cursor in CURSORS if row.get and route.name.endswith("-list") else ():
                tried += 1
                url = f"{route.url(key_of(world, row), row.words)}?cursor={cursor}"
                if fault := fault_of(client.get(url)):
                    wrong.append(f"{url[:80]}: {fault}")
        assert wrong == [], "\n".join(wrong)
        assert tried > 300

    def test_no_key_breaks_a_route(self, client, world):
        wrong = []
        for route, row in routes_of_the_api(world):
            if not route.parameters:
                continue
            path = route.url(key_of(world, row), row.words)
            for key in KEYS:
                parts = path.split("/")
                place = next(n for n, part in enumerate(parts) if part and n > 3)
                url = "/".join([*parts[:place], key, *parts[place + 1 :]])
                for method in ("get", "post", "patch", "delete"):
                    if row.roles(method) and (
                        fault := fault_of(
                            getattr(client, method)(url, content_type="application/json")
                        )
                    ):
                        wrong.append(f"{method} {url[:80]}: {fault}")
        assert wrong == [], "\n".join(wrong)

    def test_no_parameter_breaks_a_page(self, client, world):
        """All that pages read at once, and each that the page itself sends alone: the first may hide the second.

        A page gets every fourth of the values, its neighbours the others.
        """
        wrong, alone = [], 0
        values = [*HOSTILE, '["x"]', "[1e999, 1]", '["\\ud800", 1]']
        pages = [
            (route, PAGES[route.name])
            for route in all_routes()
            if not route.is_api and route.name in PAGES
        ]
        for number, (route, row) in share_of(enumerate(pages)):
            if row.link or not row.get:
                continue
            url = route.url(key_of(world, row), row.words)
            drawn = client.get(url).getvalue().decode(errors="replace")
            own = [name for name in NAMES if f"?{name}=" in drawn or f'name="{name}"' in drawn]
            for value in values[number % 4 :: 4]:
                for names in (NAMES, *([name] for name in own)):
                    alone += len(names) == 1
                    query = "&".join(f"{name}={quote(value)}" for name in names)
                    if client.get(f"{url}?{query}").status_code >= 500:
                        wrong.append(f"{url}?{names}={value[:30]!r}")
        assert wrong == [], "\n".join(wrong)
        assert alone > at_least(100)


class TestBodies:
    @pytest.mark.thorough
    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    def test_no_body_breaks_a_route(self, client, world, body):
        wrong = []
        for route, row in routes_of_the_api(world):
            url = route.url(key_of(world, row), row.words)
            for method in ("post", "patch", "put"):
                if not getattr(row, method):
                    continue
                answer = getattr(client, method)(url, body, content_type="application/json")
                if fault := fault_of(answer):
                    wrong.append(f"{method} {url}: {fault}")
        assert wrong == [], "\n".join(wrong)

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
    )
    def test_another_kind_of_body_is_said_to_be_one(self, client, world, kind):
        answer = client.generic(
            "POST", reverse("api:engagement-list"), b"title=x", content_type=kind
        )

        assert (answer.status_code, answer.headers["Content-Type"]) == (415, PROBLEM)

    def test_a_misspelt_name_is_told_and_nothing_is_written(self, client, world):
        engagement = world.objects["engagement"]
        before = engagement.history.count()

        answer = client.patch(
            reverse("api:engagement-detail", args=[engagement.pk]),
            json.dumps({"tilte": "x", "seen": engagement.version}),
            content_type="application/json",
        )

        assert (answer.status_code, answer.json()["errors"]) == (
            400,
            {"tilte": ["There is no such field."]},
        )
        assert engagement.history.count() == before
