"""Sessions that their owner ends, on this device or from another one."""

from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import Session, User
from crm.selectors.sessions import devices_of


def end_session(user: User, mark: str, *, this: str | None) -> None:
    """End one; the one that is open here ends by logging out."""
    others = [device for device in devices_of(user, this=this) if not device.is_this]
    keys = [device.key for device in others if device.mark == mark]
    if not keys:
        raise Refused(_("This device is logged out already."))
    Session.objects.visible_to(user).filter(pk__in=keys).delete()


def end_others(user: User, *, this: str | None) -> int:
    """End all but the one that is open here, and say how many."""
    alive = [device for device in devices_of(user, this=this) if not device.is_this]
    Session.objects.visible_to(user).exclude(pk=this or "").delete()
    return len(alive)
