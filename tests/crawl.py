"""Walk through the site as one person does: from page to page by the links that are drawn, and send each drawn form.

Of many pages of one route a few are looked at, of many links from one route to another a few are followed, and of
many forms of one kind one is sent by each of its buttons. Nothing that is sent stays.
"""

import dataclasses
from collections import Counter, deque
from contextlib import contextmanager
from http.cookies import SimpleCookie
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

import turbohtml
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from django.http import QueryDict
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from crm.audit.tracking import Versioned
from tests.drawn import faults
from tests.entering import enter

HOST = "http://testserver"
LANGUAGES = ("fr", "en")
PAGES_OF_A_ROUTE = 2
LINKS_BETWEEN_ROUTES = 1
OURS = {"crm", "engagements", "volunteers", "impact"}
REFUSED = {400, 401, 403, 404, 405, 415}  # what no button that is drawn may come to
NOT_OURS = ("/admin/", "/api/", "/static/")  # stock pages, and files

OPTIONAL = {"(optional)", "(facultatif)"}
PLAUSIBLE = {
    "email": "a@b.example",
    "url": "https://b.example/",
    "number": "1",
    "numeric": "1",
    "decimal": "1",
}
PLAUSIBLE |= {
    "date": timezone.localdate().isoformat(),
    "month": timezone.localdate().isoformat()[:7],
}


class Walk:
    """`wrong` is what was found, each with the first address where it was; `sent` the kinds of forms.

    `posted` are the routes to which a form was sent that may write.
    """

    def __init__(self, user=None, doors=("/",), languages=2):
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if user:
            enter(self.client, user)
        self.languages = LANGUAGES[:languages]
        self.queue = deque(doors)
        self.seen, self.sent, self.posted = {}, {}, set()
        self.pages, self.links, self.wrong = Counter(), Counter(), {}

    def walk(self):
        while self.queue:
            address = self.queue.popleft()
            if address not in self.seen:
                self.open(address)
        return self

    def open(self, address):
        """In one language, and a route's first page in the other one as well."""
        route = route_of(address)
        self.seen[address], html, landed = self.ask(
            address, self.languages[self.pages[route] % len(self.languages)]
        )
        if self.seen[address] < 400:
            self.pages[route] += 1
            if html:
                self.look(landed, html)
                if self.pages[route] == 1:
                    for other in self.languages[1:]:
                        self.look(landed, self.ask(address, other)[1])

    def ask(self, address, language):
        self.language = language
        response = self.client.get(address, headers={"accept-language": language}, follow=True)
        landed = response.redirect_chain[-1][0] if response.redirect_chain else address
        return response.status_code, page_in(response), landed

    def look(self, address, html):
        for fault in self.faults(html):
            self.complain(address, fault)
        page = turbohtml.parse(html)
        for link in page.select("a[href]"):
            self.follow(address, link.attrs["href"])
        for form in page.select("form"):
            self.send(address, form)

    def faults(self, html):
        return faults(html)

    def follow(self, address, href):
        """Whether the link leads anywhere for this person, as far as one of its kind has not been tried."""
        parts = urlsplit(urljoin(HOST + address, urldefrag(href).url))
        if f"{parts.scheme}://{parts.netloc}" != HOST or parts.path.startswith(NOT_OURS):
            return
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        kind = (route_of(address), route_of(target), bool(parts.query))
        if target not in self.seen:
            is_wanted = (
                self.links[kind] < LINKS_BETWEEN_ROUTES
                or self.pages[route_of(target)] < PAGES_OF_A_ROUTE
            )
            if not is_wanted:
                return
            self.open(target)
        self.links[kind] += 1
        if self.seen.get(target, 0) >= 400:
            self.complain(address, f"the link to {target} answers {self.seen[target]}")

    def send(self, address, form):
        """As it stands there, by each of its buttons: it may be refused, but in words and on the page."""
        action = urlsplit(urljoin(HOST + address, form.attrs.get("action") or address))
        names = tuple(sorted({field.attrs["name"] for field in form.select("[name]")}))
        for pressed in buttons(form) if form.select("button") or len(form.form_data()) > 1 else ():
            kind = (route_of(action.path), names, *pressed[:1])
            if kind not in self.sent:
                given = QueryDict(mutable=True)
                for name, value in form.form_data() + ([pressed] if pressed else []):
                    given.appendlist(name, value)
                by_post = form.attrs.get("method", "get").lower() == "post"
                self.posted |= {route_of(action.path)} if by_post else set()
                self.sent[kind] = status = (self.post if by_post else self.query)(
                    address, action, given
                )
                if status in REFUSED or status >= 500:
                    self.complain(address, f"the form to {route_of(action.path)} answers {status}")

    def query(self, address, action, given):
        return self.ask(f"{action.path}?{given.urlencode()}", self.language)[0]

    def post(self, address, action, given):
        cookies = SimpleCookie({name: morsel.value for name, morsel in self.client.cookies.items()})
        headers = {"accept-language": self.language, "referer": HOST + address}
        with transaction.atomic():
            target = urlunsplit(("", "", *action[2:4], ""))
            response = self.client.post(target, dict(given.lists()), headers=headers)
            refused = page_in(response) if response.status_code == 422 else ""
            transaction.set_rollback(True)
        self.client.cookies = cookies
        for fault in self.judge(refused, given) if refused else ():
            self.complain(f"{address}, refused", fault)
        return response.status_code

    def judge(self, refused, given):
        return faults(refused)

    def complain(self, address, fault):
        self.wrong.setdefault(fault, address)

    def told(self):
        return "\n".join(f"{address}: {fault}" for fault, address in self.wrong.items())


