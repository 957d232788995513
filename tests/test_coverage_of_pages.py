"""Nothing lies about unused: the document of the API and its routes are one, and every template is shown somewhere.

That every route is asked at all, as every role, is the matter of tests/access.
"""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.core.cache import cache
from django.db import transaction
from django.template import engines
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jinja2 import Environment
from jinja2.runtime import Macro

from crm.deployment.oidc import Provider
from crm.domain.roles import Role
from crm.domain.workdays import holiday_name, monday_of
from crm.files.pdf import NoPapers
from crm.models import TryCount
from crm.selectors.digests import token_of_digest
from crm.services import addresses, links, requests
from crm.web.errors import PapersAreMissing
from engagements.services.links import make_link
from impact.services.reports import share_report
from tests.access.expectations import PAGES
from tests.access.routes import all_routes
from tests.access.states import nobody_administers, saved_week, twice, way_in
from tests.access.test_access import client_of, key_of
from tests.access.world import build_onlookers, build_world, missing_like
from tests.crm.factories import PASSWORD, MemberOfferFactory, SupportRequestFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.services.week_links import make_week_link

ABOUT_THE_API = {"/api/v1/schema/", "/api/v1/docs/"}
VERBS = {"get", "post", "put", "patch", "delete"}
MACRO = re.compile(r"{% macro (\w+)")
OURS = ["crm", "engagements", "volunteers", "impact"]
TEMPLATES = {
    path for app in OURS for path in (settings.BASE_DIR / app / "templates").rglob("*.html")
}


def api_of_the_url_configuration(patterns=None, prefix=""):
    """{(method, address)}, with every parameter as {}."""
    routes = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            routes |= api_of_the_url_configuration(pattern.url_patterns, address)
        elif address.startswith("api/v1/"):
            routes |= {
                (verb, plain(simplify_regex(address))) for verb in verbs_of(pattern.callback)
            }
    return {(verb, address) for verb, address in routes if address not in ABOUT_THE_API}


def verbs_of(view):
    """A view set answers what its route maps, any other view what it defines."""
    allowed = set(view.cls.http_method_names) & VERBS
    return (
        allowed & set(view.actions)
        if hasattr(view, "actions")
        else {v for v in allowed if hasattr(view.cls, v)}
    )


def api_of_the_document():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        (verb, plain(address))
        for address, verbs in paths.items()
        for verb in verbs
        if verb in VERBS
    }


def plain(address):
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", address)


def test_the_document_of_the_api_and_its_routes_are_one():
    routes, document = api_of_the_url_configuration(), api_of_the_document()

    assert len(routes) > 50
    assert routes - document == set()
    assert document - routes == set()


