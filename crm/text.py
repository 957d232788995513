"""Columns that hold the normalised form of others, and how they are searched; migrations know them by this name."""

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar

from django import forms
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from crm.domain.text import LONG, NEAR_FROM, SHORT, carries_nearly, looked_for, thirds_of, words_of

MAX_CANDIDATES = 2_000

Row = TypeVar("Row", bound=models.Model)


class NormalisedField(models.TextField):
    """Follows other columns of its row, as their words in normalised form: to be searched, or to sort by.

    `icontains` would be UPPER(column) LIKE and ignore the trigram index of the PostgreSQL migration.
    """

    # `Any` here and in AddressField: Django itself gives and takes the options of a field so.
    def __init__(self, *args: Any, sources: Iterable[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs |= {"editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for forced in ("editable", "default"):
            kwargs.pop(forced, None)
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # Each by itself: the end of a town and the beginning of a telephone number are no number together.
        values = (getattr(model_instance, name) or "" for name in self.sources)
        text = " ".join(word for value in values for word in words_of(value))
        setattr(model_instance, self.attname, text)
        return text


def rebuild(model: type[models.Model], rows_at_once: int = 1_000) -> None:
    """Fill the normalised columns of all rows of a model anew; for migrations, when what they hold has changed."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, NormalisedField)]
    rows = model._base_manager.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:rows_at_once]):
        for row in batch:
            for field in fields:
                field.pre_save(row, add=False)
        model._base_manager.bulk_update(batch, [field.name for field in fields])
        last = batch[-1].pk


class SearchableQuerySet(models.QuerySet[Row]):
    """Rows that are searched by words; `searched` names their normalised columns."""

    searched: tuple[str, ...] = ("search",)

    def found_by(self, text: str) -> Self:
        """Rows that carry every word of the text; where none does, those one slip of the finger away."""
        exact = self.matching(text)
        return exact if exact.exists() else self.near(text)

    def looked_up(self, text: str, request: HttpRequest) -> Self:
        """One section of the search page: what is near is looked for once no section has anything (crm.views.home)."""
        return self.near(text) if getattr(request, "searches_near", False) else self.matching(text)

    def matching(self, text: str) -> Self:
        """Rows that carry every word of the text, in any order."""
        words = looked_for(text)
        rows = self if words else self.none()
        for word in words:
            rows = rows.filter(self.carrying(word))
        return rows

    def near(self, text: str) -> Self:
        """Rows that carry every word of the text, one of each word's letters being wrong, missing, added or swapped.

        One slip leaves a third of the word whole, so the database proposes rows that carry a third.
        """
        words = looked_for(text)
        if not any(len(word) >= NEAR_FROM for word in words):
            return self.none()
        rows = self
        for word in words:
            about = self.carrying(word)
            for part in thirds_of(word) if len(word) >= NEAR_FROM else []:
                about |= self.carrying(part)
            rows = rows.filter(about)
        candidates = rows.order_by("pk").values_list("pk", *self.searched)[:MAX_CANDIDATES]
        return self.filter(
            pk__in=[pk for pk, *texts in candidates if carries_nearly(" ".join(texts), words)]
        )

    def carrying(self, word: str) -> Q:
        """The condition that one of the searched columns holds the word."""
        condition = Q()
        short = SHORT.get(word)
        for column in self.searched:
            condition |= Q(**{f"{column}__contains": word})
            if word in LONG:
                condition |= Q(**{f"{column}__contains": LONG[word]})
            if short:
                condition |= Q(**{f"{column}__startswith": f"{short} "}) | Q(
                    **{f"{column}__contains": f" {short} "}
                )
        return condition


class AddressField(models.URLField):
    """A web address; one written without its scheme is https, as will be Django's own rule from 6.0."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"assume_scheme": "https"} | kwargs)
