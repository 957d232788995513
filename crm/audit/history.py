"""The history as people read it: who changed what, when and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, NamedTuple, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.fields import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.audit.reasons import Reason
from crm.domain.formatting import day_text, moment_text, written
from crm.text import NormalisedField

# A row of a history table: the tracked columns of its model, and who changed them, when and why. Also the manager of
# these rows. simple-history makes both while the program starts, and says no types.
HistoryRow = Any
NEWEST_FIRST = ("-history_date", "-history_id")


@dataclass(frozen=True)
class FieldChange:
    """One column that changed, in the words of its label and of its values."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryEntry:
    """One change of a row; `kind` is one of KINDS."""

    at: datetime
    by: AbstractBaseUser | None
    why: str | Reason | None
    kind: str | Promise
    changes: tuple[FieldChange, ...]


class RowHistory(NamedTuple):
    """A row and its newest entries, newest first."""

    instance: Any  # whichever model the caller asked about
    entries: list[HistoryEntry]


class RowChange(NamedTuple):
    """One entry, with the row as it stood after the change and before it; None where there was no row."""

    row: HistoryRow
    older: HistoryRow | None
    entry: HistoryEntry


KINDS = {"+": _("added"), "~": _("changed"), "-": _("removed")}


def entries(instance: models.Model, limit: int = 20) -> list[HistoryEntry]:
    """What changed in the row, newest first."""
    rows = history_of(instance).select_related("history_user").order_by(*NEWEST_FIRST)
    return _entries_of_rows(list(rows[: limit + 1]))[:limit]


def history_of(row_or_model: models.Model | type[models.Model]) -> HistoryRow:
    """The manager of the history rows of a tracked row, or of all rows of a tracked model."""
    return row_or_model.history  # type: ignore[union-attr]  # simple-history puts it there


def entries_of(instances: Iterable[models.Model], limit: int = 20) -> list[RowHistory]:
    """The history of each of these rows of one model, in one query whatever their number."""
    instances = list(instances)
    if not instances:
        return []
    key = instances[0]._meta.pk.attname
    rows = history_of(instances[0]).model.objects.filter(
        **{f"{key}__in": [instance.pk for instance in instances]}
    )
    rows_by_key = defaultdict(list)
    for row in rows.select_related("history_user").order_by(*NEWEST_FIRST):
        rows_by_key[getattr(row, key)].append(row)
    return [
        RowHistory(instance, _entries_of_rows(rows_by_key[instance.pk][: limit + 1])[:limit])
        for instance in instances
    ]


def entries_since(model: type[models.Model], since: datetime, **of: Any) -> list[RowChange]:
    """The changes of a model's rows since a moment, in one query; `of` are conditions on the history rows."""
    key = model._meta.pk.attname
    rows = history_of(model).filter(**of)
    tracked_fields = history_of(model).model.tracked_fields
    relations = [field.name for field in tracked_fields if field.is_relation]
    touched = rows.filter(history_date__gte=since).values(key)
    rows_by_key = defaultdict(list)
    for row in (
        rows.filter(**{f"{key}__in": touched})
        .select_related("history_user", *relations)
        .order_by(*NEWEST_FIRST)
    ):
        rows_by_key[getattr(row, key)].append(row)
    return [
        RowChange(row, older, entry)
        for rows in rows_by_key.values()
        for row, older, entry in zip_longest(rows, rows[1:], _entries_of_rows(rows))
        if entry.at >= since
    ]


def facts_of(instance: models.Model, names: Iterable[str]) -> list[tuple[str, str]]:
    """(label, value) of each named column, worded as in the history: what a person reads before they agree to it."""
    fields = [column_of(instance, name) for name in names]
    return [(str(field.verbose_name), _value_text(instance, field)) for field in fields]


def column_of(row_or_model: models.Model | type[models.Model], name: str) -> Field:
    """The field of a column by its name; the cast leaves out relations to the row, which have no column."""
    return cast(Field, row_or_model._meta.get_field(name))


def as_of(model: type[models.Model], moment: datetime, *related: str, **of: Any) -> HistoryRow:
    """The queryset of the history rows that say how each row stood at a moment; rows removed by then are left out.

    `related` are relations to fetch along, `of` conditions on the history rows.
    """
    rows = history_of(model).filter(**of, history_date__lt=moment)
    key = model._meta.pk.attname
    newest_first = rows.filter(**{key: models.OuterRef(key)}).order_by(*NEWEST_FIRST)
    latest = rows.filter(history_id=models.Subquery(newest_first.values("history_id")[:1]))
    return latest.exclude(history_type="-").select_related(*related)


def with_last_change(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Each row with `changed_at`, the moment of the newest entry of its history.

    `Any`: rows of whichever tracked model, with one column more than it has.
    """
    key = rows.model._meta.pk.attname
    newest = history_of(rows.model).filter(**{key: models.OuterRef("pk")}).order_by(*NEWEST_FIRST)
    return rows.annotate(changed_at=models.Subquery(newest.values("history_date")[:1]))


def comings_and_goings(rows: HistoryRow) -> list[HistoryEntry]:
    """Entries of a queryset of history rows of things that are only added and removed, such as a volunteer's skills."""
    return [
        HistoryEntry(
            row.history_date,
            row.history_user,
            row.history_change_reason,
            KINDS[row.history_type],
            (),
        )
        for row in rows.select_related("history_user").order_by(*NEWEST_FIRST)
    ]


def _entries_of_rows(rows: Sequence[HistoryRow]) -> list[HistoryEntry]:
    """Entries of one row's history, newest first; each is compared with the next older one."""
    return [
        HistoryEntry(
            at=row.history_date,
            by=row.history_user,
            why=row.history_change_reason,
            kind=KINDS[row.history_type],
            changes=changes_between(older, row) if older else (),
        )
        for row, older in zip_longest(rows, rows[1:])
    ]


def changes_between(older: HistoryRow, newer: HistoryRow) -> tuple[FieldChange, ...]:
    """The tracked columns whose values differ, but for the derived ones and those without a label."""
    changes = []
    for field in newer.tracked_fields:
        if not _has_a_label(field) or isinstance(field, NormalisedField):
            continue
        before, after = getattr(older, field.attname), getattr(newer, field.attname)
        if before != after:
            changes.append(
                FieldChange(
                    str(field.verbose_name), _value_text(older, field), _value_text(newer, field)
                )
            )
    return tuple(changes)


def _has_a_label(field: Field) -> bool:
    """Whether the column has a name for readers, and not the one that Django makes of the code's: notes of our own."""
    return str(field.verbose_name) != field.name.replace("_", " ") or isinstance(
        field.verbose_name, Promise
    )


def _value_text(row: models.Model | HistoryRow, field: Field) -> str:
    """The value of a column in words: the label of a choice, a day, a moment, yes or no, a number, a name."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = getattr(row, field.name) if field.is_relation else getattr(row, field.attname)
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Decimal):
        return written(value, max(0, -int(value.normalize().as_tuple().exponent)))
    return "" if value is None else str(value)
