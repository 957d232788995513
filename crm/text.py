"""Text as search compares it: lower case, no accents, the same on SQLite and PostgreSQL."""

import unicodedata

from django.db import models

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "’": "'"})


def normalise(text):
    """Lower case without accents. NFKD does not split œ, æ, ß and ø, hence the table."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class NormalisedField(models.TextField):
    """Follows other columns of its row in normalised form; search it with `__contains`.

    `icontains` would be UPPER(column) LIKE and ignore the trigram index of the PostgreSQL migration.
    """

    def __init__(self, *args, sources=(), **kwargs):
        self.sources = tuple(sources)
        kwargs |= {"editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for forced in ("editable", "default"):
            kwargs.pop(forced, None)
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance, add):
        text = normalise(" ".join(filter(None, (getattr(model_instance, name) for name in self.sources))))
        setattr(model_instance, self.attname, text)
        return text


class AddressField(models.URLField):
    """A web address; one written without its scheme is https, as will be Django's own rule from 6.0."""

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https"} | kwargs)
