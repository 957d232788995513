"""The keys of the API that a person gives to other programs."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from crm.domain.refusals import Refused
from crm.models import User
from crm.selectors.keys import is_alive, keys_of


@transaction.atomic
def make_key(user: User, *, at: datetime) -> str:
    """Make a key and return its secret, which cannot be had again: only its digest is saved."""
    # A second click waits here until the first one has its key.
    User.objects.select_for_update().get(pk=user.pk)
    most = settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]
    if len(keys_of(user, at)) >= most:
        raise Refused(_("You have %(most)s keys: revoke one first.") % {"most": most})
    _token, secret = AuthToken.objects.create(user=user)
    return secret


def forget_dead_keys(at: datetime) -> int:
    """Delete the keys that open nothing any more, and say how many."""
    tokens = AuthToken.objects.select_related("user").order_by("pk").iterator()
    dead = [token.pk for token in tokens if not is_alive(token, at)]
    return AuthToken.objects.filter(pk__in=dead).delete()[0]
