"""Notes of calls and meetings."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import Interaction
from engagements.models import EngagementInteraction


@transaction.atomic
def log_interaction(engagement, *, kind, happened_on, text, by, today, contact=None):
    """Write down a call, mail, meeting or note; it is kept by the supporting member."""
    if happened_on > today:
        raise Refused(
            {"happened_on": _("Write down what has happened: this day is still to come.")}
        )
    if contact is not None and contact.organisation_id != engagement.beneficiary_id:
        raise Refused({"contact": _("Choose a contact of the supported organisation.")})
    interaction = Interaction(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        contact=contact,
        author=by,
        kind=kind,
        happened_on=happened_on,
        text=text,
    )
    write.save(interaction, by=by, why=because("Logged"))
    EngagementInteraction.objects.create(interaction=interaction, engagement=engagement)
    return interaction
