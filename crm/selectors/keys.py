"""The keys of the API that open something."""

from datetime import datetime

from crm.models import ApiKey, User


def is_alive(key: ApiKey, at: datetime) -> bool:
    """Whether a key opens something.

    It does until it expires, its owner's password changes and they do not keep it, or their account is closed, even if
    opened again.
    """
    return key.expiry >= at and key.user.opens_with(key.given_at)


def keys_of(user: User, at: datetime) -> list[ApiKey]:
    """The keys of a person that open something, the newest first."""
    keys = ApiKey.objects.filter(user=user).select_related("user").order_by("-created", "pk")
    return [key for key in keys if is_alive(key, at)]