def buttons(form):
    """What each of its buttons adds; a form without one is sent by the Enter key."""
    buttons_found = [
        button for button in form.select("button") if button.attrs.get("type", "submit") == "submit"
    ]
    return list(
        dict.fromkeys(
            (b.attrs["name"], b.attrs.get("value", "")) if "name" in b.attrs else ()
            for b in buttons_found
        )
    ) or [()]


def route_of(address):
    try:
        return resolve(urlsplit(address).path).view_name or address
    except Resolver404:
        return address


def page_in(response):
    return (
        response.content.decode()
        if response.get("Content-Type", "").startswith("text/html")
        else ""
    )


@dataclasses.dataclass
class Sent:
    """What is found out about forms, whoever sends them.

    `tried` are their kinds; `made` the routes whose forms made a row, `changing` those that change or remove one,
    `blind` those that do so after somebody else saved it: {route: tables}; `without` are the routes of the forms that
    do not say what was read.
    """

    tried: set = dataclasses.field(default_factory=set)
    made: set = dataclasses.field(default_factory=set)
    changing: set = dataclasses.field(default_factory=set)
    blind: dict = dataclasses.field(default_factory=dict)
    without: set = dataclasses.field(default_factory=set)


class EachForm(Walk):
    """Sends each form that writes: with its gaps left open, a second time, and once more after somebody else did.

    It does so once for each thing that one may choose in the form. What was sent the second time as it was drawn makes
    nothing more, and leads to the same place. A seal is no version: it says of several rows what was read, and
    tests/test_words_given.py asks it.
    """

    def __init__(self, user, doors, found):
        super().__init__(user, doors, languages=1)
        self.found = found

    def faults(self, html):
        """The pages themselves are looked at by the plain walk."""
        return ()

    def follow(self, address, href):
        """The doors are enough."""

    def send(self, address, form):
        action = urlsplit(urljoin(HOST + address, form.attrs.get("action") or address))
        if form.attrs.get("method", "get").lower() != "post":
            return
        if not form.select("[name=seen]"):
            self.found.without.add(route_of(action.path))
        kind = (route_of(action.path), len(form.select("[name]")))
        if kind not in self.found.tried:
            self.found.tried.add(kind)
            for choice in [{}, *choices(form)]:
                given = QueryDict(mutable=True)
                for name, values in (filled(form) | choice).items():
                    given.setlist(name, values)
                self.post(address, action, given)

    def post(self, address, action, given):
        route, before, changed_before = route_of(action.path), rows(), changes()
        with self.undone(action, given) as send:
            first = send()
            refused = page_in(first) if first.status_code == 422 else ""
            after = rows() if first.status_code == 302 else before
            touched = more(changes(), changed_before)
            if more(after, before):
                self.found.made.add(route)
                second = send()
                if rows() != after:
                    self.complain(address, f"the form to {route} saves twice")
                if (second.status_code, second.get("Location")) != (302, first["Location"]):
                    self.complain(address, f"the form to {route} sent again leads elsewhere")
        if touched:
            self.found.changing.add(route)
            if given.get("seen", "").isdecimal() or not given.get("seen"):
                with self.undone(action, given) as send:
                    somebody_else_saves(touched)
                    changed_before = changes()
                    send()
                    if touched := more(changes(), changed_before):
                        self.found.blind.setdefault(route, set()).update(touched)
        for fault in self.judge(refused, given) if refused else ():
            self.complain(f"{address}, refused", fault)

    @contextmanager
    def undone(self, action, given):
        """The function that sends the form; nothing of what it did stays, its cookies neither."""
        cookies = SimpleCookie({name: morsel.value for name, morsel in self.client.cookies.items()})
        target, headers = urlunsplit(("", "", *action[2:4], "")), {"accept-language": self.language}
        with transaction.atomic():
            yield lambda: self.client.post(target, dict(given.lists()), headers=headers)
            transaction.set_rollback(True)
        self.client.cookies = cookies

    def judge(self, refused, given):
        """A field that is called optional, was left empty, and is what the refusal is about."""
        for block in turbohtml.parse(refused).select(".field.wrong"):
            names = {named.attrs["name"] for named in block.select("[name]")}
            was_empty = not any("".join(given.getlist(name)).strip() for name in names)
            if was_empty and is_optional(block):
                yield f"{names} is called optional, and empty refused: {block.select_one('.error').text.strip()}"


