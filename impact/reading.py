"""A table of figures as people bring it: headings, numbers and dates as they are written in French and in English.

Cells in, values out, each with the words of what is wrong with it; no database.
"""

from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from crm import typed
from crm.text import normalise
from impact.cells import (
    read_choice,
    read_first_day,
    read_last_day,
    read_line,
    read_number,
    read_text,
    read_whole,
)
from impact.groups import read_groups
from impact.models import Grade, Population

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
    "answered": ("personnes ayant repondu", "reponses", "people who answered", "answered", "answers"),
    "groups": ("groupes", "par groupe", "groups", "by group"),
    "deadweight_asked": ("de toute facon interroges", "anyway asked"),
    "deadweight_answered": ("de toute facon reponses", "anyway answered"),
    "deadweight": ("de toute facon oui", "anyway yes"),
    "source": ("source",),
    "note_fr": ("note", "note en francais", "note in french"),
    "note_en": ("note en anglais", "note in english"),
}
COLUMNS = tuple(HEADINGS)
NEEDED = ("window_start", "window_end", "source")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell; `line` counts from 1 as the spreadsheet does, `column` is its own heading."""

    line: int
    column: str
    reason: str


@dataclass
class Line:
    number: int
    facts: dict = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


def columns_of(headings):
    """({place: field}, [Wrong]) of the first row of a table."""
    known = _headings()
    found, wrong = {}, []
    for place, heading in enumerate(headings):
        column = known.get(normalise(heading).strip(" :*"))
        if column is None and heading:
            wrong.append(Wrong(1, heading, _("This heading is not known.")))
        elif column in found.values():
            wrong.append(Wrong(1, heading, _("This column is there twice.")))
        elif column:
            found[place] = column
    for column in NEEDED:
        if column not in found.values():
            wrong.append(Wrong(1, heading_of(column), _("This column is missing.")))
    return found, wrong


def _headings():
    """{heading: column}: as people write them, and as the spreadsheet to fill has them in either language."""
    found = {normalise(name): column for column, names in HEADINGS.items() for name in names}
    for language in ("fr", "en"):
        with translation.override(language):
            found |= {normalise(heading_of(column)): column for column in COLUMNS}
    return found


def heading_of(column):
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


def lines_of(rows, columns, headings):
    """[Line] of the rows below the headings; empty rows are skipped."""
    return [
        _line(number, row, columns, headings) for number, row in enumerate(rows, start=2) if any(cell for cell in row)
    ]


def _line(number, row, columns, headings):
    line = Line(number)
    for place, column in columns.items():
        cell = row[place] if place < len(row) else ""
        try:
            line.facts[column] = READERS[column](cell)
        except ValueError as error:
            line.wrong.append(Wrong(number, headings[place], str(error)))
    for cell in row[len(headings) :]:
        if cell:
            words = _("This row has more cells than there are headings: “%(cell)s”.")
            line.wrong.append(Wrong(number, "", words % {"cell": cell[:40]}))
            break
    return line


READERS = {
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
