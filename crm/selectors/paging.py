"""Pages by key: the last page of a long list costs what its first one does."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q

SIZE = 50
COUNT_UP_TO = 1_000


@dataclass(frozen=True)
class Page:
    """`keys` are the primary keys in order; the addresses are query strings, or None where there is no page."""

    keys: list
    total: int
    first: str | None
    previous: str | None
    next: str | None
    last: str | None

    @property
    def is_more_than_counted(self):
        """Counting stops at COUNT_UP_TO: beyond it a page says "more than 1,000"."""
        return self.total > COUNT_UP_TO


def page_by_key(queryset, *, order, params, size=SIZE):
    """One page of a queryset. `order` is ("name", "pk") or ("-day", "-pk"): non-null columns, the key last.

    `params` is request.GET: `after` or `before` hold the key of the neighbouring row, `last` asks for the end.
    """
    backwards = "before" in params or "last" in params
    walk = _reversed(order) if backwards else order
    rows = queryset.order_by(*walk)
    cursor = _cursor(queryset, order, params.get("before") or params.get("after"))
    if cursor is not None:
        rows = rows.filter(_beyond(walk, cursor))
    found = list(rows.values_list(*(name.lstrip("-") for name in order))[: size + 1])
    is_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_previous = is_more if backwards else cursor is not None
    has_next = (cursor is not None) if backwards else is_more
    total = queryset.order_by()[: COUNT_UP_TO + 1].count()
    return Page(
        keys=[row[-1] for row in found],
        total=total,
        first=_query(params) if has_previous else None,
        previous=_query(params, before=found[0]) if has_previous and found else None,
        next=_query(params, after=found[-1]) if has_next and found else None,
        last=_query(params, last=1) if has_next else None,
    )


def in_order(keys, queryset):
    """The rows of one page, in the order of its keys: fetched by key, so that joins see one page only."""
    rows = {row.pk: row for row in queryset.filter(pk__in=keys)}
    return [rows[key] for key in keys if key in rows]


def _reversed(order):
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _beyond(order, cursor):
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


def _cursor(queryset, order, text):
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


def can_be_asked(values):
    """Text that neither database takes: a null character, half of a surrogate pair (a ValueError)."""
    return b"\0" not in "".join(value for value in values if isinstance(value, str)).encode()


def field_of(queryset, name):
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    model = queryset.model
    *relations, last = name.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _query(params, after=None, before=None, last=None):
    kept = {
        name: values
        for name, values in params.lists()
        if name not in {"after", "before", "last"} and any(values)
    }
    for name, key in (("after", after), ("before", before)):
        if key is not None:
            kept[name] = json.dumps(key, default=str)
    if last:
        kept["last"] = last
    return "?" + urlencode(kept, doseq=True)
