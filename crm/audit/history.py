"""The history as people read it: who changed what, when and why."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.audit.reasons import Reason
from crm.domain.formatting import day_text, moment_text, written
from crm.text import NormalisedField


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    at: datetime
    by: object
    why: str | Reason
    kind: str
    changes: tuple[Change, ...]


KINDS = {"+": _("added"), "~": _("changed"), "-": _("removed")}


def entries(instance, limit=20):
    """What changed, newest first: a list of Entry made of the row's history."""
    rows = instance.history.select_related("history_user").order_by("-history_date", "-history_id")
    return _told(list(rows[: limit + 1]))[:limit]


def entries_of(instances, limit=20):
    """[(instance, its entries)] of rows of one model, in one statement whatever their number."""
    instances = list(instances)
    if not instances:
        return []
    key = instances[0]._meta.pk.attname
    rows = instances[0].history.model.objects.filter(
        **{f"{key}__in": [instance.pk for instance in instances]}
    )
    found = defaultdict(list)
    for row in rows.select_related("history_user").order_by("-history_date", "-history_id"):
        found[getattr(row, key)].append(row)
    return [(instance, _told(found[instance.pk][: limit + 1])[:limit]) for instance in instances]


def entries_since(model, since, **of):
    """[(row then, row before or None, Entry)] of the changes since a moment, in one statement."""
    key = model._meta.pk.attname
    rows = model.history.filter(**of)
    relations = [field.name for field in model.history.model.tracked_fields if field.is_relation]
    touched = rows.filter(history_date__gte=since).values(key)
    found = defaultdict(list)
    for row in (
        rows.filter(**{f"{key}__in": touched})
        .select_related("history_user", *relations)
        .order_by("-history_date", "-history_id")
    ):
        found[getattr(row, key)].append(row)
    return [
        (row, older, entry)
        for rows in found.values()
        for row, older, entry in zip_longest(rows, rows[1:], _told(rows))
        if entry.at >= since
    ]


def facts_of(instance, names):
    """[(label, value)] of some columns, in the words of the history: what one reads before giving one's word."""
    return [
        (field.verbose_name, _shown(instance, field))
        for field in map(instance._meta.get_field, names)
    ]


def as_of(model, moment, *related, **of):
    """The history rows that say how each row stood at a moment, in one statement; removed rows are left out."""
    rows = model.history.filter(**of, history_date__lt=moment)
    key = model._meta.pk.attname
    newest_first = rows.filter(**{key: models.OuterRef(key)}).order_by(
        "-history_date", "-history_id"
    )
    latest = rows.filter(history_id=models.Subquery(newest_first.values("history_id")[:1]))
    return latest.exclude(history_type="-").select_related(*related)


def with_last_change(rows):
    """Each row with `changed_at`, the moment of the newest entry of its history."""
    key = rows.model._meta.pk.attname
    newest = rows.model.history.filter(**{key: models.OuterRef("pk")}).order_by(
        "-history_date", "-history_id"
    )
    return rows.annotate(changed_at=models.Subquery(newest.values("history_date")[:1]))


def comings_and_goings(rows):
    """Entries of history rows of things that are only added and taken away, such as a volunteer's skills."""
    return [
        Entry(
            row.history_date,
            row.history_user,
            row.history_change_reason,
            KINDS[row.history_type],
            (),
        )
        for row in rows.select_related("history_user").order_by("-history_date", "-history_id")
    ]


def _told(rows):
    """Entries of one row's history, newest first; each is compared with the next older one."""
    told = []
    for row, older in zip_longest(rows, rows[1:]):
        told.append(
            Entry(
                at=row.history_date,
                by=row.history_user,
                why=row.history_change_reason,
                kind=KINDS[row.history_type],
                changes=changes_between(older, row) if older else (),
            )
        )
    return told


def changes_between(older, newer):
    hidden = {"version", "id"}
    changes = []
    for field in newer.tracked_fields:
        if field.name in hidden or isinstance(field, NormalisedField):
            continue
        before, after = getattr(older, field.attname), getattr(newer, field.attname)
        if before != after:
            changes.append(
                Change(str(field.verbose_name), _shown(older, field), _shown(newer, field))
            )
    return tuple(changes)


def _shown(row, field):
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
        return written(value, max(0, -value.normalize().as_tuple().exponent))
    return "" if value is None else str(value)