def examples(part):
    """(format, example) wherever the document gives one."""
    if isinstance(part, dict):
        if "example" in part:
            yield part.get("format"), part["example"]
        for inner in part.values():
            yield from examples(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from examples(inner)


def test_the_document_of_the_api_is_one_for_whoever_reads_it():
    """By the published scheme of OpenAPI; and its examples of addresses are addresses."""
    document = json.loads(
        json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
    )
    validate_schema(document)

    addresses = [example for kind, example in examples(document) if kind == "uri"]
    assert len(addresses) > 50
    assert {
        address
        for address in addresses
        if not re.fullmatch(r"https?://[a-z.]+/[\w/.~%?&=-]*", address)
    } == set()


@pytest.fixture
def shown(monkeypatch):
    """The files of the templates that are rendered, the extended and included ones as well, and the macros called."""
    files, macros = set(), set()
    load, invoke = Environment._load_template, Macro._invoke

    def loaded(self, name, globals):
        template = load(self, name, globals)
        files.add(Path(template.filename))
        return template

    def invoked(self, arguments, autoescape):
        macros.add(self.name)
        return invoke(self, arguments, autoescape)

    # What a template imports is loaded once as long as that template is kept.
    engines["jinja2"].env.cache.clear()
    monkeypatch.setattr(Environment, "_load_template", loaded)
    monkeypatch.setattr(Macro, "_invoke", invoked)
    return files, macros


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.django_db
def test_every_template_is_shown_by_some_page(shown):
    cache.clear()
    world = build_world("A")
    build_onlookers(world)
    world.objects["organisation"].sdgs.create(
        number=13, name_fr="Climat", name_en="Climate", colour="#3F7E44", text_colour="#FFFFFF"
    )
    MemberOfferFactory(is_open=False)
    indicator = world.objects["metric"].indicator
    indicator.name_en = "Renamed"
    indicator.save()
    with transaction.atomic():
        open_what_stands_twice(world)
        walk_by_secret_links(world)  # to its end, where nobody administers any more
        guard_an_account(world, timezone.now())
        transaction.set_rollback(True)
    cache.clear()
    files, macros = shown
    named = {name for path in TEMPLATES for name in MACRO.findall(path.read_text())}
    for actor in [*Role.values, "anonymous"]:
        if TEMPLATES - files or named - macros:
            open_all_pages(world, actor)

    assert {str(path.relative_to(settings.BASE_DIR)) for path in TEMPLATES - files} == set()
    assert named - macros == set()


def open_all_pages(world, actor):
    """Each page as somebody opens it, and what is said of an object that is not there."""
    client = client_of(world, actor)
    for route in all_routes():
        if not route.is_api:
            key = key_of(world, PAGES[route.name])
            for target in (key, missing_like(key)) if route.parameters else (key,):
                client.get(route.url(target, PAGES[route.name].words), {"q": "a"})


def open_what_stands_twice(world):
    """Pairs that may be one, what merging them would do, and what was merged."""
    client = client_of(world, Role.ADMINISTRATOR)
    for address in twice(world):
        assert client.get(address).status_code == 200


def open_words(client, world, now):
    """What the supported organisation answers and signs by mailed links."""
    check = world.objects["survival check"]
    for purpose, given in (("survival", {"check": check}), ("signature", {})):
        path = make_link(check.engagement, purpose, sent_to="Rose", at=now, **given)
        assert client.get(path, follow=True).status_code == 200


def open_weeks(client, world, now):
    """What a volunteer logs by the mailed link: one mission's week, or a choice where none runs."""
    volunteer = world.objects["volunteer"]
    for week in (
        monday_of(timezone.localdate(now)),
        monday_of(timezone.localdate(now) + timedelta(days=9_000)),
    ):
        token = make_week_link(volunteer, week, at=now)
        assert (
            client.get(reverse("volunteers:week-link-enter", args=[token]), follow=True).status_code
            == 200
        )


def open_written_weeks(client, world, now):
    """What the volunteer has just saved, and a week with a public holiday in it."""
    today, volunteer = timezone.localdate(now), world.objects["volunteer"]
    days = (today - timedelta(days=back) for back in range(1, 300))
    holiday = next(day for day in days if day.weekday() < 5 and holiday_name(day))
    began = holiday - timedelta(days=20)
    mission = AssignmentFactory(volunteer=volunteer, starts_on=began, ends_on=today)
    client.force_login(volunteer.user)
    page = reverse("volunteers:log-work", args=[mission.pk])
    for address in (saved_week(world), f"{page}?week={monday_of(holiday)}"):
        assert client.get(address).status_code == 200


def open_report(client, world, now):
    """What a reader of a shared report sees, and whoever holds its paper."""
    for _try in range(31):
        client.get(reverse("impact:report-check", args=["unknown"]))
    TryCount.objects.all().delete()  # all that was opened until here came from one network
    report, until = world.objects["report"], timezone.localdate(now)
    _link, path = share_report(report, sent_to="Board", until=until, by=report.published_by, at=now)
    cover = client.get(path, follow=True).redirect_chain[-1][0]
    assert client.post(cover, follow=True).redirect_chain[-1][0] == reverse(
        "impact:shared-report", args=[report.pk]
    )
    for code, status in ((report.code, 200), ("unknown", 404)):
        assert client.get(reverse("impact:report-check", args=[code])).status_code == status


def meet_what_goes_wrong(world):
    """Too large a body, a file whose bytes are gone, text sent after the session was over, a mission that is over."""
    client, page = client_of(world, Role.COORDINATOR), reverse("crm:organisation-create")
    assert client.post(page, CONTENT_LENGTH=str(10**9)).status_code == 413
    row = world.objects["attachment"]
    row.file.storage.delete(row.file.name)
    desk = client_of(world, Role.DESK)
    assert desk.get(reverse("crm:attachment", args=[row.pk])).status_code == 404
    drawn = re.search(r'name="drawn" value="([^"]+)"', client.get(page).content.decode())[1]
    client.logout()
    client.post(page, {"name": "Sent too late", "drawn": drawn})
    client.force_login(world.people[Role.COORDINATOR])
    assert "Sent too late" in client.get(page).content.decode()
    over = AssignmentFactory(
        volunteer=world.objects["volunteer"], starts_on=date(2025, 1, 6), ends_on=date(2025, 1, 31)
    )
    client.force_login(over.volunteer.user)
    assert client.get(reverse("volunteers:log-work", args=[over.pk])).status_code == 200


def guard_an_account(world, now):
    """Recovery codes just made, an address that waits to be confirmed, a provider; and a server without papers."""
    person = world.people[Role.LEAD]
    client = client_of(world, Role.LEAD)
    RecoveryCodes.activate(person)
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    coordinator = world.people[Role.COORDINATOR]  # who has a passkey
    coordinator.set_password(PASSWORD)
    coordinator.save()
    typed = {"username": coordinator.email, "password": PASSWORD}
    assert Client().post(reverse("crm:login"), typed, follow=True).status_code == 200
    key = {"name": "Our dashboard", "days": 30}
    assert client.post(reverse("crm:token-create"), key, follow=True).status_code == 200
    with override_settings(OIDC=Provider("https://id.example", "a", "b", "ID", ())):
        back = reverse("crm:provider-back")
        assert Client().get(back, {"code": "a", "state": "b"}).status_code == 200
    token = addresses.token_of(person, "another@relais.example", at=now)
    path = reverse("crm:address-enter", args=[token])
    assert client.get(path, follow=True).status_code == 200
    request = client.get(reverse("crm:account")).wsgi_request
    answer = PapersAreMissing(None).process_exception(request, NoPapers())
    assert answer.status_code == 404


def come_in_for_the_first_time(client, world):
    """By a mailed link, and to a Relais that nobody administers."""
    assert client.get(way_in(world.people[Role.LEAD]), follow=True).status_code == 200
    founder, first_steps = nobody_administers(world)
    client.force_login(founder)
    assert client.get(first_steps).status_code == 200


def walk_by_secret_links(world):
    """The pages that no account opens: the holder's, drafting and following, and the member's."""
    client, now = Client(), timezone.now()
    for request, page in (
        (SupportRequestFactory(draft=True), reverse("crm:ask-step", args=["need"])),
        (SupportRequestFactory(draft=True), reverse("crm:ask-check")),
        (world.objects["request"], reverse("crm:ask-follow")),
    ):
        client.get(reverse("crm:ask-enter", args=[links.make_link(request, "mail", at=now)]))
        assert client.get(page).status_code == 200
    with_curve = SupportRequestFactory(qualified=True, first_answer_at=now)
    client.force_login(world.people[Role.DESK])
    client.get(reverse("crm:request-figures"), {"state": with_curve.state})
    referral = world.objects["referral"]
    token = links.make_link(referral.request, "member", at=now, referral=referral)
    client.get(reverse("engagements:answer-enter", args=[token]))
    assert client.get(reverse("engagements:answer")).status_code == 200
    seen = referral.request.version
    assert (
        client.post(
            reverse("engagements:answer-decline"), {"reason": "need", "seen": seen}, follow=True
        ).status_code
        == 200
    )
    open_words(client, world, now)
    open_weeks(client, world, now)
    open_written_weeks(Client(), world, now)
    open_report(client, world, now)
    come_in_for_the_first_time(client, world)
    meet_what_goes_wrong(world)
    code = world.objects["attestation"].code
    for checked, status in ((code, 200), ("unknown", 404)):
        assert (
            client.get(reverse("volunteers:attestation-check", args=[checked])).status_code
            == status
        )
    leave = reverse("crm:digest-leave", args=[token_of_digest(world.people[Role.COORDINATOR])])
    assert client.get(leave).status_code == 200
    assert Client(enforce_csrf_checks=True).post(reverse("crm:login")).status_code == 403
    with transaction.atomic():
        requests.start_request(
            contact_name="A", email="a@ask.example", language="fr", network="", at=now
        )
