"""Up to which change a person has read: marked by them, and put back once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import User
from impact.models import LastReading
from impact.selectors.news import FIRST_NEWS_AGE


@transaction.atomic
def mark_read(user: User, *, upto: datetime, at: datetime) -> LastReading:
    """Mark all as read up to the newest change that was shown.

    A second click, or a page opened long ago, changes nothing.
    """
    last_read = _locked(user) or LastReading(user=user, upto=at - FIRST_NEWS_AGE)
    upto = min(upto, at)
    if upto > last_read.upto:
        last_read.before, last_read.upto = last_read.upto, upto
        last_read.save()
    return last_read


@transaction.atomic
def put_back(user: User) -> LastReading:
    """Set the mark back to where it was before it was last moved; once."""
    last_read = _locked(user)
    if last_read is None or last_read.before is None:
        raise Refused(_("There is nothing to put back."))
    last_read.upto, last_read.before = last_read.before, None
    last_read.save()
    return last_read


def _locked(user: User) -> LastReading | None:
    # The person's row is locked, not the mark: a second click waits here for the mark that the first one makes.
    User.objects.select_for_update().get(pk=user.pk)
    return LastReading.objects.visible_to(user).first()
