"""Secret links: 256 random bits of which only the digest is kept."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.urls import reverse

from crm.domain import made
from crm.models import SecretLink


def digest_of(token):
    return sha256(token.encode(errors="replace")).hexdigest()


def make_link(support_request, purpose, *, at, referral=None):
    """The token of a new link. It is told once, here, and cannot be read again."""
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


def open_link(token, *, at, for_member=False):
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


def revoke_links(support_request, *, at, keep=None):
    """The holder's links die, but for the one in use."""
    links = support_request.links.filter(revoked_at=None).exclude(purpose=SecretLink.Purpose.MEMBER)
    return links.exclude(pk=keep.pk if keep else None).update(revoked_at=at)


def path_for_holder(support_request, at):
    return reverse(
        "crm:ask-enter", args=[make_link(support_request, SecretLink.Purpose.MAIL, at=at)]
    )


def path_for_member(referral, at):
    token = make_link(referral.request, SecretLink.Purpose.MEMBER, at=at, referral=referral)
    return reverse("engagements:answer-enter", args=[token])
