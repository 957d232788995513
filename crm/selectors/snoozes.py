"""What a person has put off."""

from crm.models import Snooze


def put_off_by(user, today):
    """The keys of what the person does not want to see today; asked once a request."""
    if not hasattr(user, "_put_off"):
        user._put_off = set(
            Snooze.objects.visible_to(user).live(today).values_list("key", flat=True)
        )
    return user._put_off
