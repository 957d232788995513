"""What hangs from an engagement (solutions, costs, owners, drills, decisions…), saved under its lock."""

from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from engagements.services.locks import lock


@transaction.atomic
def save_part(part, *, by, seen=None):
    """Save a new or changed part as its form filled it; what no form offers is left as it is saved.

    Of what an engagement has once, the first to write is kept: who comes second has not read it.
    """
    lock(part.engagement)
    if part.pk is None:
        if type(part).engagement.field.one_to_one:
            write.refuse_if_stale(
                type(part)._base_manager.filter(engagement=part.engagement).first(), 0
            )
        return write.save(part, by=by, why=because("Added"))
    write.refuse_if_stale(type(part)._base_manager.get(pk=part.pk), seen)
    offered = [
        field.name
        for field in part._meta.concrete_fields
        if field.editable and not field.primary_key and field.name != "engagement"
    ]
    return write.save(part, by=by, why=because("Changed"), fields=offered)


@transaction.atomic
def remove_part(part, *, by, why, seen=None):
    """Take a part away; the history keeps it, with the reason."""
    lock(part.engagement)
    part = type(part)._base_manager.get(pk=part.pk)
    write.refuse_if_stale(part, seen)
    write.delete(part, by=by, why=why)
