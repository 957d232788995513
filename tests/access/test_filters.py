"""What somebody puts after the question mark: nothing that was not offered has an effect, nothing breaks a list."""

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django_filters import ModelChoiceFilter

from crm.models import Organisation
from crm.rest.filters import FilterBackend, KeyFilter
from crm.rest.views import ScopedViewSet
from impact.models import Indicator
from tests.access.expectations import API, PAGES
from tests.access.routes import all_routes
from tests.access.world import build_onlookers, build_world
from tests.impact.factories import IndicatorFactory
from tests.share import at_least, share_of
from tests.volunteers.factories import SkillFactory

pytestmark = pytest.mark.thorough

MISSING = 987_654_321
KEYS = KeyFilter | ModelChoiceFilter
SHARED = {Organisation, Indicator}  # the directory and the library, which each of them reads

LISTS = sorted(
    route.name
    for route in all_routes()
    if route.name.endswith("-list") and not route.parameters and (PAGES | API)[route.name].get
)
PATHS = [
    "password",
    "user__password__startswith",
    "contact__user__password__startswith",
    "coordinator__password__regex",
    "member__memberships__user__email__contains",
    "history__history_user__email",
    "author__is_superuser",
    "request__links__digest__startswith",
    "engagement__beneficiary__siren__gte",
    "_connector",
    "pk__in",
]
JUNK = ["", "\0", "\ud800", "'; DROP TABLE x;--", "9" * 400, "x" * 5_000, "[[[[1]]]]", "1e400"]
OURS = [
    "q",
    "sort",
    "after",
    "before",
    "last",
    "page_size",
    "cursor",
    "ordering",
    "search",
    "state",
    "stage",
    "box",
]


@pytest.fixture
def worlds(db):
    skill, indicator = SkillFactory(), IndicatorFactory()
    own, other = build_world("A", skill, indicator), build_world("B", skill, indicator)
    build_onlookers(own)
    return own, other


@pytest.fixture
def clients(worlds):
    own, _other = worlds
    clients_by_role = {}
    for actor in ("administrator", "desk", "coordinator"):
        clients_by_role[actor] = Client(headers={"accept-language": "en"})
        clients_by_role[actor].force_login(own.people[actor])
    return clients_by_role


@pytest.mark.one_database
def test_a_path_that_nobody_offered_filters_and_sorts_nothing(clients):
    tried, wrong = 0, []
    for name in share_of(LISTS):
        for actor, client in clients.items():
            url = reverse(name)
            plain = client.get(url)
            if plain.status_code != 200:
                continue
            for path in PATHS:
                for query in (f"ordering={path}&sort={path}", f"{path}=a&{path}=b"):
                    response = client.get(f"{url}?{query}")
                    tried += 1
                    if response.status_code == 400:
                        continue
                    if response.status_code != 200 or rows_of(response) != rows_of(plain):
                        wrong.append(f"{actor} {name}?{query}: {response.status_code}")
    assert wrong == [], "\n".join(wrong)
    assert tried > at_least(600)


def test_a_filter_does_not_tell_whether_what_it_names_exists(worlds, clients):
    """By the number of another row: somebody else's is as if it were missing."""
    own, other = worlds
    tried, wrong = 0, []
    for name in LISTS:
        client = clients["coordinator"]
        if client.get(reverse(name)).status_code != 200:
            continue
        for parameter, model in keys_of(name):
            ours = own.objects.values()
            foreign = [
                row.pk for row in other.objects.values() if type(row) is model and row not in ours
            ]
            if not foreign or model in SHARED:
                continue
            answers = [client.get(reverse(name), {parameter: key}) for key in (foreign[0], MISSING)]
            tried += 1
            if len({(answer.status_code, told_of(answer)) for answer in answers}) > 1:
                wrong.append(
                    f"{name}?{parameter}={foreign[0]}: {[answer.status_code for answer in answers]}"
                )
    assert wrong == [], "\n".join(wrong)
    assert tried > 15


def keys_of(name):
    """(parameter, model) of the filters of an API list that take the number of another row."""
    view = getattr(resolve(reverse(name)).func, "cls", None)
    if view is None or not issubclass(view, ScopedViewSet):
        return []
    filters = FilterBackend().get_filterset_class(view(), view.queryset)
    if filters is None:
        return []
    offered = {
        parameter: each.field_name.split("__") for parameter, each in filters.base_filters.items()
    }
    of_keys = {
        parameter for parameter, each in filters.base_filters.items() if isinstance(each, KEYS)
    }
    return [
        (name, model) for name in of_keys if (model := model_at(view.queryset.model, offered[name]))
    ]


def model_at(model, path):
    """The model that a path of relations leads to; None where it leads elsewhere."""
    for part in path:
        if part not in {field.name for field in model._meta.get_fields()}:
            return None
        model = model._meta.get_field(part).related_model
    return model


def told_of(response):
    body = response.json()
    return str(body.get("results", body.get("errors")) if isinstance(body, dict) else body)


def results_of(response):
    """A list page by page, or a short one that comes whole."""
    body = response.json()
    return body if isinstance(body, list) else body["results"]


def rows_of(response):
    """What a list shows, without the links to itself."""
    if response["Content-Type"].startswith("application/json"):
        return results_of(response)
    context = response.context
    return [
        str(row)
        for key in ("rows", "organisations", "people", "offers")
        for row in (context.get(key) or [])
    ]


@pytest.mark.postgres  # which takes less than SQLite does
def test_no_value_breaks_a_list(clients):
    tried, wrong = 0, []
    client = clients["administrator"]
    for name in share_of(LISTS):
        for parameter in OURS:
            for value in JUNK:
                response = client.get(
                    reverse(name), {parameter: value.encode("utf-8", "surrogatepass")}
                )
                tried += 1
                if response.status_code not in {200, 400, 403, 404}:
                    wrong.append(f"{name}?{parameter}={value[:30]!r}: {response.status_code}")
    assert wrong == [], "\n".join(wrong)
    assert tried > at_least(1_000)


@pytest.mark.parametrize("size", ["1000000000", "-1", "0", "x"])
def test_a_page_of_the_api_has_a_greatest_size(clients, size):
    for name in LISTS:
        if name.startswith("api:"):
            response = clients["administrator"].get(reverse(name), {"page_size": size})
            assert response.status_code == 200
            assert len(results_of(response)) <= 200
