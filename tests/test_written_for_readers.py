"""What a reader sees is written in their language; what a machine reads never is.

Every page of the world of tests/access is opened as those who may, in French and in English.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from crm.domain.roles import Role
from tests.access.expectations import PAGES
from tests.access.test_access import client_of, key_of
from tests.access.world import build_onlookers, build_world

ACTORS = (
    Role.ADMINISTRATOR,
    Role.COORDINATOR,
    Role.VOLUNTEER,
    Role.LEAD,
    Role.FUNDER,
    Role.SPONSOR,
)
SILENT = {"script", "style", "textarea", "code", "pre"}
ISO = re.compile(r"\b20\d\d-\d\d-\d\d\b")
POINT = re.compile(r"(?<![\d.,:/])\d+\.\d+(?![\d.:/]|[A-Za-z])")
COMMA_IN_ADDRESS = re.compile(r"=-?\d+,\d")
MACHINE = {
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "width",
    "height",
    "min",
    "max",
    "step",
    "datetime",
}
TWO_STOPS = re.compile(r"\w+\.\.(?!\.)")  # a short form ("4 déc.") at the end of a sentence
SAID_BY_PEOPLE = re.compile(
    r"\d+\.\d+\.\d+|\b(?:8|10)\.[0-9a-z]\b|v?\d+\.\d+\.\d|PI\d+|127\.0\.0\.1"
)


class Page(HTMLParser):
    """The text that is read, and the attributes that are not."""

    def __init__(self, content):
        super().__init__()
        self.text, self.attributes, self.silent = [], [], []
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        if tag in SILENT:
            self.silent.append(tag)
        self.attributes += [(tag, name, value or "", dict(attrs)) for name, value in attrs]

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent:
            self.text.append(data)


def of_a_machine(page):
    """(attribute, value) that carries a mark of a language."""
    for tag, name, value, others in page.attributes:
        if name in ("href", "action", "src", "formaction") and COMMA_IN_ADDRESS.search(value):
            yield name, value
        if (name in MACHINE or name.startswith("data-")) and re.fullmatch(r"-?\d+,\d+", value):
            yield name, value
        is_sent = name == "value" and (
            tag == "button" or (tag == "input" and others.get("type") in ("hidden", "radio"))
        )
        if is_sent and re.fullmatch(r"-?\d+[,\u202f]\d+|\d{1,2} \w+ 20\d\d", value):
            yield name, value


def of_a_reader(page, language):
    """What stands in the text as a machine writes it."""
    text = " ".join(page.text)
    yield from TWO_STOPS.findall(re.sub(r"(?<=\.)\s+(?=\.)", "", text))
    yield from ISO.findall(text)
    if language == "fr":
        yield from POINT.findall(SAID_BY_PEOPLE.sub("", text))
        yield from re.findall(
            r"(?<!\d)1 (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre)\b",
            text,
        )
        yield from re.findall(r"(?<!\d)1 (?:novembre|décembre)\b", text)


@pytest.fixture
def world(db):
    world = build_world("F")
    build_onlookers(world)
    return world


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_write_for_their_reader_and_addresses_for_a_machine(world, actor, language):
    client: Client = client_of(world, actor)
    opened, wrong = 0, []
    for name, row in PAGES.items():
        if actor not in row.get or row.link or row.words:
            continue
        key = key_of(world, row)
        url = reverse(name, args=[] if key is None else [key])
        answer = client.get(url, headers={"accept-language": language})
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        opened += 1
        page = Page(answer.content.decode())
        wrong += [(name, *each) for each in of_a_machine(page)]
        wrong += [(name, "text", each) for each in of_a_reader(page, language)]
    assert opened > 10
    assert wrong == []


class TestGuard:
    """The crawl sees what it is there for."""

    @pytest.mark.parametrize(
        "content",
        [
            '<a href="/x/?days_a_week=2,0">x</a>',
            '<rect x="12,5"/>',
            '<input type="hidden" value="2,0">',
            '<button name="until" value="1 mai 2026">x</button>',
        ],
    )
    def test_an_address_with_a_comma_is_seen(self, content):
        assert list(of_a_machine(Page(content)))

    @pytest.mark.parametrize(
        "content",
        [
            "<p>0.0 jours</p>",
            "<p>dès le 2026-12-01</p>",
            "<p>le 1 décembre</p>",
            "<p>d’ici le <time>4 déc.</time>.</p>",
        ],
    )
    def test_a_text_of_a_machine_is_seen(self, content):
        assert list(of_a_reader(Page(content), "fr"))

    def test_what_is_well_written_passes(self):
        page = Page(
            '<a href="/x/?a=2.5&amp;on=2026-12-01"><time datetime="2026-12-01">1er décembre, 2,5 jours</time></a>'
        )

        assert list(of_a_machine(page)) + list(of_a_reader(page, "fr")) == []


APPS = ("crm", "engagements", "volunteers", "impact")
OWN_SIGN = re.compile(r"\}\} ?[%€]|\.normalize\b")


def test_no_template_puts_a_sign_behind_a_number():
    """ "55 %" is no English, and may be broken over two lines in French."""
    wrong = [
        (str(path), found)
        for app in APPS
        for path in [
            *Path(settings.BASE_DIR, app).rglob("*.html"),
            *Path(settings.BASE_DIR, app).rglob("*.txt"),
        ]
        for found in OWN_SIGN.findall(path.read_text())
    ]

    assert wrong == []


OWN_FORMS = re.compile(r"\|date\([\"'](?!Y-m-d|Y-m|F Y|F|m/y|m/Y|j/n|c|H:i|o-W|Y)[^\"']*[\"']")


def test_days_pass_the_one_formatter():
    """ "1 décembre" is no French, and the framework's own formats do not know."""
    wrong = [
        (str(path), found)
        for app in APPS
        for path in [
            *Path(settings.BASE_DIR, app).rglob("*.html"),
            *Path(settings.BASE_DIR, app).rglob("*.txt"),
        ]
        for found in OWN_FORMS.findall(path.read_text())
    ]
    wrong += [
        (str(path), line.strip())
        for app in APPS
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if path.name != "formatting.py"
        for line in path.read_text().splitlines()
        if "date_format(" in line and '"m/Y"' not in line
    ]

    assert wrong == []


def test_a_sentence_does_not_end_on_a_short_day():
    """ "d’ici le ven. 4 déc..": at the end of a sentence the day stands in full."""
    wrong = [
        (str(path), bound)
        for app in APPS
        for path in Path(settings.BASE_DIR, app).rglob("*.html")
        for given, sentence in re.findall(
            r"\{%-? trans((?:(?!%\}).)*)%\}(.*?)\{% endtrans",
            path.read_text(),
            re.S,
        )
        for bound in re.findall(r"(\w+)=[\w.]+\|day(?![\w_])", given)
        if re.search(r"\{\{ " + bound + r" \}\}\.(?!\w)", sentence)
    ]

    assert wrong == []


def test_no_sentence_ends_in_a_short_form():
    """`day` writes "10 déc.": before a full stop stands `day_text`, "10 décembre 2026"."""
    found = [
        f"{path.name}: {match.group()}"
        for app in ("crm", "engagements", "volunteers", "impact")
        for path in (settings.BASE_DIR / app / "templates").rglob("*.html")
        for match in re.finditer(r"[\w.]+\|(?:day|ago) *}}\.", path.read_text(encoding="utf-8"))
    ]

    assert found == []
