"""Every page as each role gets it, and every form as it is drawn there, sent with the guard against forged ones."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from crm.display.parts import optional
from crm.domain.roles import Role
from crm.domain.workdays import monday_of
from crm.forms.requests import STEPS
from crm.models import Referral, SupportRequest, User
from crm.selectors.digests import token_of_digest
from crm.services import links, requests
from demo import ACCOUNTS
from engagements.forms.autonomy import DrillForm, OwnershipForm
from engagements.models import SurvivalCheck
from engagements.services.links import make_link
from impact.forms.reports import WordForm
from impact.models import ImpactReport
from impact.services.reports import share_report
from tests.access.expectations import PAGES
from tests.access.routes import all_routes
from tests.access.states import doors_of_states, nobody_administers
from tests.access.test_access import key_of
from tests.access.world import build_onlookers, build_world
from tests.crawl import Walk
from tests.crm.factories import OutgoingMailFactory, SupportRequestFactory, UserFactory
from tests.drawn import faults
from tests.entering import enter
from volunteers.models import Attestation, Volunteer
from volunteers.services.week_links import make_week_link


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestPagesAndForms:
    # An administrator sees what a coordinator sees, and the rest has its turn below.
    @pytest.mark.parametrize(
        "role",
        [
            pytest.param(role, marks=[pytest.mark.thorough] if role == Role.ADMINISTRATOR else [])
            for role in Role.values
        ],
    )
    def test_of_a_role(self, role):
        cache.clear()
        account = User.objects.get(email=ACCOUNTS[role])
        walk = Walk(account, doors=["/", reverse("crm:account"), "/no-such-page/"]).walk()

        assert walk.told() == ""
        assert len(walk.sent) > 10

    def test_without_an_account(self):
        cache.clear()
        doors = ["/login/", "/ask/", "/ask/sent/", "/ask/follow/", "/no-such-page/"]
        walks = [Walk(doors=[door]).walk() for door in [*doors, *secret_doors(timezone.now())]]

        assert "\n".join(filter(None, (walk.told() for walk in walks))) == ""


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.django_db
def test_each_form_is_drawn_somewhere_and_sent_from_there():
    """The demo is as people leave it; here each route has something to show, and each form a state that draws it."""
    cache.clear()
    world = build_world("A")
    build_onlookers(world)
    doors = {role: list(more) for role, more in doors_of_states(world).items()}
    OutgoingMailFactory(failed=True)
    closed = UserFactory(is_active=False)
    doors.setdefault(Role.ADMINISTRATOR, []).append(reverse("crm:person-detail", args=[closed.pk]))
    enter(Client(), world.people[Role.LEAD])  # on another device

    walks = [
        Walk(world.people[role], [*doors.get(role, []), *doors_of(role, world)], languages=1).walk()
        for role in Role.values
    ]
    walks += [Walk(doors=[door], languages=1).walk() for door in ["/login/", "/ask/", *doors[None]]]

    taking = routes_that_take_a_post(world)
    founder, first_steps = nobody_administers(world)
    walks.append(Walk(founder, [first_steps], languages=1).walk())

    problems = "\n".join(filter(None, (walk.told() for walk in walks)))
    assert not problems, problems
    assert [
        door
        for each in doors.values()
        for door in each
        if not any(walk.seen.get(door) == 200 for walk in walks)
    ] == []
    assert sorted(taking - set().union(*(walk.posted for walk in walks))) == sorted(NOT_DRAWN)


IN_BETWEEN = "drawn between two steps of a log-in: tests/crm/views/test_codes.py and test_second_factor.py go there"
# Routes that take a POST and that none of these pages draws a form for, each with its reason.
NOT_DRAWN = {
    "account_confirm_login_code": IN_BETWEEN,
    "account_confirm_reauthentication_code": IN_BETWEEN,
    "account_login": "the name by which allauth knows the address of crm:login",
    "account_request_reauthentication_code": IN_BETWEEN,
    "crm:address-confirm": "drawn behind a mailed link: tests/crm/views/test_addresses.py",
    **dict.fromkeys(
        ["crm:provider-back", "crm:provider-start", "crm:provider-unlink"],
        "there where a provider of identities is set: tests/crm/views/test_provider.py",
    ),
    "mfa_login_webauthn": "offered where the site has a name: tests/journeys/browser/test_accounts.py presses it",
    "mfa_authenticate": "tests/journeys/browser/test_accounts.py presses it",
    "mfa_deactivate_totp": "tests/journeys/browser/test_accounts.py presses it",
}


def routes_that_take_a_post(world):
    """The methods that a view takes are asked of the view, also of those that only a secret link opens."""
    client, taking = Client(), set()
    client.force_login(world.people[Role.ADMINISTRATOR])
    for route in all_routes():
        if not route.is_api:
            row = PAGES[route.name]
            answer = client.put(route.url(key_of(world, row) or 1, row.words))
            if row.post or (answer.status_code == 405 and "POST" in answer["Allow"]):
                taking.add(route.name)
    return taking


@pytest.mark.django_db
def test_what_the_public_form_asks_for_in_the_end_is_nowhere_called_optional():
    """Its steps refuse nothing: the gaps are told before it is sent."""
    steps = [form(instance=SupportRequest()) for _title, form in STEPS.values()]
    missing = requests.missing_facts(SupportRequest())

    assert len(missing) > 8
    assert [field.name for form in steps for field in form if not optional(field)] == missing


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (DrillForm, "evidence"),
        (DrillForm, "evidence_url"),
        (OwnershipForm, "holder_name"),
        (WordForm, "comment"),
    ],
)
def test_what_is_wanted_in_some_cases_says_in_which(form, field):
    with translation.override("en"):
        assert "(required if" in optional(form()[field])


def doors_of(role, world):
    """The address of each page that the role may open."""
    pages = [
        route
        for route in all_routes()
        if not route.is_api and role in PAGES[route.name].roles("get")
    ]
    return [route.url(key_of(world, PAGES[route.name]), PAGES[route.name].words) for route in pages]


GOOD = """<!doctype html><html lang="en"><head><title>A</title></head><body><h1>A</h1><h2>B</h2>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">
<label for="a">A</label><input id="a" name="a"><button>Send</button></form>{}</body></html>"""


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ('<form method="post"><button>Send</button></form>', "no token"),
        ('<form><input name="b"><button>Send</button></form>', "no label for the field b"),
        ('<form><label for="b"> </label><select id="b"></select></form>', "no label"),
        ('<p id="a">B</p>', "id a is used more than once"),
        ('<p aria-describedby="b">B</p>', "points to nothing"),
        ('<p><label for="c">C</label></p>', "for=c"),
        ('<p><a href="#b">B</a></p>', "leads nowhere"),
        ("<h4>C</h4>", "h4 follows h2"),
        ("<h1>C</h1>", "2 of the first level"),
        ("<form><form></form></form>", "a form in a form"),
        ("<p><ul><li>B</li></ul></p>", "<ul> in <p>"),
        ("<span><details><summary>B</summary></details></span>", "<details> in <span>"),
        ("<ul><p>B</p></ul>", "<p> straight in <ul>"),
        ('<a href="/"><button>B</button></a>', "<button> in <a>"),
        ("<p><strong>B</p></strong>", "closes something else"),
        ('<button type="button">B</button>', "does nothing without script"),
        ('<button type="reset">B</button>', "does nothing without script"),
        ("<form><button></button></form>", "without a word"),
        ("<table><tr><td data-label='B'>\n  </td></tr></table>", "nothing but space"),
    ],
)
def test_what_is_planted_is_found(planted, told):
    assert faults(GOOD.format("")) == []
    assert any(told in fault for fault in faults(GOOD.format(planted)))


def secret_doors(now):
    """The addresses that are mailed or printed."""
    draft, request = (
        SupportRequestFactory(draft=True),
        SupportRequest.objects.filter(state="qualified").first(),
    )
    yield from (
        reverse("crm:ask-enter", args=[links.make_link(each, "mail", at=now)])
        for each in (draft, request)
    )
    referral = Referral.objects.filter(state="proposed").first()
    token = links.make_link(referral.request, "member", at=now, referral=referral)
    yield reverse("engagements:answer-enter", args=[token])
    check = SurvivalCheck.objects.first()
    for purpose, given in (("survival", {"check": check}), ("signature", {})):
        yield make_link(check.engagement, purpose, sent_to="Rose", at=now, **given)
    volunteer = Volunteer.objects.filter(assignments__confirmed_on__isnull=False).first()
    for day in (now, now + timedelta(days=9_000)):
        token = make_week_link(volunteer, monday_of(timezone.localdate(day)), at=now)
        yield reverse("volunteers:week-link-enter", args=[token])
    report = ImpactReport.objects.first()
    yield share_report(
        report, sent_to="Board", until=timezone.localdate(now), by=report.published_by, at=now
    )[1]
    yield from (reverse("impact:report-check", args=[code]) for code in (report.code, "unknown"))
    code = Attestation.objects.first().code
    yield from (
        reverse("volunteers:attestation-check", args=[checked]) for checked in (code, "unknown")
    )
    yield reverse(
        "crm:digest-leave", args=[token_of_digest(User.objects.get(email=ACCOUNTS["coordinator"]))]
    )
    yield reverse("crm:ask-enter", args=["dead"])
