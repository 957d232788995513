from django.db import transaction

from crm import audit
from crm.models import MemberOffer
from crm.reasons import because


@transaction.atomic
def save_offer(offer, *, by, seen=None):
    """Save a new or changed offer as its form filled it."""
    if offer.pk is None:
        return audit.save(offer, by=by, why=because("Added"))
    saved = MemberOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    audit.refuse_if_stale(saved, seen)
    offer.version = saved.version
    return audit.save(offer, by=by, why=because("Changed"))
