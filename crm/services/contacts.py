from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.models import Interaction
from crm.refusals import Refused


@transaction.atomic
def save_contact(contact, *, by):
    return audit.save(contact, by=by, why=_("Changed") if contact.pk else _("Added"))


@transaction.atomic
def log_interaction(organisation, *, kept_by, kind, happened_on, text, by, today, contact=None):
    """Write down a call, mail, meeting or note with an organisation, kept by one member."""
    if happened_on > today:
        raise Refused({"happened_on": _("Write down what has happened: this day is still to come.")})
    interaction = Interaction(
        organisation=organisation,
        kept_by=kept_by,
        contact=contact,
        author=by,
        kind=kind,
        happened_on=happened_on,
        text=text,
    )
    return audit.save(interaction, by=by, why=_("Logged"))
