"""The API against its own document: generated requests, good ones and bad ones, from people who may do much.

The keys of an existing world stand in the document as the only values, so that requests get past the door.
"""

import json
from collections import Counter
from copy import deepcopy
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import PreparedRequest
from schemathesis import GenerationMode, Response
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup

from crm.domain.roles import Role
from crm.models import ApiKey
from tests.access.world import MISSING, build_onlookers, build_world

READS, WRITES = 4, 10  # requests for each operation and actor
BODY = "application/json"
PROBLEM = "application/problem+json"
REFUSALS = {400, 403, 404, 409, 412, 415, 428}
ACTORS = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.VOLUNTEER)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def world():
    world = build_world("F")
    build_onlookers(world)
    return world


@pytest.fixture
def document():
    """As a reader of it gets it: JSON, without lazy texts."""
    return json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )


def keys(world):
    """The keys that exist: of the rows that a path is about, and by the property that wants one."""
    rows = list(world.objects.values())
    by_model = {type(row): sorted(one.pk for one in rows if type(one) is type(row)) for row in rows}
    by_name = {
        model._meta.model_name: found for model, found in by_model.items() if model is not ApiKey
    }
    people = sorted(user.pk for user in world.people.values())
    mondays = [world.objects["log"].week + timedelta(weeks=n) for n in range(5)]
    return by_model, by_name | {
        "beneficiary": by_name["organisation"],
        "coordinator": people,
        "indicator": [world.objects["metric"].indicator_id],
        "member": by_name["organisation"],
        "owner": people,
        "skill": list(
            world.objects["volunteer"].skills.order_by("pk").values_list("pk", flat=True)
        ),
        "sponsor": by_name["organisation"],
        "stand_in": by_name["contact"],
        "week": [day.isoformat() for day in (*mondays, date.min, date.max)],
    }


def model_of(path):
    """What the key in a path is a key of, by the view that answers there."""
    return resolve(path.format(id=MISSING, key="key", code="code")).func.cls.queryset.model


def with_keys(document, world):
    document, (by_model, by_property) = deepcopy(document), keys(world)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"]["enum"] = by_model[model_of(path)]
                elif parameter["name"] in by_property:
                    parameter["schema"]["enum"] = [*by_property[parameter["name"]], MISSING]
            for media in operation.get("requestBody", {}).get("content", {}).values():
                component = document["components"]["schemas"][
                    media["schema"]["$ref"].rsplit("/", 1)[-1]
                ]
                for field, schema in component["properties"].items():
                    if field in by_property:
                        schema["enum"] = by_property[field] + [None] * schema.get("nullable", False)
    return document


def send(client, case):
    """The answer; whatever it changed is undone. What the view raises goes on to the test."""
    address = case.formatted_path
    if case.query:
        address += "?" + urlencode(case.query, doseq=True)
    body = {}
    if case.body is not NOT_SET:
        body = {
            "data": case.body if isinstance(case.body, bytes) else json.dumps(case.body),
            "content_type": BODY,
        }
    with transaction.atomic():
        answer = client.generic(case.method, address, **body)
        transaction.set_rollback(True)
    return answer


def response_of(answer, case):
    request = PreparedRequest()
    request.prepare(method=case.method, url=f"http://testserver{case.formatted_path}")
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, answer.content, request, elapsed=0, verify=False)


def check(case, answer):
    if answer.status_code in REFUSALS:
        assert answer.headers["Content-Type"] == PROBLEM
        problem = answer.json()
        assert problem.keys() <= {"type", "status", "title", "errors"}
        assert problem["status"] == answer.status_code
        assert isinstance(problem["title"], str)
        assert problem["title"]
        assert sentences_of(problem.get("errors", ["none"]))
        return
    assert str(answer.status_code) in case.operation.definition.raw["responses"]
    case.operation.validate_response(response_of(answer, case))


def sentences_of(errors):
    """Every leaf; each is a text that is not empty."""
    if isinstance(errors, (dict, list)):
        parts = errors.values() if isinstance(errors, dict) else errors
        return [sentence for part in parts for sentence in sentences_of(part)]
    assert isinstance(errors, str)
    assert errors
    return [errors]


def told_of(wrong):
    return (
        [str(part) for part in wrong.exceptions] if isinstance(wrong, FailureGroup) else repr(wrong)
    )


def requests_of(operation):
    modes = [GenerationMode.POSITIVE]
    if operation.body or operation.query:
        modes.append(GenerationMode.NEGATIVE)
    return st.one_of(operation.as_strategy(generation_mode=mode) for mode in modes)


def probable_days():
    """Mostly days that the rules may take; any other day of the calendar now and then."""
    today = timezone.localdate()
    near = st.dates(today - timedelta(days=150), today + timedelta(days=5))
    return st.one_of(near, near, near, st.sampled_from([date.min, date.max]), st.dates()).map(
        date.isoformat
    )


def try_out(operation, client):
    """How often each status came, and all that broke: one fault must not hide another."""
    statuses, broken = Counter(), []

    @given(case=requests_of(operation))
    @settings(
        max_examples=WRITES if operation.body else READS,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        try:
            answer = send(client, case)
            statuses[answer.status_code] += 1
            check(case, answer)
        except (Exception, FailureGroup) as wrong:
            broken.append(
                f"{case.method} {case.formatted_path} {case.query} {case.body!r}: {told_of(wrong)}"[
                    :1_500
                ]
            )

    ask()
    return statuses, broken


@pytest.mark.parametrize(
    "actor",  # the stricter database answers all of them
    [
        pytest.param(actor, marks=[] if actor == Role.COORDINATOR else [pytest.mark.postgres])
        for actor in ACTORS
    ],
)
def test_no_request_breaks_the_api_or_its_document(world, document, actor):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[actor])
    schemathesis.openapi.format("date", probable_days())
    schema = schemathesis.openapi.from_dict(with_keys(document, world))

    told, broken = Counter(), []
    for found in schema.get_all_operations():
        statuses, faults = try_out(found.ok(), client)
        told += statuses
        broken += faults

    assert broken == [], "\n".join(broken)
    assert told.total() >= 400  # by each of three actors
    assert told[404] <= told.total() / 2
    assert told[200] + told[201] >= told.total() / 8
