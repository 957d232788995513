"""Columns that hold the normalised form of others, and how they are searched; migrations know them by this name."""

from django.db import models
from django.db.models import Q

from crm.domain.text import LONG, MOST_WORDS, NEAR_FROM, SHORT, carries_nearly, thirds_of, words_of

MOST_CANDIDATES = 2_000


class NormalisedField(models.TextField):
    """Follows other columns of its row, as their words in normalised form: to be searched, or to sort by.

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
        text = " ".join(
            words_of(
                " ".join(filter(None, (getattr(model_instance, name) for name in self.sources)))
            )
        )
        setattr(model_instance, self.attname, text)
        return text


def rebuild(model, rows_at_once=1_000):
    """Fill the normalised columns of all rows of a model anew; for migrations, when what they hold has changed."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, NormalisedField)]
    rows = model._base_manager.order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last)[:rows_at_once]):
        for row in found:
            for field in fields:
                field.pre_save(row, add=False)
        model._base_manager.bulk_update(found, [field.name for field in fields])
        last = found[-1].pk


class SearchableQuerySet(models.QuerySet):
    """Rows that are searched by words; `searched` names their normalised columns."""

    searched = ("search",)

    def found_by(self, text):
        """Rows that carry every word of the text; where none does, those one slip of the finger away."""
        exact = self.matching(text)
        return exact if exact.exists() else self.near(text)

    def looked_up(self, text, request):
        """One section of the search page: what is near is looked for once no section has anything (crm.views.home)."""
        return self.near(text) if getattr(request, "searches_near", False) else self.matching(text)

    def matching(self, text):
        """Rows that carry every word of the text, in any order."""
        words = words_of(text)[:MOST_WORDS]
        found = self if words else self.none()
        for word in words:
            found = found.filter(self.carrying(word))
        return found

    def near(self, text):
        """Rows that carry every word of the text, one of each word's letters being wrong, missing, added or swapped.

        One slip leaves a third of the word whole, so the database proposes rows that carry a third.
        """
        words = words_of(text)[:MOST_WORDS]
        if not any(len(word) >= NEAR_FROM for word in words):
            return self.none()
        rows = self
        for word in words:
            about = self.carrying(word)
            for part in thirds_of(word) if len(word) >= NEAR_FROM else []:
                about |= self.carrying(part)
            rows = rows.filter(about)
        candidates = rows.order_by("pk").values_list("pk", *self.searched)[:MOST_CANDIDATES]
        return self.filter(
            pk__in=[pk for pk, *texts in candidates if carries_nearly(" ".join(texts), words)]
        )

    def carrying(self, word):
        """The condition that one of the searched columns holds the word."""
        found = Q()
        short = SHORT.get(word)
        for column in self.searched:
            found |= Q(**{f"{column}__contains": word})
            if word in LONG:
                found |= Q(**{f"{column}__contains": LONG[word]})
            if short:
                found |= Q(**{f"{column}__startswith": f"{short} "}) | Q(
                    **{f"{column}__contains": f" {short} "}
                )
        return found


class AddressField(models.URLField):
    """A web address; one written without its scheme is https, as will be Django's own rule from 6.0."""

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https"} | kwargs)
