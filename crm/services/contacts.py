"""Address books: contacts of organisations, and what was said with them. Each belongs to one member."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused, Twins
from crm.domain.text import words_of
from crm.models import Contact, Interaction, User


@transaction.atomic
def save_contact(
    contact: Contact, *, by: User, is_another: bool = False, seen: int | None = None
) -> Contact:
    """Save a new or changed contact; Twins where it seems to be there already.

    `is_another` says that it is somebody else.
    """
    if contact.pk:
        write.refuse_if_stale(
            Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk), seen
        )
    if not is_another:
        _refuse_a_twin(contact, by)
    return write.save(contact, by=by, why=because("Changed") if contact.pk else because("Added"))


def _refuse_a_twin(contact: Contact, by: User) -> None:
    """Twins: the same name at the same organisation, or the same address anywhere in the address books that `by` reads.

    A contact that is there and whose name and address stay is no twin of anybody.
    """
    same = Q(organisation=contact.organisation_id, sort_name=" ".join(words_of(contact.full_name)))
    if contact.email:
        same |= Q(email__iexact=contact.email)
    alike = Contact.objects.visible_to(by).filter(same)
    if alike.filter(pk=contact.pk).exists() and not _is_renamed(contact):
        return
    others = alike.exclude(pk=contact.pk).select_related("organisation").order_by("pk")[:5]
    twins = [
        (f"{other.full_name} ({other.organisation.name})", other.organisation.get_absolute_url())
        for other in others
    ]
    if twins:
        sentence = _("Your contacts have %(twins)s already. If this is somebody else, say so.")
        raise Twins(
            "full_name", sentence % {"twins": " · ".join(name for name, _page in twins)}, twins
        )


def _is_renamed(contact: Contact) -> bool:
    """Whether the name or the address differs from what is saved."""
    saved = Contact.objects.get(pk=contact.pk)
    return (saved.full_name, saved.email) != (contact.full_name, contact.email)


@transaction.atomic
def log_interaction(interaction: Interaction, *, by: User, today: date) -> Interaction:
    """Save a new call, mail, meeting or note with an organisation as its form filled it; `by` is its author."""
    if interaction.happened_on > today:
        raise Refused(
            {"happened_on": _("Write down what has happened: this day is still to come.")}
        )
    interaction.author = by
    return write.save(interaction, by=by, why=because("Logged"))
