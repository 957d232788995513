"""What somebody puts into a body: ids of the other world, and columns that nobody offered to write.

The routes, their forms and their serializers are found by introspection; a writable relation that this test cannot
fill fails it.
"""

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.template import Context
from django.test import Client
from django.urls import reverse
from rest_framework import serializers
from rest_framework.relations import ManyRelatedField, RelatedField

from crm.domain.roles import Role
from tests.access.expectations import ADMIN, API, PAGES
from tests.access.routes import all_routes
from tests.access.test_access import fingerprint, key_of, undone
from tests.access.world import MISSING, build_onlookers, build_world
from tests.entering import enter
from tests.impact.factories import IndicatorFactory
from tests.volunteers.factories import SkillFactory

pytestmark = pytest.mark.thorough

REFERENCE = {"Sdg", "LegalCategory", "Indicator", "Skill", "Need"}  # the same for everybody
TEMPTING = {
    "id": MISSING,
    "pk": MISSING,
    "version": 99,
    "role": "administrator",
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "state": "accepted",
    "stage": "autonomous",
    "status": "published",
    "score": 100,
    "kept_by": MISSING,
    "author": MISSING,
    "created_by": MISSING,
    "history_user": MISSING,
    "owner_id": MISSING,
    "member_id": MISSING,
    "accepted_by": MISSING,
    "accepted_by_id": MISSING,
    "is_fictional": True,
    "archived_at": "2020-01-01T00:00:00Z",
    "search": "x",
    "confirmed_on": "2020-01-01",
    "gate": "x",
}


@pytest.fixture
def worlds(db):
    skill, indicator = SkillFactory(), IndicatorFactory()
    own, foreign = build_world("A", skill, indicator), build_world("B", skill, indicator)
    build_onlookers(own)
    return own, foreign


def foreign_row(model, world):
    """A row of the model that belongs to the other world, or None where the model is the same for everybody."""
    for row in [*world.objects.values(), *world.people.values()]:
        if isinstance(row, model):
            return row
    raise AssertionError(f"The world holds no {model.__name__}: this relation is never tried.")


def client_of(world, actor):
    client = Client(headers={"accept-language": "en"})
    return enter(client, world.people[actor])


def forms_of(response):
    """Every bound-able form that a page shows."""
    forms_by_view = {}
    shown = response.context or []
    for context in shown if isinstance(shown, list) else [shown]:  # of one template it is no list
        values = context.flatten() if isinstance(context, Context) else context
        for value in values.values():
            if isinstance(value, forms.BaseForm):
                forms_by_view[id(value)] = value
    return forms_by_view.values()


def relations_of(form):
    """{name: (model, several)} of the choices that come from a table."""
    return {
        name: (field.queryset.model, isinstance(field, forms.ModelMultipleChoiceField))
        for name, field in form.fields.items()
        if isinstance(field, forms.ModelChoiceField)
        and field.queryset.model.__name__ not in REFERENCE
    }


def open_to(row, actor, model):
    """Whether the table opens the other world's rows of this model to the actor: the desk's requests, the directory."""
    if actor == ADMIN:
        return True
    if model.__name__ == "Organisation":
        return actor in {"desk", "coordinator"}
    return actor == "desk" and model.__name__ in {"SupportRequest", "MemberOffer", "Referral"}


def test_a_page_takes_no_id_of_the_other_world(worlds):
    own, foreign = worlds
    tried, wrong = 0, []
    for route in all_routes():
        row = PAGES.get(route.name)
        if row is None or row.link or not (row.get and row.post):
            continue
        for actor in row.get:
            client = client_of(own, actor)
            url = route.url(key_of(own, row), row.words)
            for form in forms_of(client.get(url)):
                for name, (model, several) in relations_of(form).items():
                    if open_to(row, actor, model):
                        continue
                    stranger = foreign_row(model, foreign)
                    offered = form.fields[name].queryset.filter(pk=stranger.pk).exists()
                    bodies = [{name: [key] if several else key} for key in (stranger.pk, MISSING)]
                    answers = [undone_post(client, url, body, own) for body in bodies]
                    tried += 1
                    if offered or any(answer.changed_something for answer in answers):
                        wrong.append(f"{actor} {route.name}.{name} takes {stranger}")
                    elif answers[0].status_code != answers[1].status_code:
                        wrong.append(f"{actor} {route.name}.{name} tells foreign from missing")
    assert wrong == [], "\n".join(wrong)
    assert tried >= 9


def undone_post(client, url, body, own, **options):
    undone.before = fingerprint()
    return undone(lambda: client.post(url, body, **options))


def serializers_of_routes():
    """{route name: (method, view class, actions)} of the API's writing routes."""
    from django.urls import get_resolver

    serializers_by_route = {}

    def walk(patterns, namespaces=()):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
                walk(pattern.url_patterns, inner)
            elif namespaces and namespaces[0] == "api" and hasattr(pattern.callback, "actions"):
                serializers_by_route[":".join([*namespaces, pattern.name])] = (
                    pattern.callback.cls,
                    dict(pattern.callback.actions),  # the first request adds HEAD to it
                )

    walk(get_resolver().url_patterns)
    return serializers_by_route


def writable_relations(serializer):
    for name, field in serializer.fields.items():
        several = isinstance(field, ManyRelatedField)
        inner = field.child_relation if several else field
        if isinstance(inner, RelatedField) and not field.read_only:
            yield name, inner.get_queryset().model, several


def bodies_of_the_api():
    """[(route name, method, serializer class)] as the OpenAPI annotations name them."""
    for name, (view, actions) in serializers_of_routes().items():
        for method, action in actions.items():
            if method in {"post", "patch", "put"}:
                handler = getattr(view, action)
                schema = getattr(handler, "kwargs", {}).get("schema") or getattr(
                    view, "schema", None
                )
                yield name, method, view, action, schema


