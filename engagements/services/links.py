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
from crm.domain.refusals import Refused
from crm.services.links import digest_of
from engagements.domain.stages import Stage
from engagements.models import EngagementLink
from engagements.services.locks import lock

SIGNATURE_MAIL = mail.Words(
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
)


def make_link(engagement, purpose, *, sent_to, at, check=None, lead=None):
    """The path of a new link; it is told once, here, and cannot be read again. Older ones for the same die.

    One that is mailed to a lead in office (`lead`, a contact) dies with their office.
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


def open_engagement_link(token, *, at):
    """The live link of a token, or None: wrong, expired, revoked and of a lead who leads no more look the same."""
    if not token or len(token) > 100:
        return None
    links = EngagementLink.objects.filter(digest=digest_of(token)).live(at)
    return links.select_related(
        "engagement__beneficiary", "engagement__member", "check_asked"
    ).first()


def whom_to_ask(engagement, today, *, in_office=False):
    """(contact, whether they lead today) of whom to ask: the lead of today, else the latest one, else a contact of the
    organisation. With `in_office`, a lead of the past is one of its contacts like the others. None without an address.
    """
    leads = (
        engagement.leads.exclude(contact__email="")
        .select_related("contact")
        .order_by("-starts_on", "-pk")
    )
    if lead := leads.current(today).first():
        return lead.contact, True
    if not in_office and (lead := leads.first()):
        return lead.contact, False
    contacts = engagement.beneficiary.contacts.filter(kept_by=engagement.member_id).exclude(
        email=""
    )
    if (
        in_office
    ):  # whose office is over gives no word in its name, and who is still to come not yet
        contacts = contacts.exclude(lead_appointments__engagement=engagement)
    contact = contacts.order_by("pk").first()
    return (contact, False) if contact else None


def language_of(engagement):
    return engagement.request.language if engagement.request_id else "fr"


@transaction.atomic
def ask_to_sign(engagement, *, at):
    """Send the lead a link that opens the signature of the hand-over, and nothing else. The name it went to."""
    engagement = lock(engagement)
    if engagement.stage != Stage.HANDOVER:
        raise Refused(_("The hand-over is signed while the engagement is in the hand-over stage."))
    asked = whom_to_ask(engagement, timezone.localdate(at), in_office=True)
    if asked is None:
        raise Refused(
            _("No contact of the organisation has an e-mail address: write one down first.")
        )
    contact, leads = asked
    name, purpose = contact.full_name, EngagementLink.Purpose.SIGNATURE
    path = make_link(engagement, purpose, sent_to=name, at=at, lead=contact if leads else None)
    until = timezone.localdate(at) + timedelta(days=settings.REQUEST_LIMITS["link_days"])
    mail.send_words(
        SIGNATURE_MAIL,
        contact.email,
        language=language_of(engagement),
        path=path,
        title=engagement.title,
        until=until,
    )
    return name
