"""Secret links: 256 random bits of which only the digest is kept."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.urls import reverse

from crm.domain import made
from crm.models import Referral, SecretLink, SupportRequest


def digest_of(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()


def make_link(
    support_request: SupportRequest,
    purpose: SecretLink.Purpose,
    *,
    at: datetime,
    referral: Referral | None = None,
) -> str:
    """Make a link and return its token, which cannot be had again: only its digest is saved."""
    token = token_urlsafe(32)
    days = settings.REQUEST_LIMITS[
        "draft_days" if purpose == SecretLink.Purpose.BROWSER else "link_days"
    ]
    link = SecretLink.objects.create(
        request=support_request,
        referral=referral,
        purpose=purpose,
        digest=digest_of(token),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    made.note(link)
    return token


def open_link(token: str | None, *, at: datetime, for_member: bool = False) -> SecretLink | None:
    """The live link of a token, or None: wrong, expired and revoked look the same."""
    if not token or len(token) > 100:
        return None
    links = SecretLink.objects.filter(digest=digest_of(token), revoked_at=None, expires_at__gt=at)
    links = (
        links.filter(purpose=SecretLink.Purpose.MEMBER)
        if for_member
        else links.exclude(purpose="member")
    )
    return links.select_related(
        "request__merged_into", "referral__request__need", "referral__member"
    ).first()


def revoke_links(
    support_request: SupportRequest, *, at: datetime, keep: SecretLink | None = None
) -> int:
    """End the holder's links but for the one to keep, and say how many."""
    links = support_request.links.filter(revoked_at=None).exclude(purpose=SecretLink.Purpose.MEMBER)
    if keep is not None:
        links = links.exclude(pk=keep.pk)
    return links.update(revoked_at=at)


def path_for_holder(support_request: SupportRequest, at: datetime) -> str:
    """The address of a new link for the holder."""
    return reverse(
        "crm:ask-enter", args=[make_link(support_request, SecretLink.Purpose.MAIL, at=at)]
    )


def path_for_member(referral: Referral, at: datetime) -> str:
    """The address of a new link for the member."""
    token = make_link(referral.request, SecretLink.Purpose.MEMBER, at=at, referral=referral)
    return reverse("engagements:answer-enter", args=[token])