def is_optional(block):
    mark = block.select_one(".optional")
    return mark is not None and mark.text.strip() in OPTIONAL


def filled(form):
    """What stands there, and something in each field that is not called optional."""
    given = {}
    for name, value in form.form_data():
        given.setdefault(name, []).append(value)
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = field.attrs["name"], field.attrs.get("type", field.tag)
        block = field.closest(".field")
        may_be_empty = block is None or is_optional(block)
        if "".join(given.get(name, "")).strip() or may_be_empty or "disabled" in field.attrs:
            continue
        if kind in ("radio", "checkbox"):
            given[name] = [field.attrs.get("value", "on")]
        elif kind == "select":
            values = [option.attrs["value"] for option in field.select("option[value]")]
            given[name] = list(filter(None, values))[:1]
        elif kind != "file":
            given[name] = [
                PLAUSIBLE.get(kind) or PLAUSIBLE.get(field.attrs.get("inputmode")) or "Words"
            ]
    return given


def choices(form):
    """Each other thing that one field of the form may say."""
    for field in form.select("select[name]"):
        for option in field.select("option[value]"):
            yield {field.attrs["name"]: [option.attrs["value"]]}
    for field in form.select("input[type=radio][name]"):
        yield {field.attrs["name"]: [field.attrs.get("value", "on")]}
    for field in form.select("input[type=checkbox][name]"):
        yield {
            field.attrs["name"]: []
            if "checked" in field.attrs
            else [field.attrs.get("value", "on")]
        }


def rows():
    """{table of ours: how many rows}, without its own notes of what was sent and what was tried."""
    apart = {"crm.SentForm", "crm.TryCount"}
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and model._meta.label not in apart
    ]
    return counted(model for model in models if not is_history(model))


def counted(models, condition="1 = 1"):
    """{table: how many rows}, in one query: it is asked twice for each form that is sent."""
    metas = [model._meta for model in models]
    counts = [
        f"SELECT '{meta.label}', COUNT(*) FROM {meta.db_table} WHERE {condition}" for meta in metas
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def is_history(model):
    return model.__name__.startswith("Historical")


def more(after, before):
    """The tables that have more than before."""
    return {label for label, number in after.items() if number > before[label]}


def somebody_else_saves(tables):
    """Every row of them has a newer version, or where it counts none a newer entry of its history."""
    for model in apps.get_models():
        if hasattr(model, "history") and model.history.model._meta.label in tables:
            if issubclass(model, Versioned):
                model._base_manager.update(version=F("version") + 1)
            else:
                for row in model._base_manager.all():
                    row.save()


def changes():
    """{table of ours: how often a row of it was changed or removed}."""
    return counted(filter(is_history, apps.get_models()), "history_type <> '+'")
