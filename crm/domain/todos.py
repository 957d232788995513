"""What needs a person: one thing, one reason, one way to act. Each app says its own; pages, mails and the API read."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from crm.domain.workdays import monday_of

MAX_TODOS = 200  # of one kind: each source asks the database for no more
SHOWN = 20  # of one app, before one asks for all
OF_A_KIND = 3  # shown of each kind at least
A_PAGE = 50
SOURCES: list[Callable] = []


@dataclass(frozen=True)
class ToDo:
    """`key` holds what, which row and the day of the fact: once the fact changes it is another need, put off or not.

    `url` is where one acts, `page` what it is about. `level` and `word` are a status of the pages, if it has one.
    A mail never says what a project holder typed: `in_mail` is the title there, where it differs.
    """

    key: str
    title: str
    about: str
    reason: str
    since: date
    url: str
    verb: str
    page: str = ""
    level: str = ""
    word: str = ""
    in_mail: str = ""

    @property
    def mailed_title(self):
        return self.in_mail or self.title

    @property
    def kind(self):
        return self.key.partition(":")[0]


@dataclass(frozen=True)
class Part:
    """What is shown of a list: `left` are how many are not, `at_least` whether there may be more than were counted."""

    shown: list[ToDo]
    left: int
    at_least: bool
    start: int = 0


KEY = r"^[a-z-]{1,40}:[0-9]{1,19}:[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def source(todos_of):
    """Register what an app's `todos` module asks of a person: `todos_of(user, today)` gives [ToDo]."""
    SOURCES.append(todos_of)
    return todos_of


def key_of(kind, number, day):
    return f"{kind}:{number}:{day:%Y-%m-%d}"


def apart(needs, put_off):
    """Those that are not put off; `put_off` are the keys that the person does not want to see today."""
    return [need for need in needs if need.key not in put_off]


def first_of(needs):
    """The first SHOWN in their order, in which each kind has its first ones."""
    kinds, kept = Counter(), []
    for place, need in enumerate(needs):
        kinds[need.kind] += 1
        kept.append((kinds[need.kind] > OF_A_KIND, place))
    places = sorted(place for _later, place in sorted(kept)[:SHOWN])
    return Part([needs[place] for place in places], len(needs) - len(places), _is_cut(needs))


def page_of(needs, start):
    """A page of all of them, from the start-th on."""
    start = start if 0 <= start < len(needs) else 0
    shown = needs[start : start + A_PAGE]
    return Part(shown, max(0, len(needs) - start - len(shown)), _is_cut(needs), start)


def _is_cut(needs):
    """Sources name the kinds of one question alike: trouble-act and trouble-watch are one list."""
    counts = Counter(need.kind.partition("-")[0] for need in needs)
    return any(count >= MAX_TODOS for count in counts.values())


def days_ahead(today):
    """[(day, words)] to put something off until."""
    monday = monday_of(today) + timedelta(days=7)
    return [
        (today + timedelta(days=1), _("Tomorrow")),
        (monday, _("Next Monday")),
        (monday + timedelta(days=14), _("In two weeks")),
    ]
