from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused, Twins
from crm.domain.text import words_of
from crm.models import Contact, Interaction


@transaction.atomic
def save_contact(contact, *, by, is_another=False, seen=None):
    """Save a contact; one who seems to be there already is refused unless `is_another` says that it is not the same."""
    if contact.pk:
        write.refuse_if_stale(
            Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk), seen
        )
    if not is_another:
        _refuse_a_twin(contact, by)
    return write.save(contact, by=by, why=because("Changed") if contact.pk else because("Added"))


def _refuse_a_twin(contact, by):
    """The same name at the same organisation, or the same address anywhere in the address books that `by` reads."""
    same = Q(organisation=contact.organisation_id, sort_name=" ".join(words_of(contact.full_name)))
    if contact.email:
        same |= Q(email__iexact=contact.email)
    found = Contact.objects.visible_to(by).filter(same)
    if found.filter(pk=contact.pk).exists() and not _is_renamed(contact):
        return
    others = found.exclude(pk=contact.pk).select_related("organisation").order_by("pk")[:5]
    twins = [
        (f"{other.full_name} ({other.organisation.name})", other.organisation.get_absolute_url())
        for other in others
    ]
    if twins:
        sentence = _("Your contacts have %(twins)s already. If this is somebody else, say so.")
        raise Twins(
            "full_name", sentence % {"twins": " · ".join(name for name, _page in twins)}, twins
        )


def _is_renamed(contact):
    saved = Contact.objects.get(pk=contact.pk)
    return (saved.full_name, saved.email) != (contact.full_name, contact.email)


@transaction.atomic
def log_interaction(organisation, *, kept_by, kind, happened_on, text, by, today, contact=None):
    """Write down a call, mail, meeting or note with an organisation, kept by one member."""
    if happened_on > today:
        raise Refused(
            {"happened_on": _("Write down what has happened: this day is still to come.")}
        )
    interaction = Interaction(
        organisation=organisation,
        kept_by=kept_by,
        contact=contact,
        author=by,
        kind=kind,
        happened_on=happened_on,
        text=text,
    )
    return write.save(interaction, by=by, why=because("Logged"))
