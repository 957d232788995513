"""To-dos, what waits for a person: each has a title, a reason and an address where one acts.

Each app registers a function that gives its own; pages, the daily mail and the API read them all.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crm.domain.workdays import monday_of

MAX_TODOS = 200  # of one kind: each source asks the database for no more
MAX_SHOWN = 20  # of one app, before one asks for all
MIN_OF_A_KIND = 3  # shown of each kind, where there are as many
PAGE_SIZE = 50


@dataclass(frozen=True)
class Nature:
    """What kind of answer to-dos ask for; `words` is a lazy plural over "many" that leaves the number out."""

    key: str
    words: Promise


@dataclass(frozen=True)
class Place:
    """What to-dos are about, and so stand together: an engagement, mostly. `key` tells one from the others."""

    key: str
    name: str
    about: str = ""
    url: str = ""


@dataclass(frozen=True)
class ToDo:
    """One thing that waits for a person.

    `key` holds its kind, the number of its row and the day of the fact. Once the fact changes it is another to-do, even
    where the old one was snoozed. `url` is the page where one acts, `page` that of the thing it is about. `level` and
    `word` are its status as pages show it, if it has one. A mail never repeats what a project holder typed: `in_mail`
    is the title there, where it differs.

    On the first page those of one `place` are one row, and those of one kind in it one sentence: `fact`, a lazy plural
    over "many" or plain words, with the `detail` of each behind it. `due` is the day by which something is asked for.
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
    place: Place | None = None
    nature: Nature | None = None
    fact: str | Promise = ""
    detail: str = ""
    due: date | None = None

    @property
    def mailed_title(self) -> str:
        return self.in_mail or self.title

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


@dataclass(frozen=True)
class ToDoPage:
    """What is shown of a list of to-dos, and how many more there are; `at_least`: or even more than that."""

    shown: list[ToDo]
    remaining: int
    at_least: bool


# Called with the person and the day; crm.models.User cannot be named below the models.
Source = Callable[..., list[ToDo]]
SOURCES: list[Source] = []
KEY = r"^[a-z-]{1,40}:[0-9]{1,19}:[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def source(todos_of: Source) -> Source:
    """Register what an app's `todos` module asks of a person: `todos_of(user, today)` gives [ToDo]."""
    SOURCES.append(todos_of)
    return todos_of


def key_of(kind: str, number: int, day: date) -> str:
    return f"{kind}:{number}:{day:%Y-%m-%d}"


def without_snoozed(todos: Iterable[ToDo], snoozed_keys: Container[str]) -> list[ToDo]:
    """The to-dos whose key is not among those that the person has put off."""
    return [todo for todo in todos if todo.key not in snoozed_keys]


def first_page(todos: Sequence[ToDo]) -> ToDoPage:
    """The first MAX_SHOWN in their order, but so that each kind is there with its first MIN_OF_A_KIND."""
    kinds: Counter[str] = Counter()
    ranks = []
    for place, todo in enumerate(todos):
        kinds[todo.kind] += 1
        ranks.append((kinds[todo.kind] > MIN_OF_A_KIND, place))
    places = sorted(place for _is_later, place in sorted(ranks)[:MAX_SHOWN])
    shown = [todos[place] for place in places]
    return ToDoPage(shown, len(todos) - len(shown), is_cut(todos))


def is_cut(todos: Iterable[ToDo]) -> bool:
    """Whether a source gave as many as it asks for: then it may have had more.

    Kinds that come from one query begin alike: trouble-act and trouble-watch are one list.
    """
    counts = Counter(todo.kind.partition("-")[0] for todo in todos)
    return any(count >= MAX_TODOS for count in counts.values())


def snooze_days(today: date) -> list[tuple[date, str]]:
    """(day, its words) of each day until which the page offers to put something off."""
    monday = monday_of(today) + timedelta(days=7)
    return [
        (today + timedelta(days=1), _("Tomorrow")),
        (monday, _("Next Monday")),
        (monday + timedelta(days=14), _("In two weeks")),
    ]
