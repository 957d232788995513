"""Secret addresses by which the supported organisation answers or signs without an account."""

from datetime import timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import mail
from crm.refusals import Refused
from crm.services import digest_of
from engagements.models import EngagementLink
from engagements.services.locks import lock
from engagements.stages import Stage

SIGN = mail.Words(
    gettext_lazy("%(title)s: your word on the hand-over"),
    (
        gettext_lazy("The solution is being handed over to you. Say whether you agree, and what is missing if not."),
        gettext_lazy("Your words are shown as you write them. The link opens this one page until %(until)s."),
    ),
    gettext_lazy("Read and sign"),
)


def make_link(engagement, purpose, *, sent_to, at, check=None):
    """The path of a new link; it is told once, here, and cannot be read again. Older ones for the same die."""
    token = token_urlsafe(32)
    engagement.links.filter(purpose=purpose, check_asked=check, revoked_at=None).update(revoked_at=at)
    EngagementLink.objects.create(
        engagement=engagement,
        purpose=purpose,
        check_asked=check,
        sent_to=sent_to,
        digest=digest_of(token),
        created_at=at,
        expires_at=at + timedelta(days=settings.REQUEST_LIMITS["link_days"]),
    )
    return reverse("engagements:link-enter", args=[token])


def open_engagement_link(token, *, at):
    """The live link of a token, or None: wrong, expired and revoked look the same."""
    if not token or len(token) > 100:
        return None
    links = EngagementLink.objects.filter(digest=digest_of(token), revoked_at=None, expires_at__gt=at)
    return links.select_related("engagement__beneficiary", "engagement__member", "check_asked").first()


def address_of(engagement):
    """(name, e-mail) of whom to ask: the latest lead with an address, else a contact of the organisation."""
    leads = engagement.leads.exclude(contact__email="").select_related("contact").order_by("-starts_on", "-pk")
    if lead := leads.first():
        return lead.contact.full_name, lead.contact.email
    contacts = engagement.beneficiary.contacts.filter(kept_by=engagement.member_id).exclude(email="")
    if contact := contacts.order_by("pk").first():
        return contact.full_name, contact.email
    return None


def language_of(engagement):
    return engagement.request.language if engagement.request_id else "fr"


@transaction.atomic
def ask_to_sign(engagement, *, at):
    """Send the lead a link that opens the signature of the hand-over, and nothing else. The name it went to."""
    engagement = lock(engagement)
    if engagement.stage != Stage.HANDOVER:
        raise Refused(_("The hand-over is signed while the engagement is in the hand-over stage."))
    asked = address_of(engagement)
    if asked is None:
        raise Refused(_("No contact of the organisation has an e-mail address: write one down first."))
    name, address = asked
    path = make_link(engagement, EngagementLink.Purpose.SIGNATURE, sent_to=name, at=at)
    until = timezone.localdate(at) + timedelta(days=settings.REQUEST_LIMITS["link_days"])
    mail.send_words(SIGN, address, language=language_of(engagement), path=path, title=engagement.title, until=until)
    return name
