"""Refusals: sentences for the reader, the same in pages, API, commands and imports."""

from datetime import date
from decimal import Decimal
from itertools import chain

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from crm.domain.formatting import day_text, number


class Refused(ValidationError):
    """A service will not do it; the message says why, for the reader, with the field it is about.

    Refused("Sentence.") or Refused({"field": "Sentence."}).
    """


class WrittenInt(int):
    """A whole number that is written for its reader, and still chooses a plural."""

    def __str__(self):
        return number(int(self))


def in_words(error):
    """The same error; the numbers and days in its sentences are written for the reader."""
    errors = (
        chain.from_iterable(error.error_dict.values())
        if hasattr(error, "error_dict")
        else error.error_list
    )
    for each in errors:
        each.params = each.params and {name: _written(value) for name, value in each.params.items()}
    return error


def _written(value):
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return WrittenInt(value)
    if isinstance(value, Decimal | float):
        return number(value)
    return day_text(value) if isinstance(value, date) else value


class Stale(Refused):
    """Somebody saved the row since the person opened it."""

    is_of_text = False  # that the sentence says is kept

    def __init__(self, instance, words=""):
        self.instance = instance
        self.is_of_text = not words
        super().__init__(
            words
            or _(
                "Somebody else changed this while you were writing. Nothing of yours is lost: "
                "compare with what is saved now, then save again."
            ),
            code="stale",
        )


class Asked(Refused):
    """It is done once somebody says that it is meant: the API by the field `box`, a form by the box that then shows."""

    def __init__(self, box, sentences, field=None):
        self.box = box
        super().__init__({field or box: sentences})


class Twins(Asked):
    """Rows that look like the one to be saved, which is taken once one says that it is another.

    `twins` are (name, address of the page) for links on the page.
    """

    def __init__(self, field, sentence, twins):
        self.twins = twins
        super().__init__("is_another", sentence, field)


class Unread(Refused):
    """A word without saying of what: which version, or which figures, the person had before them."""

    def __init__(self):
        super().__init__(
            _("Say which version you have read: open it again, read it, then give your word."),
            code="unread",
        )


class ChangedSinceRead(Stale):
    """A word on what was changed after it had been read; `told` says what changed, a line each."""

    def __init__(self, instance, told=()):
        self.instance = instance
        sentence = _("This has changed since you read it: read it again, then give your word.")
        Refused.__init__(self, [ValidationError(sentence, code="stale"), *map(str, told)])


class OtherFigures(Refused):
    """What the person had read, told by its seal, is not what there is now."""

    def __init__(self, sentence):
        super().__init__(sentence, code="stale")


def by_field(refused):
    """{field: [sentences]} with the sentences about no field under `non_field_errors`."""
    if not hasattr(refused, "error_dict"):
        return {"non_field_errors": refused.messages}
    return {
        "non_field_errors" if field == NON_FIELD_ERRORS else field: ValidationError(errors).messages
        for field, errors in refused.error_dict.items()
    }
