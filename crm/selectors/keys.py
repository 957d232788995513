"""The keys of the API that open something."""

from datetime import datetime

from crm.models import ApiKey, User


def is_alive(key: ApiKey, at: datetime) -> bool:
    """A key opens until it expires, its owner's password changes or their account is closed, even if opened again."""
    return key.expiry >= at and key.user.opens_with(key.created)


def keys_of(user: User, at: datetime) -> list[ApiKey]:
    """The keys of a person that open something, the newest first."""
    keys = ApiKey.objects.filter(user=user).select_related("user").order_by("-created", "pk")
    return [key for key in keys if is_alive(key, at)]
