"""Why something was done, in the words of whoever reads it.

What a person typed is kept as they typed it. What the product says is kept as its text and the values in it, and put
into words when it is shown: in the reader's language, with days and numbers as that language writes them.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override

from crm.domain.formatting import day_text, moment_text, number

MARK = "\x1f"  # before what the product says, in the column; nobody types it, and it is taken off what people send


@dataclass(frozen=True)
class InBoth:
    """A name that has one word in French and one in English."""

    fr: str
    en: str

    def __str__(self):
        return self.en if get_language() == "en" else self.fr


@dataclass(frozen=True)
class Reason:
    """A text of the product with its values: `str()` says it in the language of the moment."""

    text: str
    values: tuple = ()

    def __str__(self):
        told = gettext(self.text)
        return told % {name: _told(value) for name, value in self.values} if self.values else told


def because(text, **values):
    """What the product says, to be kept: `because("Moved to %(stage)s", stage=to.label)`.

    Its texts are gathered with those of `gettext`. A text that rows hold already is not reworded: the rows would lose
    their French. Values are texts, numbers, days, moments, labels of choices, names in both languages, or lists of
    them: never what is already written for one reader.
    """
    return Reason(text, tuple((name, _kept(value)) for name, value in values.items()))


def _kept(value):
    if isinstance(value, Promise):  # the label of a choice: its text is English in the code
        with override("en"):
            return Reason(str(value))
    if isinstance(value, list | tuple):
        return tuple(map(_kept, value))
    if isinstance(value, str | int | Decimal | date | InBoth | Reason):
        return value
    raise TypeError(
        f"A reason cannot keep {value!r}: give its name, a number, a day or another reason."
    )


def _told(value):
    if isinstance(value, tuple):
        return ", ".join(map(_told, value))
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, int | Decimal):
        return number(value)
    return str(value)


class ReasonField(models.TextField):
    """A Reason, or the words of a person. For the database and its migrations it is a text like any other."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(self, value, expression, connection):
        return (
            _read(json.loads(value.removeprefix(MARK)))
            if value and value.startswith(MARK)
            else value
        )

    def to_python(self, value):
        return value if isinstance(value, Reason) else super().to_python(value)

    def get_prep_value(self, value):
        if isinstance(value, Reason):
            return MARK + json.dumps(_written(value), ensure_ascii=False)
        value = super().get_prep_value(value)
        return value.lstrip(MARK) if isinstance(value, str) else value


def _written(value):
    """A value as JSON keeps it."""
    if isinstance(value, Reason):
        return {"text": value.text, "values": {name: _written(each) for name, each in value.values}}
    if isinstance(value, InBoth):
        return {"fr": value.fr, "en": value.en}
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value


def _read(kept):
    match kept:
        case {"text": text, "values": values}:
            return Reason(text, tuple((name, _read(each)) for name, each in values.items()))
        case {"fr": fr, "en": en}:
            return InBoth(fr, en)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"number": digits}:
            return Decimal(digits)
        case list():
            return tuple(_read(each) for each in kept)
    return kept
