"""Where a person is logged in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.utils.crypto import constant_time_compare, salted_hmac

from crm.models import Session, User

BROWSER, SINCE = "browser", "since"  # what the log-in leaves in the session


@dataclass(frozen=True)
class Device:
    """`mark` stands for the session in addresses and forms: its key would open it."""

    key: str
    mark: str
    browser: str
    since: datetime | None
    seen: datetime
    is_this: bool


def devices_of(user: User, *, this: str | None) -> list[Device]:
    """The sessions that still open something, that of key `this` first and then the last seen ones."""
    found = [_device(session, this) for session in _alive(user)]
    return sorted(
        found, key=lambda device: (not device.is_this, -device.seen.timestamp(), device.mark)
    )


def _alive(user: User) -> list[Session]:
    """Those of before another password are over, though their rows are there still."""
    return [
        session
        for session in Session.objects.visible_to(user).live().order_by("pk")
        if constant_time_compare(
            session.get_decoded().get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        )
    ]


def _device(session: Session, this: str | None) -> Device:
    said = session.get_decoded()
    since = said.get(SINCE)
    return Device(
        key=session.pk,
        mark=salted_hmac("session", session.pk, algorithm="sha256").hexdigest()[:20],
        browser=said.get(BROWSER, ""),
        since=datetime.fromtimestamp(since, UTC) if since else None,
        seen=session.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        is_this=session.pk == this,
    )
