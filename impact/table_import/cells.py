"""Cells of a table as people write them, in French and in English: a value, or ValueError with the reason."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from crm.domain import typed
from crm.domain.text import normalise
from impact.models import Grade, Population

OTHER_WORDS = {
    **dict.fromkeys(["tous", "toutes", "everyone"], Population.ALL.value),
    **dict.fromkeys(["declare", "declaree"], Grade.DECLARED.value),
    **dict.fromkeys(["compte", "comptee"], Grade.COUNTED.value),
    **dict.fromkeys(["enquete", "survey"], Grade.SURVEYED.value),
    **dict.fromkeys(["verifie", "verifiee"], Grade.VERIFIED.value),
}


def read_text(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(_("Longer than %(most)s characters.") % {"most": most})
        return cell

    return read


def read_line(most: int) -> Callable[[str], str]:
    """A text of one line: a quote that somebody forgot makes one cell of the rows that follow it."""
    read = read_text(most)

    def read_one(cell: str) -> str:
        if "\n" in cell:
            raise ValueError(
                _("This cell goes over several lines: is a quote missing or left over?")
            )
        return read(cell)

    return read_one


def read_whole(cell: str) -> int | None:
    """A whole number of zero or more; None where the cell is empty."""
    if not cell:
        return None
    try:
        value = typed.read_whole(cell)
    except typed.TwoWays:
        raise
    except typed.Unreadable as error:
        raise ValueError(_not_whole(cell)) from error
    if value < 0:
        raise ValueError(_not_whole(cell))
    return value


def _not_whole(cell: str) -> str:
    return _("“%(cell)s” is no whole number; leave it empty if it is not known.") % {
        "cell": cell[:40]
    }


def read_number(unit: str | None = None) -> Callable[[str], Decimal | None]:
    """A decimal number with comma or point; None where the cell is empty."""

    def read(cell: str) -> Decimal | None:
        if not cell:
            return None
        try:
            return typed.read_number(cell, unit)
        except typed.TwoWays:
            raise
        except typed.Unreadable as error:
            words = _("“%(cell)s” is no number; leave it empty if it is not known.")
            raise ValueError(words % {"cell": cell[:40]}) from error

    return read


def read_first_day(cell: str) -> date:
    return _plausible(_days(cell)[0])


def read_last_day(cell: str) -> date:
    return _plausible(_days(cell)[1])


def _days(cell: str) -> tuple[date, date]:
    if not cell:
        raise ValueError(_("Say the day: this cell is empty."))
    return typed.read_days(cell)


def _plausible(day: date) -> date:
    if not 2000 <= day.year < 2100:
        raise ValueError(_("Give a date between 2000 and 2099."))
    return day


def read_choice(choices: type[TextChoices], default: str) -> Callable[[str], str]:
    """By its code or by its label in either language; an empty cell is the default."""

    def read(cell: str) -> str:
        if not cell:
            return default
        code = _by_label(choices).get(normalise(cell))
        if code is None:
            words = {
                "cell": cell[:40],
                "choices": ", ".join(str(choice.label) for choice in choices),
            }
            raise ValueError(_("“%(cell)s” is none of: %(choices)s.") % words)
        return code

    return read


@lru_cache
def _by_label(choices: type[TextChoices]) -> dict[str, str]:
    codes = {normalise(choice.value): choice.value for choice in choices}
    codes |= {name: value for name, value in OTHER_WORDS.items() if value in choices.values}
    for language in ("fr", "en"):
        with translation.override(language):
            codes |= {normalise(str(choice.label)): choice.value for choice in choices}
    return codes
