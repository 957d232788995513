"""The keys of the API that open something."""

from datetime import datetime

from knox.models import AuthToken

from crm.models import User


def is_alive(token: AuthToken, at: datetime) -> bool:
    """A key opens until it expires, its owner's password changes or their account is closed, even if opened again."""
    return (token.expiry is None or token.expiry >= at) and token.user.opens_with(token.created)


def keys_of(user: User, at: datetime) -> list[AuthToken]:
    """The keys of a person that open something, the newest first."""
    tokens = AuthToken.objects.filter(user=user).select_related("user").order_by("-created")
    return [token for token in tokens if is_alive(token, at)]
