"""Up to where a person has read what is new: said by them, and taken back once."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import User
from impact.models import LastReading
from impact.selectors.news import FIRST_NEWS_AGE


@transaction.atomic
def mark_read(user, *, upto, at):
    """All is read up to the newest change that was shown. A second click, or a page of long ago, changes nothing."""
    reading = _locked(user) or LastReading(user=user, upto=at - FIRST_NEWS_AGE)
    upto = min(upto, at)
    if upto > reading.upto:
        reading.before, reading.upto = reading.upto, upto
        reading.save()
    return reading


@transaction.atomic
def put_back(user):
    """As it was before the last mark; once."""
    reading = _locked(user)
    if reading is None or reading.before is None:
        raise Refused(_("There is nothing to put back."))
    reading.upto, reading.before = reading.before, None
    reading.save()
    return reading


def _locked(user):
    User.objects.select_for_update().get(
        pk=user.pk
    )  # a second click waits here for the first one's row
    return LastReading.objects.visible_to(user).first()
