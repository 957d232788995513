"""A table of measurements as people bring it: headings, numbers and dates as they are written in French and in English.

Cells in, values out, each with the reason where it cannot be read; no database.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from crm.domain import typed
from crm.domain.text import normalise
from crm.files.uploaded_tables import plain
from impact.models import Grade, Population
from impact.table_import.cells import (
    read_choice,
    read_first_day,
    read_last_day,
    read_line,
    read_number,
    read_text,
    read_whole,
)
from impact.table_import.groups import read_groups

HEADINGS = {
    "indicator": ("indicateur", "indicator", "code"),
    "window_start": ("du", "debut", "from", "start", "window start"),
    "window_end": ("au", "fin", "until", "to", "end", "window end"),
    "count": ("nombre", "effectif", "count", "number", "value", "valeur"),
    "total": ("sur", "total", "out of", "denominator", "denominateur"),
    "percent": ("%", "pourcentage", "per cent", "percent", "percentage"),
    "amount": ("montant", "amount"),
    "exposure_months": ("mois", "mois d'observation", "months", "months of observation"),
    "population": ("population",),
    "grade": ("preuve", "solidite de la preuve", "evidence", "strength of evidence", "grade"),
    "asked": ("personnes interrogees", "interroges", "people asked", "asked"),
    "answered": (
        "personnes ayant repondu",
        "reponses",
        "people who answered",
        "answered",
        "answers",
    ),
    "groups": ("groupes", "par groupe", "groups", "by group"),
    "deadweight_asked": ("de toute facon interroges", "anyway asked"),
    "deadweight_answered": ("de toute facon reponses", "anyway answered"),
    "deadweight": ("de toute facon oui", "anyway yes"),
    "source": ("source",),
    "note_fr": ("note", "note en francais", "note in french"),
    "note_en": ("note en anglais", "note in english"),
}
COLUMNS = tuple(HEADINGS)
MANY_MONTHS = 2  # among the headings: then months stand side by side
TOTAL = re.compile(r"(sous-?\s?)?tota(l|ux)\b|(sub-?\s?)?totals?\b|ensemble\b|somme\b|sum\b")
REQUIRED_COLUMNS = ("window_start", "window_end", "source")


@dataclass(frozen=True)
class CellError:
    """What is wrong with a cell; `line` counts from 1 as the spreadsheet does, `column` is its own heading."""

    line: int
    column: str
    reason: str


@dataclass
class ImportLine:
    """A row of the table: its number in the sheet, the cells that were read, by column, and what is wrong."""

    number: int
    facts: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)


def columns_of(headings: Sequence[str], number: int = 1) -> tuple[dict[int, str], list[CellError]]:
    """The columns by their places, and the errors, of the row of headings, which is the `number`th of its sheet."""
    column_of_heading = known_headings()
    if sum(map(_is_month, headings)) >= MANY_MONTHS:
        words = _(
            "Months stand side by side here: write one row for each, with its first and its last day."
        )
        return {}, [CellError(number, next(filter(_is_month, headings)), words)]
    columns: dict[int, str] = {}
    errors = []
    for place, heading in enumerate(headings):
        column = column_of_heading.get(plain(heading))
        if column is None and heading:
            errors.append(CellError(number, heading, _("This heading is not known.")))
        elif column in columns.values():
            errors.append(CellError(number, heading, _("This column is there twice.")))
        elif column:
            columns[place] = column
    for column in REQUIRED_COLUMNS:
        if column not in columns.values():
            errors.append(CellError(number, heading_of(column), _("This column is missing.")))
    return columns, errors


def _is_month(heading: str) -> bool:
    """A heading such as "janv.-26" or "2026-01"; a year alone may be anything."""
    if plain(heading).isdecimal():
        return False
    try:
        first, last = typed.read_days(heading)
    except typed.Unreadable:
        return False
    return first.day == 1 and (last - first).days in (0, *range(27, 31))


@lru_cache
def known_headings() -> dict[str, str]:
    """{heading: column}: as people write them, and as the spreadsheet to fill has them in either language."""
    columns = {plain(name): column for column, names in HEADINGS.items() for name in names}
    for language in ("fr", "en"):
        with translation.override(language):
            columns |= {plain(heading_of(column)): column for column in COLUMNS}
    return columns


def heading_of(column: str) -> str:
    """The heading of a column in the language of the reader."""
    return {
        "indicator": _("indicator"),
        "window_start": _("from"),
        "window_end": _("until"),
        "count": _("count"),
        "total": _("out of"),
        "percent": "%",
        "amount": _("amount"),
        "exposure_months": _("months of observation"),
        "population": _("population"),
        "grade": _("strength of evidence"),
        "asked": _("people asked"),
        "answered": _("people who answered"),
        "groups": _("groups"),
        "deadweight_asked": _("anyway asked"),
        "deadweight_answered": _("anyway answered"),
        "deadweight": _("anyway yes"),
        "source": _("source"),
        "note_fr": _("note in French"),
        "note_en": _("note in English"),
    }[column]


def lines_of(
    rows: Sequence[Sequence[str]],
    columns: Mapping[int, str],
    headings: Sequence[str],
    number: int = 1,
) -> list[ImportLine]:
    """The rows below the headings, which are the `number`th row of the sheet; empty rows are skipped."""
    return [
        _line(at, row, columns, headings)
        for at, row in enumerate(rows, start=number + 1)
        if any(cell for cell in row)
    ]


def _line(
    number: int, row: Sequence[str], columns: Mapping[int, str], headings: Sequence[str]
) -> ImportLine:
    line = ImportLine(number)
    if total := _total(row, columns):
        words = _(
            "This looks like a row of totals: take it out, Relais adds the figures up itself."
        )
        line.errors.append(CellError(number, headings[total[0]], words))
        return line
    for place, column in columns.items():
        cell = row[place] if place < len(row) else ""
        try:
            line.facts[column] = READERS[column](cell)
        except ValueError as error:
            line.errors.append(CellError(number, headings[place], str(error)))
    for cell in row[len(headings) :]:
        if cell:
            words = _("This row has more cells than there are headings: “%(cell)s”.")
            line.errors.append(CellError(number, "", words % {"cell": cell[:40]}))
            break
    return line


def _total(row: Sequence[str], columns: Mapping[int, str]) -> list[int]:
    """The places of the cells that say "Total", in a row that has no window of its own."""
    cells = dict(enumerate(row))
    if any(cells.get(place) for place, column in columns.items() if column == "window_end"):
        return []
    return [
        place for place, cell in cells.items() if place in columns and TOTAL.match(normalise(cell))
    ]


READERS: dict[str, Callable[[str], Any]] = {  # the value of a cell, or ValueError with the reason
    "indicator": read_line(200),
    "window_start": read_first_day,
    "window_end": read_last_day,
    "count": read_whole,
    "total": read_whole,
    "percent": read_number(typed.PERCENT),
    "amount": read_number(typed.MONEY),
    "exposure_months": read_number(typed.MONTHS),
    "population": read_choice(Population, Population.ALL),
    "grade": read_choice(Grade, Grade.DECLARED),
    "asked": read_whole,
    "answered": read_whole,
    "groups": read_groups,
    "deadweight_asked": read_whole,
    "deadweight_answered": read_whole,
    "deadweight": read_whole,
    "source": read_line(300),
    "note_fr": read_text(2_000),
    "note_en": read_text(2_000),
}
