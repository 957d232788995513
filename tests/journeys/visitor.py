"""A person's browser without a screen: it sees what a page shows, and presses nothing else.

Cookies, tokens of forms and addresses are those of the site's https://; only the way to its port is shorter.
"""

from urllib.parse import urljoin, urlsplit

import requests
import turbohtml
from requests.adapters import HTTPAdapter


class Proxy(HTTPAdapter):
    """Ends TLS as the proxy in front of the process does, and says so: in clear to a port of loopback."""

    def __init__(self, port, client):
        super().__init__()
        self.port, self.client = port, client

    def get_connection_with_tls_context(self, *args, **kwargs):
        return self.poolmanager.connection_from_url(f"http://127.0.0.1:{self.port}")

    def cert_verify(self, *args):
        """There is no certificate on that way."""

    def add_headers(self, request, **kwargs):
        request.headers["Connection"] = "close"
        request.headers["Host"] = urlsplit(request.url).netloc
        request.headers["X-Forwarded-For"] = self.client
        request.headers["X-Forwarded-Proto"] = "https"


class Visitor:
    """`page` is what is on the screen. Whatever is not answered by a page (200) fails in the words of the answer."""

    def __init__(self, site, port, client="192.0.2.1"):
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount(site, Proxy(port, client))
        self.session.headers["Accept-Language"] = "fr-FR,fr;q=0.9"
        self.address = site
        self.page = turbohtml.parse("")

    def open(self, address):
        """What was typed into the line of the address, or pressed in a mail."""
        return self.show(self.ask(address))

    def follow(self, words):
        return self.show(self.ask(self.link(words)))

    def download(self, words):
        return self.ask(self.link(words))

    def send(self, button, given=None):
        """Fill in the fields of the button's form by their labels, and press it."""
        pressed = named(button, self.page.select("form button"), self.told())
        form = pressed.closest("form")
        for label, value in (given or {}).items():
            fill(form, label, value)
        fields = form.form_data()
        if name := pressed.attrs.get("name"):
            fields.append((name, pressed.attrs.get("value", "")))
        address = urljoin(self.address, form.attrs.get("action") or self.address)
        if form.attrs.get("method", "get").lower() == "get":
            return self.show(self.ask(address, params=fields))
        headers = {"Origin": self.site, "Referer": self.address}
        return self.show(self.answered(self.session.post(address, fields, headers=headers)))

    def sees(self, *sentences):
        for sentence in sentences:
            assert sentence in self.text, f"“{sentence}” is not on {self.told()}"
        return self

    @property
    def text(self):
        return words_in(self.page.select_one("main"))

    def told(self):
        return f"{self.address}: {self.text}" if self.page.select_one("main") else self.address

    def link(self, words):
        called = [link for link in self.page.select("a[href]") if words_in(link) == words]
        one_each = {link.attrs["href"]: link for link in called}
        return named(words, one_each.values(), self.told()).attrs["href"]

    def ask(self, address, **given):
        given["headers"] = {"Referer": self.address}
        return self.answered(self.session.get(urljoin(self.address, address), **given))

    def answered(self, response):
        assert response.status_code == requests.codes.ok, (
            f"{response.request.method} {response.url} answers {response.status_code}. {complaints(response)}"
        )
        return response

    def show(self, response):
        self.address, self.page = response.url, turbohtml.parse(response.text)
        return self


def complaints(response):
    """What the answer says is wrong: its heading, its messages, and its fields that are marked."""
    page = turbohtml.parse(response.text)
    fields = [
        f"{words_in(field.select_one('label, legend'))}: {words_in(field.select_one('.error'))}"
        for field in page.select(".field.wrong")
    ]
    told = [words_in(block) for block in page.select("h1, .message, .errors")]
    return " · ".join([*told, *fields]) or response.text[:300]


def fill(form, label, value):
    field = labelled(form, label)
    if field.tag == "fieldset":
        labelled(field, value).checked = True
    elif field.tag == "select":
        field.field_value = named(value, field.select("option"), label).attrs["value"]
    elif isinstance(value, bool):
        field.checked = value
    else:
        field.field_value = str(value)


def labelled(form, words):
    """The field of that label, or the group of that legend."""
    label = named(words, form.select("label, legend"), words_in(form))
    if label.tag == "legend":
        return label.parent
    inside = label.select_one("input, select, textarea")
    return inside or form.select_one(f'[id="{label.attrs["for"]}"]')


def named(words, elements, where):
    """The one element that is called so."""
    found = [element for element in elements if words_in(element) == words]
    assert len(found) == 1, f"{len(found)} times “{words}” on {where}"
    return found[0]


def words_in(element):
    """Its text as it is read. That a field may be left empty, or its day is a holiday, is no part of its name."""
    text = element.text
    if element.tag in {"label", "legend"}:
        for beside in element.select(".optional, small"):
            text = text.replace(beside.text, " ")
    return " ".join(text.split())
