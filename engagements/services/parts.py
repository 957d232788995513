"""What hangs from an engagement and has no rule beyond its own fields: solutions, owners, the two levers."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from engagements.services.locks import lock


@transaction.atomic
def save_part(part, *, by, seen=None):
    """Save a new or changed part as its form filled it."""
    lock(part.engagement)
    if part.pk is None:
        return audit.save(part, by=by, why=_("Added"))
    audit.refuse_if_stale(type(part).objects.get(pk=part.pk), seen)
    return audit.save(part, by=by, why=_("Changed"))


@transaction.atomic
def remove_part(part, *, by, why):
    """Take a part away; the history keeps it, with the reason."""
    lock(part.engagement)
    audit.delete(part, by=by, why=why)
