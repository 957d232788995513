from secrets import token_urlsafe

from django.db import transaction
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import User
from crm.services.links import digest_of
from engagements.models import CalendarLink, Engagement

MAX_CALENDAR_LINKS = 20


@transaction.atomic
def make_calendar_link(user, *, at, engagement=None):
    """(link, token): the secret is told once, here, and cannot be read again."""
    User.objects.select_for_update().get(pk=user.pk)
    if CalendarLink.objects.filter(user=user).live().count() >= MAX_CALENDAR_LINKS:
        raise Refused(
            _("You have %(most)s calendar addresses: revoke one first.")
            % {"most": MAX_CALENDAR_LINKS}
        )
    token = token_urlsafe(32)
    link = CalendarLink(user=user, engagement=engagement, digest=digest_of(token), created_at=at)
    link.save()
    return link, token


def revoke_calendar_link(link, *, at):
    """From now on the address leads nowhere."""
    CalendarLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)


def engagements_of(token):
    """(what the calendar shows, whose it is), or None: wrong, revoked, of somebody gone and of what they no longer
    open look the same.

    It shows no more than its owner may open today.
    """
    links = CalendarLink.objects.live().filter(digest=digest_of(token), user__is_active=True)
    link = links.select_related("user").first()
    if link is None:
        return None
    seen = Engagement.objects.visible_to(link.user)
    if link.engagement_id is None:
        return seen.active(), link.user
    theirs = seen.filter(pk=link.engagement_id)
    return (theirs, link.user) if theirs.exists() else None