@pytest.mark.one_database
def test_the_api_takes_no_id_of_the_other_world(worlds):
    own, foreign = worlds
    tried, wrong = 0, []
    for name, method, view, action, _schema in bodies_of_the_api():
        row = API[name]
        shape = shape_of(view, action)
        if shape is None:
            continue
        for actor in row.roles(method):
            client = client_of(own, actor)
            key = key_of(own, row)
            url = reverse(name, args=[key] if key else [])
            shown = shape(context={"request": client.get("/account/").wsgi_request})
            for field, model, several in writable_relations(shown):
                if model.__name__ in REFERENCE or open_to(row, actor, model):
                    continue
                stranger = foreign_row(model, foreign)
                answers = []
                for identifier in (stranger.pk, MISSING):
                    body = (row.body or {}) | {field: [identifier] if several else identifier}
                    undone.before = fingerprint()
                    answers.append(
                        undone(
                            lambda body=body, url=url: getattr(client, method)(  # noqa: B023
                                url, body, content_type="application/json"
                            )
                        )
                    )
                tried += 1
                told = [
                    str(answer.content.decode()).replace(str(stranger.pk), "·")
                    for answer in answers
                ]
                if any(answer.changed_something for answer in answers):
                    wrong.append(f"{actor} {method} {name}.{field} takes {stranger}")
                elif answers[0].status_code != answers[1].status_code:
                    wrong.append(
                        f"{actor} {method} {name}.{field} tells foreign from missing: {told}"
                    )
    assert wrong == [], "\n".join(wrong)
    assert tried >= 12


def shape_of(view, action):
    """The serializer class of a body, from the annotation of the action, or None where it has none."""
    from drf_spectacular.generators import SchemaGenerator

    if not shape_of.known:
        generator = SchemaGenerator()
        generator.parse(None, public=True)
        for path, _path_regex, method, bound in generator._get_paths_and_endpoints():
            if not hasattr(bound, "action"):
                continue
            asked = bound.schema
            asked.view, asked.method, asked.path = bound, method, path
            shape_of.known[type(bound), bound.action] = asked.get_request_serializer()
    found = shape_of.known.get((view, action))
    if isinstance(found, serializers.BaseSerializer):
        return type(found)
    return (
        found if isinstance(found, type) and issubclass(found, serializers.BaseSerializer) else None
    )


shape_of.known = {}


def columns_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("actor", [*Role.values])
def test_no_body_writes_a_column_that_is_not_offered(worlds, actor):
    """Each tempting name, and each column of the row, beside whatever the body offers."""
    own, _foreign = worlds
    client = client_of(own, actor)
    tried, wrong = 0, []
    for route in all_routes():
        row = (PAGES | API)[route.name]
        for method in ("post", "patch"):
            if row.link or actor not in row.roles(method) or not row.of:
                continue
            target = own.objects[row.of]
            url = route.url(target.pk, row.words)
            offered = offered_names(client, route, url)
            extra = {name: value for name, value in TEMPTING.items() if name not in offered}
            extra |= {
                field.attname: other_value(field)
                for field in target._meta.concrete_fields
                if field.name not in offered
                and field.attname not in offered
                and field.attname not in extra
            }
            before = {model: set(model.objects.values_list("pk", flat=True)) for model in grants()}
            options = {"content_type": "application/json"} if route.is_api else {}
            undone.before = ""
            seen = {}

            def act(
                url=url,
                method=method,
                extra=extra,
                options=options,
                row=row,
                target=target,
                seen=seen,
            ):
                answer = getattr(client, method)(url, (row.body or {}) | extra, **options)
                seen["after"] = type(target)._base_manager.filter(pk=target.pk).first()
                seen["grants"] = {
                    model: set(model.objects.values_list("pk", flat=True)) for model in grants()
                }
                return answer

            undone(act)
            tried += len(extra)
            if seen["grants"] != before:
                wrong.append(f"{method} {route.name} gives somebody a right")
            if seen["after"] is None:
                continue
            allowed = LEGITIMATE.get(route.name, set()) | {
                "version",
                "search",
                "state_before_merge",
            }
            for name, value in extra.items():
                written = columns_of(seen["after"]).get(name)
                if (
                    name in columns_of(target)
                    and name not in allowed
                    and str(written) == str(value) != str(columns_of(target)[name])
                ):
                    wrong.append(f"{method} {route.name} writes {name}")
    assert wrong == [], "\n".join(wrong)
    assert tried == 0 or tried > 20


# What an action is for, and writes by itself without being told: a publication publishes.
LEGITIMATE = {
    "impact:measurement-publish": {"status"},
    "api:measurement-publish": {"status"},
}


def grants():
    """What opens doors: nobody gains one by a field that nobody offered."""
    return [apps.get_model("crm", "Membership"), apps.get_model("crm", "User")]


def offered_names(client, route, url):
    if route.is_api:
        serializers_by_route = serializers_of_routes()
        view, actions = serializers_by_route[route.name]
        names = set()
        for action in actions.values():
            if shape := shape_of(view, action):
                names |= {name for name, field in shape().fields.items() if not field.read_only}
        return names
    response = client.get(url)
    names = (
        {name for form in forms_of(response) for name in form.fields}
        if response.status_code == 200
        else set()
    )
    return names | {"why", "reason", "text", "to", "seen"}


def other_value(field):
    """A plausible value that differs from what any row of the world holds."""
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DateTimeField):
        return "2031-05-05T10:00:00Z"
    if isinstance(field, models.DateField):
        return "2031-05-05"
    if isinstance(
        field, models.IntegerField | models.DecimalField | models.ForeignKey | models.AutoField
    ):
        return 7
    return "tempting"
