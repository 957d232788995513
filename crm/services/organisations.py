from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.models import Organisation


@transaction.atomic
def save_organisation(organisation, *, by, sdgs=None, seen=None):
    """Save a new or changed organisation as its form filled it, with its goals."""
    if organisation.pk is None:
        audit.save(organisation, by=by, why=_("Added"))
    else:
        saved = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        audit.refuse_if_stale(saved, seen)
        audit.save(organisation, by=by, why=_changed_goals(organisation, sdgs) or _("Changed"))
    if sdgs is not None:
        organisation.sdgs.set(sdgs)
    return organisation


def _changed_goals(organisation, sdgs):
    """Goals hang from a table of their own, so history tells of them in its reason."""
    before = set(organisation.sdgs.order_by("number").values_list("number", flat=True))
    if sdgs is None or before == (after := {sdg.number for sdg in sdgs}):
        return None
    return _("Goals now: %(goals)s") % {"goals": ", ".join(map(str, sorted(after))) or "—"}


@transaction.atomic
def archive_organisation(organisation, *, by, at, why):
    """Take it out of the directory; what it took part in keeps its name."""
    organisation.archived_at = at
    return audit.save(organisation, by=by, why=why or _("Archived"), fields=["archived_at"])


@transaction.atomic
def restore_organisation(organisation, *, by):
    organisation.archived_at = None
    return audit.save(organisation, by=by, why=_("Restored"), fields=["archived_at"])
