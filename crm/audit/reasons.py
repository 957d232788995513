"""The reason of a change, in the language of whoever reads the history.

What a person typed is kept as they typed it. What the product says is kept as its English text and the values in it,
and is put into words when it is shown: in the reader's language, with days and numbers as that language writes them.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override

from crm.domain.formatting import day_text, moment_text, number

# Stands in the column before what the product says. Nobody types it, and it is stripped off what people send.
MARK = "\x1f"
Value: TypeAlias = "str | int | Decimal | date | InBoth | Reason | tuple[Value, ...]"


@dataclass(frozen=True)
class InBoth:
    """A name that has one word in French and one in English."""

    fr: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.fr


@dataclass(frozen=True)
class Reason:
    """A text of the product, in English, with its values by name; `str()` gives it in the active language."""

    text: str
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        sentence = gettext(self.text)
        if not self.values:
            return sentence
        return sentence % {name: _in_words(value) for name, value in self.values}


def because(text: str, **values: object) -> Reason:
    """The reason that the product gives for a change: `because("Moved to %(stage)s", stage=to.label)`.

    Its texts are gathered for translation with those of `gettext`. Do not reword a text that saved rows hold already:
    they would lose their French. Values are texts, numbers, days, moments, labels of choices, names in both languages,
    or lists of them, never a number or day already written out in one language; anything else is a TypeError.
    """
    return Reason(text, tuple((name, _storable(value)) for name, value in values.items()))


DEMO = because("Demo")  # why each row of the demo was written; here, where its French is gathered


def _storable(value: object) -> Value:
    """A value as a Reason holds it, whatever the caller gave; a TypeError where it is of no kind that one can."""
    if isinstance(value, Promise):  # the label of a choice: its text is English in the code
        with override("en"):
            return Reason(str(value))
    if isinstance(value, list | tuple):
        return tuple(map(_storable, value))
    if isinstance(value, str | int | Decimal | date | InBoth | Reason):
        return value
    raise TypeError(
        f"A reason cannot keep {value!r}: give its name, a number, a day or another reason."
    )


def _in_words(value: Value) -> str:
    """A value as the active language writes it."""
    if isinstance(value, tuple):
        return ", ".join(map(_in_words, value))
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, int | Decimal):
        return number(value)
    return str(value)


class ReasonField(models.TextField):
    """A Reason, or the words of a person. For the database and its migrations it is a text like any other."""

    # `Any` in this class: Django gives and takes the values of a field so.
    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        if value and value.startswith(MARK):
            return _from_json(json.loads(value.removeprefix(MARK)))
        return value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Reason) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Reason):
            return MARK + json.dumps(_as_json(value), ensure_ascii=False)
        value = super().get_prep_value(value)
        return value.lstrip(MARK) if isinstance(value, str) else value


def _as_json(value: Value) -> Any:
    """What JSON holds of a value; `_from_json` makes the value of it again."""
    if isinstance(value, Reason):
        return {"text": value.text, "values": {name: _as_json(each) for name, each in value.values}}
    if isinstance(value, InBoth):
        return {"fr": value.fr, "en": value.en}
    if isinstance(value, tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value


def _from_json(stored: Any) -> Value:
    match stored:
        case {"text": text, "values": values}:
            return Reason(text, tuple((name, _from_json(each)) for name, each in values.items()))
        case {"fr": fr, "en": en}:
            return InBoth(fr, en)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"number": digits}:
            return Decimal(digits)
        case list():
            return tuple(_from_json(each) for each in stored)
    return stored
