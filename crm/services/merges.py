"""Two organisations, or two contacts, become one; and two again, for a while, as far as things stand as they were left.

Accounts are never merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.serializers import python as rows_as_values
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit import write
from crm.audit.history import column_of
from crm.audit.reasons import Reason, because
from crm.domain.merging import Twin
from crm.domain.refusals import Asked, Refused
from crm.models import KeptApart, Merge, Organisation, Sdg, User
from crm.models.merges import ordered
from crm.selectors.merges import (
    IDENTIFIERS,
    MODELS,
    Mergeable,
    Move,
    Plan,
    plan_of,
    relation_of,
    seal_of,
    subject_of,
)


@dataclass(frozen=True)
class Asking:
    """What whoever merges has read, by the seal of both, and says besides: that two numbers may be one."""

    seen: str
    are_one: bool = False


@transaction.atomic
def merge(kept: Mergeable, absorbed: Mergeable, *, by: User, at: datetime, asking: Asking) -> Merge:
    """All that hangs from the second hangs from the first, which takes over the facts that it lacks.

    The second is hidden and leads to the first. What was frozen or signed keeps its words; links to it move. Refused
    where something speaks against it, Asked where their numbers say that they are two.
    """
    kept, absorbed = _locked(kept, absorbed)
    sentence = _("One of them has changed since you read this: read it again, then merge.")
    write.refuse_other_seal(seal_of(kept, absorbed), asking.seen, sentence)
    plan = plan_of(kept, absorbed)
    if plan.against:
        raise Refused(plan.against)
    if plan.two_numbers and not asking.are_one:
        raise Asked("are_one", [*plan.two_numbers, _("Say that they are one all the same.")])
    why = because("Merged: %(absorbed)s into %(kept)s", absorbed=str(absorbed), kept=str(kept))
    row = Merge(
        subject=subject_of(kept),
        kept=kept.pk,
        absorbed=absorbed.pk,
        absorbed_name=str(absorbed)[:200],
        by=by,
        at=at,
    )
    for move in plan.moves:
        _carry_out(move, row, plan, why)
    _hand_over(row, plan, why)
    write.check(row)  # and so a form that is sent again finds what the first one made
    row.save()
    return row


def _locked(kept: Mergeable, absorbed: Mergeable) -> tuple[Any, Any]:
    """Both rows as they are now, locked in one order whoever is kept; Refused where one is no longer there."""
    if kept.pk == absorbed.pk:
        raise Refused(_("Choose two: one cannot be merged with itself."))
    rows = type(kept)._base_manager.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[kept.pk, absorbed.pk])}
    kept, absorbed = found[kept.pk], found[absorbed.pk]
    if kept.merged_into_id or absorbed.merged_into_id:
        raise Refused(_("One of them is merged into another already: open it again."))
    if getattr(kept, "archived_at", None) or getattr(absorbed, "archived_at", None):
        raise Refused(_("One of them is out of the directory: put it back first."))
    return kept, absorbed


def _carry_out(move: Move, merge: Merge, plan: Plan, why: Reason) -> None:
    relation = move.relation
    rows = list(relation.rows(plan.absorbed).select_for_update(of=("self",)))
    twins = [row for row in rows if row.pk in move.twins]
    moving = [row for row in rows if row.pk not in move.twins]
    write.repoint(moving, relation.name, plan.kept, by=merge.by, why=why)
    if moving:
        merge.moved[relation.key] = [row.pk for row in moving]
    if relation.rule.twin == Twin.ENDS and twins:
        merge.ended[relation.key] = _ended(twins, timezone.localdate(merge.at), merge.by, why)
    if relation.rule.twin == Twin.GOES and twins:
        merge.gone[relation.key] = rows_as_values.Serializer().serialize(twins)
        for row in twins:
            write.delete(row, by=merge.by, why=why)


def _ended(twins: Sequence[Any], today: date, by: User, why: Reason) -> dict[str, list[str | None]]:
    """{key: [last day before, last day now]} of the roles that are over. `Any`: rows that begin and end."""
    ended = {}
    for row in twins:
        before, row.ended_on = row.ended_on, max(today, row.started_on)
        write.save(row, by=by, why=why, fields=["ended_on"])
        ended[str(row.pk)] = [before and before.isoformat(), row.ended_on.isoformat()]
    return ended


def _hand_over(merge: Merge, plan: Plan, why: Reason) -> None:
    """The absorbed one gives away its numbers and is hidden, then the kept one is filled in: a number exists once."""
    kept, absorbed = plan.kept, plan.absorbed
    merge.taken = {name: plan.filled[name] for name in IDENTIFIERS if name in plan.filled}
    for name in merge.taken:
        setattr(absorbed, name, None)
    absorbed.merged_into = kept
    columns = ["merged_into", *merge.taken]
    if isinstance(absorbed, Organisation):
        absorbed.archived_at = merge.at
        columns.append("archived_at")
    write.save(absorbed, by=merge.by, why=why, fields=columns)
    for name, value in plan.filled.items():
        column = column_of(kept, name).attname
        merge.filled[name] = [getattr(kept, column), value]
        setattr(kept, column, value)
    write.save(kept, by=merge.by, why=why, fields=list(plan.filled), beside=True)
    merge.goals = plan.goals
    if isinstance(kept, Organisation) and plan.goals:
        kept.sdgs.add(*Sdg.objects.filter(number__in=plan.goals))


@dataclass
class Undoing:
    """What is put back, and sentences about what could not be."""

    merge: Merge
    kept: Any  # an organisation or a contact, as its model says
    absorbed: Any
    by: User
    why: Reason
    left: list[str] = field(default_factory=list)


@transaction.atomic
def undo_merge(merge: Merge, *, by: User, at: datetime) -> list[str]:
    """Put back exactly what was moved and filled in, where it still is as the merge left it.

    Gives a sentence for each thing that could not be put back.
    """
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise Refused(_("This merge is undone already."))
    if not merge.can_be_undone(at):
        raise Refused(_("A merge can be undone for 30 days, and these are over."))
    rows = MODELS[merge.subject]._base_manager.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[merge.kept, merge.absorbed])}
    kept, absorbed = found[merge.kept], found[merge.absorbed]
    if kept.merged_into_id is not None:
        raise Refused(
            _("%(name)s is merged into another one since: undo that first.") % {"name": kept}
        )
    why = because("Merge undone: %(absorbed)s is itself again", absorbed=merge.absorbed_name)
    undoing = Undoing(merge, kept, absorbed, by, why)
    _take_back(undoing)
    _show_again(undoing)
    _put_rows_back(undoing)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    return undoing.left


def _take_back(undoing: Undoing) -> None:
    """The kept one loses what was filled in, where nobody has changed it since."""
    kept, columns = undoing.kept, []
    for name, (before, after) in undoing.merge.filled.items():
        column = column_of(kept, name)
        if getattr(kept, column.attname) == after:
            setattr(kept, column.attname, before)
            columns.append(name)
        elif getattr(kept, column.attname) != before:
            undoing.left.append(
                _("“%(field)s” was changed since, and stays as it is.")
                % {"field": column.verbose_name}
            )
    write.save(kept, by=undoing.by, why=undoing.why, fields=columns, beside=True)
    if undoing.merge.goals:
        kept.sdgs.remove(*Sdg.objects.filter(number__in=undoing.merge.goals))


def _show_again(undoing: Undoing) -> None:
    """The absorbed one is there again, with the numbers that nobody else has taken meanwhile."""
    absorbed, columns = undoing.absorbed, ["merged_into"]
    absorbed.merged_into = None
    if isinstance(absorbed, Organisation):
        absorbed.archived_at = None
        columns.append("archived_at")
    for name, value in undoing.merge.taken.items():
        if Organisation._base_manager.filter(**{name: value}).exists():
            undoing.left.append(
                _("The number %(number)s stays with the one that has it now.") % {"number": value}
            )
        else:
            setattr(absorbed, name, value)
            columns.append(name)
    write.save(absorbed, by=undoing.by, why=undoing.why, fields=columns)


def _put_rows_back(undoing: Undoing) -> None:
    merge = undoing.merge
    for key, keys in merge.moved.items():
        relation = relation_of(key)
        rows = list(relation.rows(undoing.kept).filter(pk__in=keys).select_for_update(of=("self",)))
        write.repoint(rows, relation.name, undoing.absorbed, by=undoing.by, why=undoing.why)
        if missing := len(keys) - len(rows):
            undoing.left.append(_left_in_words(relation.label, missing))
    for key, ended in merge.ended.items():
        _begin_again(undoing, key, ended)
    for gone in merge.gone.values():
        _bring_back(undoing, gone)


def _left_in_words(label: str, missing: int) -> str:
    sentence = ngettext(
        "%(label)s: %(number)s has gone or was moved since, and stays where it is.",
        "%(label)s: %(number)s have gone or were moved since, and stay where they are.",
        missing,
    )
    return sentence % {"label": label, "number": missing}


def _begin_again(undoing: Undoing, key: str, ended: dict[str, list[str | None]]) -> None:
    rows = relation_of(key).rows(undoing.absorbed).filter(pk__in=ended)
    for row in rows.select_for_update(of=("self",)):
        before, after = ended[str(row.pk)]
        if row.ended_on and row.ended_on.isoformat() == after:
            row.ended_on = before and date.fromisoformat(before)
            write.save(row, by=undoing.by, why=undoing.why, fields=["ended_on"])


def _bring_back(undoing: Undoing, gone: list[dict[str, Any]]) -> None:
    """Rows that went are there again under their numbers, unless what they hang from is gone as well."""
    for values in rows_as_values.Deserializer(gone):
        row: models.Model = values.object
        row._state.adding = True
        if any(_is_gone(row, each) for each in row._meta.concrete_fields if each.is_relation):
            undoing.left.append(
                _("%(thing)s: what it was about is gone.") % {"thing": row._meta.verbose_name}
            )
        else:
            write.save(row, by=undoing.by, why=undoing.why)


def _is_gone(row: models.Model, column: Any) -> bool:
    """Whether what the column points to is no longer there. `Any`: a relation of whichever model."""
    key = getattr(row, column.attname)
    return key is not None and not column.related_model._base_manager.filter(pk=key).exists()


@transaction.atomic
def keep_apart(one: Mergeable, other: Mergeable, *, by: User, at: datetime) -> None:
    """They are two: the pair is not proposed again. Said twice, it is said once."""
    if one.pk == other.pk:
        raise Refused(_("Choose two: one cannot be merged with itself."))
    first, second = ordered(one, other)
    KeptApart.objects.get_or_create(
        subject=subject_of(one), first=first, second=second, defaults={"by": by, "at": at}
    )
