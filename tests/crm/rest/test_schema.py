"""The document of the API says which routes want to know what was read, and what they answer where nobody says it."""

import json
import re

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.access.expectations import ADMIN, API
from tests.access.routes import all_routes
from tests.access.test_access import client_of, fingerprint, key_of, undone
from tests.access.world import build_onlookers, build_world
from tests.test_unchanged import OF

WRITES = ("post", "put", "patch", "delete")

SEALED = {
    "api:autonomy-sign",
    "api:report-list",
    "api:attestation-list",
}  # they want the seal of what was read


@pytest.fixture(scope="module")
def document():
    return json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )


@pytest.fixture
def world(db):
    world = build_world("D")
    build_onlookers(world)
    return world


def plain(address):
    return re.sub(r"\{[^}]+\}", "{}", address)


def headers_of(operation):
    return {
        parameter["name"]
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "header"
    }


def operations(document):
    return {
        (plain(address), verb): operation
        for address, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in WRITES
    }


@pytest.mark.large
@pytest.mark.one_database
def test_each_route_that_asks_what_was_read_says_so_and_no_other_does(document, world):
    """Each is asked with what its form wants, and without a word of what was read."""
    documented, wrong, asking = operations(document), [], set()
    undone.before = fingerprint()
    for route in all_routes():
        row = API.get(route.name)
        for verb in WRITES if row else ():
            if not row.roles(verb):
                continue
            row_of = OF.get(route.name, row.of)
            key = world.objects[row_of].pk if row_of else key_of(world, row)
            url = route.url(key, row.words)
            operation = documented[plain(url.replace(f"/{key}/", "/{}/")), verb]
            client = client_of(world, ADMIN if ADMIN in row.roles(verb) else row.roles(verb)[0])
            answer = undone(
                lambda client=client, verb=verb, url=url, row=row: getattr(client, verb)(
                    url, row.body or {}, content_type="application/json"
                )
            )
            if answer.status_code == 428:
                asking.add(route.name)
                codes = {"409", "428"} if route.name in SEALED else {"409", "412", "428"}
                if not codes <= set(operation["responses"]):
                    wrong.append(f"{verb} {route.name}: {sorted(codes)}")
                if (route.name in SEALED) == ("If-Match" in headers_of(operation)):
                    wrong.append(f"{verb} {route.name}: If-Match")
            elif answer.status_code < 300 and "428" in operation["responses"]:
                wrong.append(f"{verb} {route.name} asks nothing")

    assert wrong == []
    assert len(asking) > 25, asking


def test_its_refusals_are_problems(document):
    for operation in operations(document).values():
        for code, answer in operation["responses"].items():
            if code[0] == "4":
                assert answer["content"]["application/problem+json"]["schema"] == {
                    "$ref": "#/components/schemas/Problem"
                }


def test_each_post_takes_a_key_and_nothing_else_does(document):
    for (address, verb), operation in operations(document).items():
        assert ("Idempotency-Key" in headers_of(operation)) == (verb == "post"), (verb, address)
