"""Secret addresses by which the supported organisation answers or signs without an account."""

from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import mail
from crm.domain.refusals import Refused
from crm.models import Contact
from crm.services.links import digest_of
from engagements.domain.stages import Stage
from engagements.models import Engagement, EngagementLink, SurvivalCheck
from engagements.services.locks import lock

SIGNATURE_MAIL = mail.declare(
    "signature",
    mail.Words(
        gettext_lazy("%(title)s: your word on the hand-over"),
        (
            gettext_lazy(
                "The solution is being handed over to you. Say whether you agree, and what is missing if not."
            ),
            gettext_lazy(
                "Your words are shown as you write them. The link opens this one page until %(until)s."
            ),
        ),
        gettext_lazy("Read and sign"),
        mail.FOR_CONTACT,
    ),
)


class Addressee(NamedTuple):
    """Whom to ask, and whether they lead the engagement today."""

    contact: Contact
    is_lead: bool


def make_link(
    engagement: Engagement,
    purpose: str,
    *,
    sent_to: str,
    at: datetime,
    check: SurvivalCheck | None = None,
    lead: Contact | None = None,
) -> str:
    """The path of a new link; only its digest is saved, so that it cannot be read again. Older ones for the same end.

    `sent_to` is the name it is mailed to. With `lead`, the link ends with that contact's appointment.
    """
    token = token_urlsafe(32)
    engagement.links.filter(purpose=purpose, check_asked=check, revoked_at=None).update(
        revoked_at=at
    )
    EngagementLink.objects.create(
        engagement=engagement,
        purpose=purpose,
        check_asked=check,
        sent_to=sent_to,
        lead=lead,
        digest=digest_of(token),
        created_at=at,
        expires_at=at + timedelta(days=settings.REQUEST_LIMITS["link_days"]),
    )
    return reverse("engagements:link-enter", args=[token])


def open_engagement_link(token: str | None, *, at: datetime) -> EngagementLink | None:
    """The live link of a token. None where it is wrong, expired, revoked or of a lead who leads no more."""
    if not token or len(token) > 100:
        return None
    links = EngagementLink.objects.filter(digest=digest_of(token)).live(at)
    return links.select_related(
        "engagement__beneficiary", "engagement__member", "check_asked"
    ).first()


def addressee_of(
    engagement: Engagement, today: date, *, only_in_office: bool = False
) -> Addressee | None:
    """The lead of today, else the latest lead, else the first contact of the organisation; of those with an address.

    With `only_in_office`, leads of the past and those still to come are left out, also as contacts: whose appointment
    is over, or has not begun, gives no word in the organisation's name. None where nobody has an address.
    """
    leads = (
        engagement.leads.exclude(contact__email="")
        .select_related("contact")
        .order_by("-starts_on", "-pk")
    )
    if lead := leads.current(today).first():
        return Addressee(lead.contact, is_lead=True)
    if not only_in_office and (lead := leads.first()):
        return Addressee(lead.contact, is_lead=False)
    theirs = engagement.beneficiary.contacts.unmerged().filter(kept_by=engagement.member_id)
    contacts = theirs.exclude(email="")
    if only_in_office:
        contacts = contacts.exclude(lead_appointments__engagement=engagement)
    contact = contacts.order_by("pk").first()
    return Addressee(contact, is_lead=False) if contact else None


def language_of(engagement: Engagement) -> str:
    """Of mails to the organisation: the one in which its support request was written, or French."""
    return engagement.request.language if engagement.request else "fr"


@transaction.atomic
def ask_to_sign(engagement: Engagement, *, at: datetime) -> str:
    """Mail the lead a link that opens the signature of the hand-over alone; gives the name that it went to."""
    engagement = lock(engagement)
    if engagement.stage != Stage.HANDOVER:
        raise Refused(_("The hand-over is signed while the engagement is in the hand-over stage."))
    addressee = addressee_of(engagement, timezone.localdate(at), only_in_office=True)
    if addressee is None:
        raise Refused(
            _("No contact of the organisation has an e-mail address: write one down first.")
        )
    contact = addressee.contact
    name, purpose = contact.full_name, EngagementLink.Purpose.SIGNATURE
    lead = contact if addressee.is_lead else None
    path = make_link(engagement, purpose, sent_to=name, at=at, lead=lead)
    until = timezone.localdate(at) + timedelta(days=settings.REQUEST_LIMITS["link_days"])
    mail.send_words(
        SIGNATURE_MAIL,
        contact.email,
        language=language_of(engagement),
        path=path,
        kind="signature",
        title=engagement.title,
        until=until,
    )
    return name
