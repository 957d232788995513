from datetime import datetime
from secrets import token_urlsafe
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import User
from crm.services.links import digest_of
from engagements.models import CalendarLink, Engagement, EngagementQuerySet

MAX_CALENDAR_LINKS = 20


class NewCalendarLink(NamedTuple):
    """`token` is the secret of the address: only its digest is saved, so it cannot be read again."""

    link: CalendarLink
    token: str


class CalendarContents(NamedTuple):
    engagements: EngagementQuerySet
    owner: User


@transaction.atomic
def make_calendar_link(
    user: User, *, at: datetime, engagement: Engagement | None = None
) -> NewCalendarLink:
    """A new secret address, of one engagement or of all that the person may open."""
    User.objects.select_for_update().get(pk=user.pk)
    if CalendarLink.objects.filter(user=user).live().count() >= MAX_CALENDAR_LINKS:
        sentence = _("You have %(most)s calendar addresses: revoke one first.")
        raise Refused(sentence % {"most": MAX_CALENDAR_LINKS})
    token = token_urlsafe(32)
    link = CalendarLink(user=user, engagement=engagement, digest=digest_of(token), created_at=at)
    link.save()
    return NewCalendarLink(link, token)


def revoke_calendar_link(link: CalendarLink, *, at: datetime) -> None:
    """From now on the address leads nowhere."""
    CalendarLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)


def contents_of_link(token: str) -> CalendarContents | None:
    """What the calendar of a token shows and whose it is: never more than its owner may open today.

    None where the token is wrong, the link revoked, its owner gone, or its engagement no longer open to them; from
    outside these look the same.
    """
    links = CalendarLink.objects.live().filter(digest=digest_of(token), user__is_active=True)
    link = links.select_related("user").first()
    if link is None:
        return None
    visible = Engagement.objects.visible_to(link.user)
    if link.engagement_id is None:
        return CalendarContents(visible.active(), link.user)
    engagement = visible.filter(pk=link.engagement_id)
    return CalendarContents(engagement, link.user) if engagement.exists() else None
