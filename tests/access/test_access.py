"""Every route × every role × every method × own, foreign and missing objects.

Three oracles in each cell: the status that expectations.py states; no canary of the other world in the answer;
and an unchanged database after a denied write. A second pass changes the other world and asks for equal bytes.
"""

import re
import zipfile
from hashlib import sha256
from io import BytesIO

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve

from crm.domain.roles import Role
from crm.models import Membership, TryCount
from tests.access.expectations import ADMIN, API, DIRECTORY, PAGES, TRIAGE
from tests.access.routes import all_routes
from tests.access.world import build_onlookers, build_world, grow, missing_like
from tests.crm.factories import UserFactory
from tests.entering import enter
from tests.impact.factories import IndicatorFactory
from tests.share import at_least, share_of
from tests.volunteers.factories import SkillFactory

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
READS = ("get", "head", "options")
EXPECTED = PAGES | API
ACTORS = [*Role.values, "anonymous"]
ALLOWED = {200, 201, 204, 302, 303, 400, 409, 412, 422, 428}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.I)

ROUTES = sorted(all_routes(), key=lambda route: route.name)


@pytest.fixture
def worlds(db):
    """The actors' own world A, and B of the same shape; indicators and skills are common reference data."""
    skill, indicator = SkillFactory(), IndicatorFactory()
    own, foreign = build_world("A", skill, indicator), build_world("B", skill, indicator)
    build_onlookers(own)
    undone.before = fingerprint()
    return own, foreign


def client_of(world, actor):
    client = Client(raise_request_exception=True, headers={"accept-language": "en"})
    if actor != "anonymous":
        enter(client, world.people[actor])
    return client


def key_of(world, row):
    return world.objects[row.of].pk if row.of else None


def ask(client, method, route, url, row):
    options = (
        {"content_type": "application/json", "data": row.body or {}}
        if route.is_api and method not in READS
        else {}
    )
    cookies = client.cookies.copy()  # logging out is one of the cells
    try:
        return getattr(client, method)(url, **options)
    finally:
        client.cookies = cookies


def fingerprint():
    """Of all our tables and their history: what a denied request must not change.

    That a wrong secret was tried is counted: that count is no row of anybody's.
    """
    digest = sha256()
    for model in apps.get_models(include_auto_created=True):
        is_ours = model._meta.app_label in {
            "crm",
            "engagements",
            "volunteers",
            "impact",
            "knox",
            "auth",
            "account",
            "mfa",
        }
        if is_ours and model is not TryCount:
            digest.update(
                repr(sorted(map(repr, model.objects.order_by("pk").values_list()))).encode()
            )
    return digest.hexdigest()


