"""Cells of a table as people write them, in French and in English: a value, or the words of what is wrong with it."""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from crm.text import normalise
from impact.models import Grade, Population

ALSO = {
    **dict.fromkeys(["tous", "toutes", "everyone"], Population.ALL.value),
    **dict.fromkeys(["declare", "declaree"], Grade.DECLARED.value),
    **dict.fromkeys(["compte", "comptee"], Grade.COUNTED.value),
    **dict.fromkeys(["enquete", "survey"], Grade.SURVEYED.value),
    **dict.fromkeys(["verifie", "verifiee"], Grade.VERIFIED.value),
}
SPACES = re.compile(r"[\s\u00a0\u202f']")
WHOLE = re.compile(r"\d{1,12}")
NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,4})?")
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def read_text(most):
    def read(cell):
        if len(cell) > most:
            raise ValueError(_("Longer than %(most)s characters.") % {"most": most})
        return cell

    return read


def read_line(most):
    """A quote that somebody forgot makes one cell of the rows that follow it."""
    read = read_text(most)

    def read_one(cell):
        if "\n" in cell:
            raise ValueError(_("This cell goes over several lines: is a quote missing or left over?"))
        return read(cell)

    return read_one


def read_whole(cell):
    """A whole number of zero or more; None where the cell is empty."""
    if not cell:
        return None
    text = SPACES.sub("", cell)
    if THOUSANDS.fullmatch(text):
        raise ValueError(
            _("“%(cell)s” can be read in two ways: write it without thousands mark.") % {"cell": cell[:40]}
        )
    if not WHOLE.fullmatch(text):
        raise ValueError(_("“%(cell)s” is no whole number; leave it empty if it is not known.") % {"cell": cell[:40]})
    return int(text)


def read_number(cell):
    """A decimal number with comma or point; None where the cell is empty."""
    if not cell:
        return None
    text = SPACES.sub("", cell).removesuffix("%").removesuffix("€")
    if not NUMBER.fullmatch(text):
        raise ValueError(_("“%(cell)s” is no number; leave it empty if it is not known.") % {"cell": cell[:40]})
    return Decimal(text.replace(",", "."))


def read_first_day(cell):
    return _day(cell, is_last=False)


def read_last_day(cell):
    return _day(cell, is_last=True)


def _day(cell, *, is_last):
    """2026-03-31, 31/03/2026, or a whole month or year: 2026-03, 03/2026, 2026."""
    parts = [part for part in re.split(r"[-/.]", cell.strip()) if part]
    if not parts or len(parts) > 3 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        raise ValueError(_day_words(cell))
    year, month, day = [int(part) for part in (parts if len(parts[0]) == 4 else parts[::-1])] + [None] * (
        3 - len(parts)
    )
    try:
        month = month if month is not None else (12 if is_last else 1)
        day = day if day is not None else (monthrange(year, month)[1] if is_last else 1)
        found = date(year, month, day)
    except ValueError as error:
        raise ValueError(_day_words(cell)) from error
    if not 2000 <= found.year < 2100:
        raise ValueError(_("Give a date between 2000 and 2099."))
    return found


def _day_words(cell):
    return _("“%(cell)s” is no date: write 31/03/2026, 2026-03-31, or a month as 2026-03.") % {"cell": cell[:40]}


def read_choice(choices, default):
    """By its code or by its label in either language; an empty cell is the default."""

    def read(cell):
        if not cell:
            return default
        found = _by_label(choices).get(normalise(cell))
        if found is None:
            words = {"cell": cell[:40], "choices": ", ".join(str(choice.label) for choice in choices)}
            raise ValueError(_("“%(cell)s” is none of: %(choices)s.") % words)
        return found

    return read


@lru_cache
def _by_label(choices):
    found = {normalise(choice.value): choice.value for choice in choices}
    found |= {name: value for name, value in ALSO.items() if value in choices.values}
    for language in ("fr", "en"):
        with translation.override(language):
            found |= {normalise(str(choice.label)): choice.value for choice in choices}
    return found
