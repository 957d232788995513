"""No page is wider than a narrow phone, whatever people have typed: each is drawn as a role gets it, and measured."""

import mimetypes
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.management import call_command
from django.db import models
from django.db.models import CharField, JSONField, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from demo import ACCOUNTS
from tests.access.world import build_onlookers, build_world
from tests.crawl import HOST, OURS, Walk, route_of
from tests.journeys.site import new_page
from tests.share import share_of
from tests.test_drawn_pages import doors_of, secret_doors

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDTHS = (320, 390)
WORD = "Désinstitutionnalisierungsgesetzgebungsverfahren" * 4
# Nobody types these.
SEALS = {
    "password",
    "digest",
    "code",
    "checksum",
    "key",
    "media_type",
    "location",
    "network",
    "browser",
}

OPEN = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
# Of what nothing around it scrolls or cuts, the innermost that reaches furthest.
MEASURE = """() => {
    const wide = document.documentElement.scrollWidth, room = window.innerWidth;
    if (wide <= room) return null;
    const isHeld = (element) => {
        for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement)
            if (getComputedStyle(outer).overflowX !== "visible") return true;
        return false;
    };
    const right = (element) => element.getBoundingClientRect().right;
    const all = [...document.body.querySelectorAll("*")].filter((element) => !isHeld(element));
    const furthest = Math.max(...all.map(right));
    return [wide, all.filter((element) => right(element) > furthest - 0.5).pop().outerHTML.slice(0, 200)];
}"""


class Ruler:
    """Pages of the test client in Chromium, with the style and script that they ask for and nothing else."""

    def __init__(self, browser):
        self.page = new_page(browser, viewport={"width": WIDTHS[0], "height": 800})
        self.page.route("**/*", self.answer)
        self.html = ""

    def answer(self, route):
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request():
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        elif path.startswith("/static/"):
            route.fulfill(
                path=finders.find(path.removeprefix("/static/")),
                content_type=mimetypes.guess_type(path)[0],
            )
        else:
            route.fulfill(status=204)

    def too_wide(self, html):
        """Sentences about one page, as it opens and with all of it opened."""
        self.html = html
        self.page.goto(HOST)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            found = self.page.evaluate(MEASURE)
            if not found:
                self.page.evaluate(OPEN)
                found = self.page.evaluate(MEASURE)
            if found:
                yield f"{found[0]} wide at {width}: {found[1]}"


class Measured(Walk):
    """Measures each page that it comes to, and each that refuses a form."""

    def __init__(self, ruler, user, doors):
        super().__init__(user, doors, languages=1)
        self.ruler = ruler

    def look(self, address, html):
        super().look(address, html)
        self.measure(address, html)

    def measure(self, address, html):
        for told in self.ruler.too_wide(html) if "<html" in html else ():
            self.complain(address, told)

    def judge(self, refused, given):
        return self.ruler.too_wide(refused) if "<html" in refused else ()


class Doors(Measured):
    """Goes no further than the doors; `measured` are the routes where somebody has been."""

    def __init__(self, ruler, user, doors, measured):
        super().__init__(ruler, user, [door for door in doors if route_of(door) not in measured])
        self.measured = measured

    def look(self, address, html):
        self.measured.add(route_of(address))
        self.measure(address, html)


@pytest.fixture
def ruler(browser):
    ruler = Ruler(browser)
    yield ruler
    ruler.page.context.close()


def write_at_length():
    """One very long word in each text that somebody typed, in the history and in frozen papers too."""
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.concrete_fields:
                if field.name not in SEALS and not field.choices:
                    lengthen(model._base_manager, field)


def lengthen(rows, field):
    rows = rows.exclude(**{f"{field.name}__isnull": True})
    if type(field) is JSONField:
        for row in rows:
            rows.filter(pk=row.pk).update(**{field.name: at_length(getattr(row, field.name))})
        return
    if not isinstance(field, CharField | TextField) or (field.max_length or 9_999) < 60:
        return
    room = (
        min(field.max_length or len(WORD), len(WORD)) - 8
    )  # the rest is for the row's number: names are unique
    said = Concat(Value(WORD[:room]), Cast("pk", CharField()))
    if isinstance(field, models.EmailField):
        said = Concat(Value(WORD[2:46]), Cast("pk", CharField()), Value(f"@{WORD[2:46]}.example"))
    elif field.name in {"url", "website", "repository", "evidence_url"}:
        said = Concat(Value(f"https://{WORD[: room - 20]}.example/"), Cast("pk", CharField()))
    rows.exclude(**{field.name: ""}).update(**{field.name: said})


def at_length(value):
    """Of what a paper froze: whatever has a space in it was typed, or is made of what was."""
    if isinstance(value, dict):
        return {key: at_length(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [at_length(inner) for inner in value]
    return WORD if isinstance(value, str) and " " in value else value


def test_of_a_world_of_very_long_words(ruler):
    """Each route once, as the first role that may open it."""
    world = build_world("A")
    build_onlookers(world)
    write_at_length()
    measured = set()
    cache.clear()

    walks = [
        Doors(ruler, world.people[role], doors_of(role, world), measured).walk()
        for role in (Role.COORDINATOR, *Role.values)
    ]
    walks.append(Doors(ruler, None, ["/login/", "/ask/", "/ask/sent/"], measured).walk())

    assert "\n".join(filter(None, (walk.told() for walk in walks))) == ""
    assert len(measured) > 150


@pytest.mark.thorough
@pytest.mark.parametrize(
    "role", share_of([*(role for role in Role.values if role != Role.ADMINISTRATOR), None])
)
def test_of_the_demo_in_very_long_words(ruler, role):
    """Whatever leads on from each door, and what is told when a form is refused.

    The administrator sees what the coordinator sees; the pages that are theirs alone are measured above.
    """
    call_command("demo")
    person = User.objects.get(email=ACCOUNTS[role]) if role else None
    doors = ["/", "/account/"] if role else ["/login/", "/ask/", *secret_doors(timezone.now())]
    write_at_length()
    cache.clear()

    walk = Measured(ruler, person, doors).walk()

    assert walk.told() == ""
    assert len(walk.pages) > 5


def test_what_is_too_wide_is_found(ruler):
    page = "<!doctype html><html><body style='margin:0'><details><summary>A</summary>{}</details></body></html>"

    assert list(ruler.too_wide(page.format("<p>B</p>"))) == []
    assert [told[:19] for told in ruler.too_wide(page.format("<p style='width: 330px'>B</p>"))] == [
        "330 wide at 320: <p"
    ]
    assert (
        list(ruler.too_wide(page.format(f"<div style='overflow: auto'><p>{WORD}</p></div>"))) == []
    )