def body_of(response, *varying):
    """The answer without what differs between any two requests: tokens, the address asked for, its key."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in sorted(book.namelist()))
    text = content.decode(errors="replace")
    text = re.sub(r'name="begun" value="[^"]+"|<dcterms:(created|modified)[^<]*', "", text)
    text = re.sub(r'name="(csrfmiddlewaretoken|drawn)" value="[^"]+"', "", text)
    text = re.sub(r'"csrf[^"]*":"[^"]+"|csrftoken[^<]*', "", text)
    text = re.sub(r"data:image/svg\+xml[^\"]*|<code>[A-Z2-7]{32}</code>", "", text)  # a new secret
    text = re.sub(r'data-options="[^"]*"', "", text)  # what a passkey is to sign
    for value in varying:
        text = text.replace(str(value), "·")
    return text


class Undone(Exception):
    pass


def undone(request, may_change=False):
    """Run one request and take back what it did; tell whether it changed what it may not."""
    written = []

    def listen(execute, sql, params, many, context):
        written.extend([sql] if WRITES.match(sql) else [])
        return execute(sql, params, many, context)

    try:
        with transaction.atomic():
            with connection.execute_wrapper(listen):
                response = request()
            response.changed_something = (
                bool(written) and not may_change and fingerprint() != undone.before
            )
            raise Undone
    except Undone:
        return response


def test_every_route_states_who_may_open_it():
    names = {route.name for route in ROUTES}

    assert names - set(EXPECTED) == set()
    assert set(EXPECTED) - names == set()


@pytest.mark.large
@pytest.mark.parametrize("kind", ["pages", "api"])
@pytest.mark.parametrize(
    "actor",
    # Who may open what is asked of rows, whichever database keeps them: on the second one each route opens once.
    [
        pytest.param(actor, marks=[] if actor == ADMIN else [pytest.mark.one_database])
        for actor in ACTORS
    ],
)
def test_statuses_canaries_and_writes(worlds, actor, kind):
    own, foreign = worlds
    client = client_of(own, actor)
    undone.before = fingerprint()  # whoever logs in is written down as having done so
    wrong, cells = [], 0
    for route in ROUTES:
        if route.is_api != (kind == "api"):
            continue
        row = EXPECTED[route.name]
        for whose, key in targets_of(actor, row, own, foreign).items():
            for method in methods_asked(route, route.url(key, row.words), whose, actor):
                cells += 1
                verdict = judge(client, actor, route, row, method, whose, key, foreign)
                if verdict:
                    wrong.append(f"{method.upper()} {route.name} ({whose}): {verdict}")
    assert cells > 100
    assert wrong == [], "\n".join(wrong)


def targets_of(actor, row, own, foreign):
    """{whose: key}.

    Who is not logged in is sent away before any row is looked up, so one stands for all. To whom a foreign row is
    closed it looks as if it were missing: test_foreign_and_missing_look_the_same.
    """
    if not row.of:
        return {"": None}
    mine, theirs = key_of(own, row), key_of(foreign, row)
    if actor == "anonymous" and not row.anonymous:
        return {"own": mine}
    if actor in {"anonymous", ADMIN} or actor in row.shared:
        return {"own": mine, "foreign": theirs, "missing": missing_like(mine)}
    return {"own": mine, "foreign": theirs}


def methods_asked(route, url, whose, actor):
    """A method that a route has not is refused before any row is looked up, and HEAD runs the code of GET.

    So these say nothing more of a foreign or a missing row than of one's own, nor of whom asks: a stranger and the
    administrator, who may do the most, ask for all.
    """
    if whose in {"", "own"} and actor in {"anonymous", ADMIN}:
        return METHODS
    return methods_of_the_api(url) if route.is_api else ("get", "post")


def methods_of_the_api(url):
    """Those that a route of the API has, in small letters; a page does not tell its own."""
    view = resolve(url).func
    offered = getattr(view, "actions", None) or [
        method for method in view.cls.http_method_names if hasattr(view.cls, method)
    ]
    return [method for method in METHODS if method in offered and method not in {"head", "options"}]


def judge(client, actor, route, row, method, whose, key, foreign):
    """What is wrong with one cell, or None."""
    url = route.url(key, row.words)
    allowed = is_allowed(actor, row, method, whose)
    if method in READS:
        response = ask(client, method, route, url, row)
        response.changed_something = False
    else:
        response = undone(
            lambda: ask(client, method, route, url, row), may_change=allowed and not row.link
        )
    status = response.status_code
    if status < 500 and (bare := unprotected(route, response, actor)):
        return bare
    if row.link:
        changed = " and changed the database" if response.changed_something else ""
        return (
            None
            if status in {404, 405} and not changed
            else f"opens without its link ({status}){changed}"
        )
    if status >= 500:
        return f"answers {status}"
    if allowed and status not in ALLOWED:
        return f"should work, answers {status}"
    if allowed and status in {302, 303} and "next=" in response.get("Location", ""):
        return "should work, is sent to log in"
    if not allowed and response.changed_something:
        return f"changed the database though denied ({status})"
    if (
        not allowed
        and method in {"get", "post"}
        and (wrong := wrong_denial(actor, route, row, method, whose, response))
    ):
        return wrong
    if leaked := leak(actor, route, row, foreign, whose, response):
        return leaked
    return None


def unprotected(route, response, actor):
    """The header that an answer lacks, whatever its status, or None."""
    policy = response.get("Content-Security-Policy", "")
    unsafe = {"'unsafe-inline'", "'unsafe-eval'"} & set(policy.split())
    if "sandbox" not in policy:
        if (
            unsafe and route.name != "api:docs"
        ):  # its own style, on that one page (crm/api/organisations.py)
            return f"allows {unsafe}"
        for wanted in (
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ):
            if wanted not in policy:
                return f"has no {wanted}"
    for header, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", ("same-origin", "no-referrer")),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        if response.get(header) not in value:
            return f"{header} is {response.get(header)}"
    if (
        actor != "anonymous"
        and route.name != "crm:logout"
        and "no-store" not in response.get("Cache-Control", "")
    ):
        return "may be kept by a cache"
    for cookie in response.cookies.values():
        if cookie.value and not (cookie["httponly"] and cookie["samesite"]):
            return f"the cookie {cookie.key} is open"
    return None


def is_allowed(actor, row, method, whose):
    if actor == "anonymous":
        return row.anonymous and bool(row.roles(method))
    if actor not in row.roles(method) or whose == "missing":
        return False
    return whose != "foreign" or actor in row.shared


def wrong_denial(actor, route, row, method, whose, response):
    status = response.status_code
    if actor == "anonymous":
        if route.is_api:
            return None if status in {401, 405} else f"anonymous gets {status}"
        sent_away = status == 302 and "/login/" in response["Location"]
        return (
            None if sent_away or (row.anonymous and status == 405) else f"anonymous gets {status}"
        )
    if not row.roles(method) and status in {405, 404, 403}:
        return None
    is_known = whose == "own" or (whose == "foreign" and actor in row.shared)
    if not row.of or (is_known and actor in row.knows):
        return None if status in {403, 404, 405} else f"should be refused, answers {status}"
    return None if status in {404, 405} else f"should be as if missing, answers {status}"


def leak(actor, route, row, foreign, whose, response):
    """A trace of the other world in the answer, unless the table opens it to the actor."""
    if actor == ADMIN or (whose == "foreign" and actor in row.shared):
        return None
    text = body_of(response) + str(dict(response.headers))
    if foreign.canary in text or "DRFTB" in text:
        return "shows the other world"
    if foreign.request_canary in text and actor not in TRIAGE:
        return "shows the other world's requests"
    if foreign.directory_canary in text and actor not in DIRECTORY:
        return "shows the other world's organisations"
    if actor in {"funder", "sponsor"} and "DRFTA" in text:
        return "shows a draft"
    return None


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.parametrize("actor", [role for role in Role.values if role != ADMIN])
def test_foreign_and_missing_look_the_same(worlds, actor):
    own, foreign = worlds
    client = client_of(own, actor)
    told_apart = []
    for route in share_of(ROUTES):
        row = EXPECTED[route.name]
        if not row.of or actor in row.shared:
            continue
        for method in ("get", "post", "patch", "delete"):
            answers = []
            for key in (key_of(foreign, row), missing_like(key_of(foreign, row))):
                url = route.url(key, row.words)
                response = undone(lambda url=url: ask(client, method, route, url, row))  # noqa: B023
                answers.append((response.status_code, body_of(response, url)))
            if answers[0] != answers[1]:
                told_apart.append(
                    f"{method.upper()} {route.name}: {answers[0][0]} and {answers[1][0]}"
                )
    assert told_apart == [], "\n".join(told_apart)


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.parametrize("actor", [role for role in Role.values if role not in {ADMIN, "desk"}])
def test_the_other_world_may_change_without_anybody_noticing(worlds, actor):
    """Counts, sums, orders, options and aggregates come from scoped rows only, or a byte would differ."""
    own, foreign = worlds
    client = client_of(own, actor)

    def look():
        pages = {}
        for route in share_of(ROUTES):
            row = EXPECTED[route.name]
            if actor in row.roles("get"):
                for query in ("", "?q=a&search=a&ordering=-title&sort=-title"):
                    url = route.url(key_of(own, row), row.words) + query
                    pages[url] = body_of(client.get(url))
        return pages

    before = look()
    grow(foreign)
    after = look()

    noticed = [url for url in before if before[url] != after[url]]
    assert noticed == [], "\n".join(noticed)
    assert len(before) > at_least(20)


class TestTheAdministration:
    def test_only_staff_enter(self, client, coordinator):
        client.force_login(coordinator)

        response = client.get("/admin/")

        assert response.status_code == 302
        assert "/admin/login/" in response["Location"] or "/login/" in response["Location"]

    def test_a_role_given_there_has_its_history(self, client, administrator, member):
        administrator.is_staff = administrator.is_superuser = True
        administrator.save()
        client.force_login(administrator)
        person = UserFactory()

        response = client.post(
            "/admin/crm/membership/add/",
            {
                "user": person.pk,
                "organisation": member.pk,
                "role": "coordinator",
                "started_on": "2026-01-05",
            },
        )

        assert response.status_code == 302
        row = Membership.history.get(user=person)
        assert (row.history_user, row.role) == (administrator, "coordinator")


class TestTheTestsThemselves:
    """A guard that was never seen failing proves nothing."""

    def test_the_fingerprint_sees_a_changed_row(self, worlds):
        before = fingerprint()
        worlds[0].objects["engagement"].__class__.objects.update(need="other")

        assert fingerprint() != before

    def test_each_method_of_the_table_works_for_somebody(self):
        dead = [
            name
            for name, row in EXPECTED.items()
            if not (row.link or any(row.roles(method) for method in METHODS))
        ]

        assert dead == []


class TestReferenceDataInTheAdministration:
    @pytest.mark.parametrize(
        "model", ["crm/need", "volunteers/skill", "impact/indicator", "crm/sdg"]
    )
    def test_is_kept_there_by_staff(self, client, administrator, model):
        administrator.is_staff = administrator.is_superuser = True
        administrator.save()
        client.force_login(administrator)

        assert client.get(f"/admin/{model}/").status_code == 200

    def test_what_a_figure_means_does_not_change_under_it(self, client, administrator):
        administrator.is_staff = administrator.is_superuser = True
        administrator.save()
        client.force_login(administrator)
        indicator = IndicatorFactory(aggregation="unique")

        page = client.get(f"/admin/impact/indicator/{indicator.pk}/change/").content.decode()

        assert 'name="name_fr"' in page
        assert 'name="aggregation"' not in page
