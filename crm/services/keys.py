"""The keys that a person gives to other programs."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from crm.domain.refusals import Refused
from crm.models import User
from crm.selectors.keys import is_alive, keys_of


@transaction.atomic
def make_key(user, *, at):
    """The secret of a new key: it is told once, here, and only its digest is kept."""
    User.objects.select_for_update().get(
        pk=user.pk
    )  # a second click waits here for the first one's key
    most = settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]
    if len(keys_of(user, at)) >= most:
        raise Refused(_("You have %(most)s keys: revoke one first.") % {"most": most})
    _token, secret = AuthToken.objects.create(user=user)
    return secret


def forget_dead_keys(at):
    """Rows of keys that open nothing any more."""
    tokens = AuthToken.objects.select_related("user").order_by("pk").iterator()
    dead = [token.pk for token in tokens if not is_alive(token, at)]
    return AuthToken.objects.filter(pk__in=dead).delete()[0]
