"""The keys of the API that a person gives to other programs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.domain.keys import WARNED_BEFORE
from crm.domain.refusals import Refused
from crm.mail import send
from crm.models import ApiKey, User
from crm.selectors.keys import is_alive, keys_of


@dataclass(frozen=True)
class KeyPlan:
    """What a key is for: its name, days that it lives, and what it opens; no areas are all of them."""

    name: str
    days: int
    may_write: bool = False
    areas: tuple[str, ...] = ()


@transaction.atomic
def make_key(user: User, plan: KeyPlan, *, at: datetime) -> str:
    """Make a key and return its secret, which cannot be had again: only its digest is saved."""
    # A second click waits here until the first one has its key.
    User.objects.select_for_update().get(pk=user.pk)
    most = settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]
    if len(keys_of(user, at)) >= most:
        raise Refused(_("You have %(most)s keys: revoke one first.") % {"most": most})
    _key, secret = ApiKey.objects.make(
        user,
        lives=timedelta(days=plan.days),
        name=plan.name,
        may_write=plan.may_write,
        areas=list(plan.areas),
    )
    return secret


def note_use(key: ApiKey, *, today: date) -> None:
    """Keep the day on which it was used; once a day, so that reading stays reading."""
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)


def warn_of_expiry(*, at: datetime) -> int:
    """Mail the owners of keys that expire soon, once a key, and say how many mails were written."""
    today, until = timezone.localdate(at), at + timedelta(days=WARNED_BEFORE)
    soon = ApiKey.objects.filter(expiry__gte=at, expiry__lt=until, warned_on=None)
    alive = [key for key in soon.select_related("user").order_by("pk") if is_alive(key, at)]
    written = 0
    for key in alive:
        with transaction.atomic():
            # Of two runs at once, one finds the row without a day.
            if ApiKey.objects.filter(pk=key.pk, warned_on=None).update(warned_on=today):
                written += 1
                send(
                    "key-expires",
                    key.user.email,
                    language=key.user.language,
                    path=reverse("crm:account") + "#tokens",
                    name=key.name,
                    until=timezone.localdate(key.expiry),
                )
    return written


def forget_dead_keys(at: datetime) -> int:
    """Delete the keys that open nothing any more, and say how many."""
    keys = ApiKey.objects.select_related("user").order_by("pk").iterator()
    dead = [key.pk for key in keys if not is_alive(key, at)]
    return ApiKey.objects.filter(pk__in=dead).delete()[0]
