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
    """A whole number that prints as its reader writes it, and still chooses a plural."""

    def __str__(self):
        return number(int(self))


def in_words(error):
    """The same error, with the numbers and days in its sentences as the reader's language writes them."""
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
    """Somebody saved the row since the person opened it; `instance` is the row as it is saved, or None."""

    is_of_text = False  # whether the sentence says that what was typed is kept

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
    """It is done once the person confirms it: in the API with the field `box`, in a form by the box that then shows."""

    def __init__(self, box, sentences, field=None):
        self.box = box
        super().__init__({field or box: sentences})


class Twins(Asked):
    """Rows that look like the one to be saved; it is saved once the person says that it is another.

    `twins` are (name, address of the page) for links on the page.
    """

    def __init__(self, field, sentence, twins):
        self.twins = twins
        super().__init__("is_another", sentence, field)


class DoneElsewhere(Refused):
    """It is done by other verbs; `links` are (name, address of the page) of those that the sentence names."""

    def __init__(self, message, links):
        self.links = links
        super().__init__(message)


class Unread(Refused):
    """Somebody agrees, signs or approves without saying which version, or which figures, they have read."""

    def __init__(self):
        super().__init__(
            _("Say which version you have read: open it again, read it, then give your word."),
            code="unread",
        )


class ChangedSinceRead(Stale):
    """Somebody agrees to what was changed after they had read it; `changes` are lines that say what changed."""

    def __init__(self, instance, changes=()):
        self.instance = instance
        sentence = _("This has changed since you read it: read it again, then give your word.")
        Refused.__init__(self, [ValidationError(sentence, code="stale"), *map(str, changes)])


class OtherFigures(Refused):
    """What the person has read, of which they sent the seal, is not what there is now."""

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
