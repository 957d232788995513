"""The keys of the API that a person gives to other programs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain import made
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
def make_key(user: User, plan: KeyPlan, *, at: datetime) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which cannot be had again: only its digest is saved."""
    # A second click waits here until the first one has its key.
    User.objects.select_for_update().get(pk=user.pk)
    most = settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]
    if len(keys_of(user, at)) >= most:
        raise Refused(_("You have %(most)s keys: revoke one first.") % {"most": most})
    key, secret = ApiKey.objects.make(
        user,
        lives=timedelta(days=plan.days),
        name=plan.name,
        may_write=plan.may_write,
        areas=list(plan.areas),
    )
    made.note(key)
    return key, secret


@transaction.atomic
def change_password(user: User, password: str, *, keeps_keys: bool, at: datetime) -> int:
    """Set a person's password by their own hand, and say how many keys stay or end: all as they chose."""
    keys = keys_of(User.objects.select_for_update(of=("self",)).get(pk=user.pk), at)
    user.set_password(password)
    why = because("Password changed")
    write.save(user, by=user, why=why, fields=["password", "password_changed_at"])
    if keeps_keys:
        after = user.password_changed_at + timedelta(microseconds=1)
        ApiKey.objects.filter(pk__in=[key.pk for key in keys]).update(kept_at=after)
    send("password-changed", user.email, language=user.language, path=reverse("crm:account"))
    return len(keys)


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
