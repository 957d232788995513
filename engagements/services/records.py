"""Notes of calls and meetings."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import Contact, Interaction, User
from engagements.models import Engagement, EngagementInteraction


@dataclass(frozen=True)
class InteractionNote:
    """What is written down of a call, mail or meeting."""

    kind: str
    happened_on: date
    text: str
    contact: Contact | None = None


@transaction.atomic
def log_interaction(
    engagement: Engagement, note: InteractionNote, *, by: User, today: date
) -> Interaction:
    """Save a call, mail, meeting or note; it is kept by the supporting member."""
    if note.happened_on > today:
        raise Refused(
            {"happened_on": _("Write down what has happened: this day is still to come.")}
        )
    if note.contact is not None and note.contact.organisation_id != engagement.beneficiary_id:
        raise Refused({"contact": _("Choose a contact of the supported organisation.")})
    interaction = Interaction(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        contact=note.contact,
        author=by,
        kind=note.kind,
        happened_on=note.happened_on,
        text=note.text,
    )
    write.save(interaction, by=by, why=because("Logged"))
    EngagementInteraction.objects.create(interaction=interaction, engagement=engagement)
    return interaction
