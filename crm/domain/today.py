"""The first page: what waits for a person, one row for each thing that it is about, the worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crm.domain.todos import PAGE_SIZE, Nature, Place, ToDo, is_cut

MAX_ROWS = 12  # before one asks for all
MAX_CAUSES = 2  # in sight; the others are folded, with their number
MAX_DETAILS = 3
FEW_ROWS = 3  # of which nothing is folded
SOON = timedelta(days=7)
FIRST, THIS_WEEK, THEN = range(3)
URGENCY = [
    "act",
    "late",
    "unknown",
    "watch",
]  # from the worst on; then what is due soon, then the rest


@dataclass(frozen=True)
class Cause:
    """To-dos of one kind about one thing, as one sentence."""

    todos: tuple[ToDo, ...]

    @property
    def fact(self) -> str:
        first = self.todos[0]
        fact = first.fact or first.reason
        return str(fact % {"many": len(self.todos)} if isinstance(fact, Promise) else fact)

    @property
    def details(self) -> tuple[ToDo, ...]:
        return tuple(todo for todo in self.todos if todo.detail)[:MAX_DETAILS]

    @property
    def more(self) -> int:
        """How many are told by the number alone."""
        return len([todo for todo in self.todos if todo.detail]) - len(self.details)


@dataclass(frozen=True)
class Row:
    """All that waits about one thing; `section` is FIRST, THIS_WEEK or THEN."""

    place: Place
    causes: tuple[Cause, ...]
    section: int
    is_late: bool
    is_whole: bool = False

    @property
    def first(self) -> ToDo:
        """What its one verb leads to."""
        return self.causes[0].todos[0]

    @property
    def todos(self) -> list[ToDo]:
        return [todo for cause in self.causes for todo in cause.todos]

    @property
    def shown(self) -> tuple[Cause, ...]:
        """Folding one line away would take a line."""
        is_whole = self.is_whole or len(self.causes) == MAX_CAUSES + 1
        return self.causes if is_whole else self.causes[:MAX_CAUSES]

    @property
    def folded(self) -> tuple[Cause, ...]:
        return self.causes[len(self.shown) :]

    @property
    def others(self) -> int:
        return sum(len(cause.todos) for cause in self.folded)


@dataclass(frozen=True)
class Count:
    """How many to-dos of one nature there are, whatever the page shows; `is_bad` where the worst of them is."""

    nature: Nature
    many: int
    is_bad: bool

    @property
    def words(self) -> str:
        return str(self.nature.words % {"many": self.many})


@dataclass(frozen=True)
class Today:
    """`sections` holds (title, rows); `total` counts to-dos, `remaining` the rows that come after those shown."""

    sections: list[tuple[str, list[Row]]]
    counts: list[Count]
    total: int
    at_least: bool
    remaining: int
    start: int = 0
    is_whole: bool = False

    @property
    def next(self) -> int:
        return self.start + PAGE_SIZE


def today_of(
    todos: Sequence[ToDo], day: date, *, only: str = "", is_whole: bool = False, start: int = 0
) -> Today:
    """The page: its counts are of all to-dos; its rows of those of one nature, where `only` names one."""
    counts = _counts(todos, day)
    if only not in {count.nature.key for count in counts}:
        only = ""
    rows = rows_of([todo for todo in todos if not only or _nature(todo) == only], day)
    start = start if is_whole and start < len(rows) else 0
    shown = rows[start : start + (PAGE_SIZE if is_whole else MAX_ROWS)]
    return Today(
        _sections(shown),
        counts,
        len(todos),
        is_cut(todos),
        len(rows) - start - len(shown),
        start,
        is_whole,
    )


def rows_of(todos: Iterable[ToDo], day: date) -> list[Row]:
    """The worst row first, and in each the worst first; what is equally bad stays in the order that it came in."""
    places: dict[str, list[ToDo]] = {}
    for todo in todos:
        places.setdefault(todo.place.key if todo.place else todo.key, []).append(todo)
    ranked = [sorted(of_place, key=lambda todo: urgency(todo, day)) for of_place in places.values()]
    is_whole = len(ranked) <= FEW_ROWS
    return [
        _row(of_place, day, is_whole)
        for of_place in sorted(ranked, key=lambda of: urgency(of[0], day))
    ]


def urgency(todo: ToDo, day: date) -> int:
    """The smaller, the more urgent."""
    word = "late" if todo.level != "act" and todo.due and todo.due < day else todo.level
    if word in URGENCY:
        return URGENCY.index(word)
    return len(URGENCY) + (0 if todo.due and todo.due <= day + SOON else 1)


def _row(todos: Sequence[ToDo], day: date, is_whole: bool) -> Row:
    kinds: dict[tuple[str, object], list[ToDo]] = {}
    for todo in todos:
        fact = id(todo.fact) if isinstance(todo.fact, Promise) else todo.fact
        kinds.setdefault((todo.kind, fact), []).append(todo)
    worst = todos[0]
    rank = urgency(worst, day)
    section = FIRST if rank <= URGENCY.index("unknown") else THIS_WEEK
    return Row(
        worst.place or Place(worst.key, worst.title, worst.about, worst.page),
        tuple(Cause(tuple(of_kind)) for of_kind in kinds.values()),
        THEN if rank > len(URGENCY) else section,
        bool(worst.due and worst.due < day),
        is_whole,
    )


def _counts(todos: Iterable[ToDo], day: date) -> list[Count]:
    natures: dict[str, list[ToDo]] = {}
    for todo in sorted(todos, key=lambda todo: urgency(todo, day)):
        natures.setdefault(_nature(todo), []).append(todo)
    return [
        Count(of[0].nature, len(of), any(todo.level == "act" for todo in of))
        for of in natures.values()
        if of[0].nature
    ]


def _nature(todo: ToDo) -> str:
    return todo.nature.key if todo.nature else ""


def _sections(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    titles = {FIRST: _("First of all"), THIS_WEEK: _("This week"), THEN: _("Then")}
    return [
        (titles[section], list(of_section))
        for section, of_section in groupby(rows, key=lambda row: row.section)
    ]
