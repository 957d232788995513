"""What becomes of engagements, leads and links when two organisations, or two contacts, are merged."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.domain.merging import moves, objection
from crm.models import Contact, Organisation
from engagements.models import FULL_TIME, Engagement, LeadAppointment

moves("engagements.Engagement.beneficiary", owner="member")
moves("engagements.Engagement.member")
moves("engagements.Engagement.stand_in", owner="member")
moves("engagements.LeadAppointment.contact", owner="engagement__member")
moves("engagements.EngagementLink.lead", owner="engagement__member")


@objection("crm.Organisation")
def one_supports_the_other(kept: Organisation, absorbed: Organisation) -> Iterator[str]:
    both = Q(beneficiary=kept, member=absorbed) | Q(beneficiary=absorbed, member=kept)
    for engagement in Engagement.objects.filter(both).order_by("pk")[:3]:
        yield _("In “%(title)s” one supports the other: they are two.") % {
            "title": engagement.title
        }


@objection("crm.Contact")
def both_lead_full_time(kept: Contact, absorbed: Contact) -> Iterator[str]:
    """Nobody leads two engagements full time: the database refuses it too."""
    theirs = LeadAppointment.objects.filter(share=FULL_TIME).select_related("engagement")
    others = theirs.filter(contact=kept)
    for appointment in theirs.filter(contact=absorbed).order_by("pk"):
        clash = others.overlapping(appointment.starts_on, appointment.ends_on).first()
        if clash:
            titles = {"one": clash.engagement.title, "other": appointment.engagement.title}
            yield (
                _("One leads “%(one)s” and the other “%(other)s”, both full time on the same days.")
                % titles
            )
