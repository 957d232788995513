"""What members accept."""

from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from crm.models import MemberOffer, User


@transaction.atomic
def save_offer(offer: MemberOffer, *, by: User, seen: int | None = None) -> MemberOffer:
    """Save a new or changed offer as its form filled it."""
    if offer.pk is None:
        return write.save(offer, by=by, why=because("Added"))
    saved = MemberOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    write.refuse_if_stale(saved, seen)
    offer.version = saved.version
    return write.save(offer, by=by, why=because("Changed"))
