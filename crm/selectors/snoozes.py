"""The to-dos that a person has put off."""

from datetime import date

from crm.models import Snooze, User


def snoozed_keys(user: User, today: date) -> set[str]:
    """The keys of the to-dos that the person does not want to see today; one query a request."""
    keys: set[str] | None = getattr(user, "_snoozed_keys", None)
    if keys is None:
        keys = set(Snooze.objects.visible_to(user).live(today).values_list("key", flat=True))
        user._snoozed_keys = keys  # type: ignore[attr-defined]  # kept with the user of this request
    return keys
