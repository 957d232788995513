"""What hangs from an engagement (solutions, costs, owners, drills, decisions…), saved under its lock."""

from typing import TypeVar

from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from crm.models import User
from engagements.models import (
    Decision,
    Drill,
    ExitOutcome,
    OwnershipItem,
    PostMortem,
    Risk,
    RunningCost,
    Solution,
    SteeringNote,
)
from engagements.services.locks import lock

Part = TypeVar(
    "Part",
    Decision,
    Drill,
    ExitOutcome,
    OwnershipItem,
    PostMortem,
    Risk,
    RunningCost,
    Solution,
    SteeringNote,
)


@transaction.atomic
def save_part(part: Part, *, by: User, seen: int | None = None) -> Part:
    """Save a new or changed part as its form filled it; columns that no form offers keep what is saved.

    `seen` is the version that the person had before them. Where an engagement has one such part at most, whoever comes
    second is refused as stale: they have not read what the first one wrote.
    """
    lock(part.engagement)
    rows = type(part)._base_manager
    if part.pk is None:
        if type(part)._meta.get_field("engagement").one_to_one:
            write.refuse_if_stale(rows.filter(engagement=part.engagement).first(), 0)
        return write.save(part, by=by, why=because("Added"))
    write.refuse_if_stale(rows.get(pk=part.pk), seen)
    fields = [
        field.name
        for field in part._meta.concrete_fields
        if field.editable and not field.primary_key and field.name != "engagement"
    ]
    return write.save(part, by=by, why=because("Changed"), fields=fields)


@transaction.atomic
def remove_part(part: Part, *, by: User, why: str, seen: int | None = None) -> None:
    """Delete a part; the history keeps it, with the reason."""
    lock(part.engagement)
    part = type(part)._base_manager.get(pk=part.pk)
    write.refuse_if_stale(part, seen)
    write.delete(part, by=by, why=why)
