"""To-dos that a person puts off until a day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.domain.refusals import Refused
from crm.models import Snooze, User


@transaction.atomic
def snooze(key: str, *, title: str, until: date, by: User, at: datetime) -> Snooze:
    """Put one to-do off until a day; done again, the new day counts."""
    today = timezone.localdate(at)
    if not today < until <= today + timedelta(days=Snooze.MAX_DAYS):
        raise Refused(
            {
                "until": _("Choose a day to come, at most %(days)d days ahead.")
                % {"days": Snooze.MAX_DAYS}
            }
        )
    # A second click waits here until the first one has saved its row.
    User.objects.select_for_update().get(pk=by.pk)
    row = Snooze.objects.filter(user=by, key=key).first() or Snooze(user=by, key=key)
    row.title, row.until, row.made_at = title[:300], until, at
    write.check(row)
    row.save()
    Snooze.objects.filter(user=by, until__lte=today).delete()
    return row


@transaction.atomic
def snooze_all(titles: Mapping[str, str], *, until: date, by: User, at: datetime) -> list[Snooze]:
    """Put off what stands in one row, {key: title}: all of it or nothing."""
    return [snooze(key, title=title, until=until, by=by, at=at) for key, title in titles.items()]


def show_again(snooze: Snooze) -> None:
    """Take back that something was put off."""
    snooze.delete()
