"""Pages by key: the last page of a long list costs what its first one does."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import QueryDict

from crm.audit.history import column_of

SIZE = 50
MAX_COUNTED = 1_000

Row = TypeVar("Row", bound=Model)
Order = Sequence[str]


@dataclass(frozen=True)
class Page:
    """`keys` are the primary keys in order; the addresses are query strings, or None where there is no page."""

    keys: list[Any]  # of the type of the primary key
    total: int
    first: str | None
    previous: str | None
    next: str | None
    last: str | None

    @property
    def is_more_than_counted(self) -> bool:
        """Counting stops at MAX_COUNTED: beyond it a page says "more than 1,000"."""
        return self.total > MAX_COUNTED


def page_by_key(
    queryset: QuerySet[Any], *, order: Order, params: QueryDict, size: int = SIZE
) -> Page:
    """One page of a queryset. `order` is ("name", "pk") or ("-day", "-pk"): non-null columns, the key last.

    `params` is request.GET: `after` or `before` hold the key of the neighbouring row, `last` asks for the end.
    """
    backwards = "before" in params or "last" in params
    walk = _reversed(order) if backwards else order
    rows = queryset.order_by(*walk)
    cursor = _cursor(queryset, order, params.get("before") or params.get("after"))
    if cursor is not None:
        rows = rows.filter(_beyond(walk, cursor))
    row_keys = list(rows.values_list(*(name.lstrip("-") for name in order))[: size + 1])
    is_more = len(row_keys) > size
    row_keys = row_keys[:size]
    if backwards:
        row_keys.reverse()
    has_previous = is_more if backwards else cursor is not None
    has_next = (cursor is not None) if backwards else is_more
    total = queryset.order_by()[: MAX_COUNTED + 1].count()
    return Page(
        keys=[row_key[-1] for row_key in row_keys],
        total=total,
        first=_query(params) if has_previous else None,
        previous=_query(params, before=row_keys[0]) if has_previous and row_keys else None,
        next=_query(params, after=row_keys[-1]) if has_next and row_keys else None,
        last=_query(params, last=True) if has_next else None,
    )


def in_order(keys: Iterable[Any], queryset: QuerySet[Row]) -> list[Row]:
    """The rows of one page, in the order of its keys: fetched by key, so that joins see one page only."""
    rows = {row.pk: row for row in queryset.filter(pk__in=keys)}
    return [rows[key] for key in keys if key in rows]


def _reversed(order: Order) -> Order:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _beyond(order: Order, cursor: Sequence[Any]) -> Q:
    """Rows after the cursor. The first comparison stands alone, so that an index can start from it."""
    beyond = Q()
    for name, value in reversed(list(zip(order, cursor, strict=True))):
        column, compare = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        if not beyond:
            beyond = Q(**{f"{column}__{compare}": value})
        else:
            beyond = Q(**{f"{column}__{compare}e": value}) & (
                Q(**{f"{column}__{compare}": value}) | beyond
            )
    return beyond


def _cursor(queryset: QuerySet[Any], order: Order, text: str | None) -> list[Any] | None:
    """The key in the address, or None where there is none or it makes no sense: that is the first page."""
    if not text:
        return None
    try:
        values = json.loads(text)
        if not all(isinstance(value, str | int | float) for value in values) or not can_be_asked(
            values
        ):
            return None
        return [
            field_of(queryset, name.lstrip("-")).to_python(value)
            for name, value in zip(order, values, strict=True)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None


def can_be_asked(values: Iterable[object]) -> bool:
    """Whether a database takes these values in a query: their texts hold no null character.

    Half of a surrogate pair is a ValueError.
    """
    return b"\0" not in "".join(value for value in values if isinstance(value, str)).encode()


def field_of(queryset: QuerySet[Any], name: str) -> Field:
    """The field of a column or annotation of the queryset; `name` may lead over relations, as in a filter."""
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    model = queryset.model
    *relations, last = name.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.pk if last == "pk" else column_of(model, last)


def _query(
    params: QueryDict,
    after: Sequence[Any] | None = None,
    before: Sequence[Any] | None = None,
    last: bool = False,
) -> str:
    """The query string of a neighbouring page: what was asked for, with the key of the row beside it."""
    query: dict[str, Any] = {
        name: values
        for name, values in params.lists()
        if name not in {"after", "before", "last"} and any(values)
    }
    for name, key in (("after", after), ("before", before)):
        if key is not None:
            query[name] = json.dumps(key, default=str)
    if last:
        query["last"] = 1
    return "?" + urlencode(query, doseq=True)
