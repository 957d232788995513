"""Keys of the API in words."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.domain.keys import WARNED_BEFORE
from crm.models import ApiKey

AREA_LABELS = {
    "crm": gettext_lazy("organisations, people and support requests"),
    "engagements": gettext_lazy("engagements"),
    "volunteers": gettext_lazy("volunteers"),
    "impact": gettext_lazy("impact"),
}


@dataclass(frozen=True)
class KeyRow:
    """A key on its owner's page; `starts_with` are the first letters of its secret."""

    pk: str
    name: str
    starts_with: str
    opens: str
    until: date
    last_used_on: date | None
    ends_soon: bool


def key_row(key: ApiKey) -> KeyRow:
    """What its owner reads of a key."""
    until = timezone.localdate(key.expiry)
    return KeyRow(
        key.pk,
        key.name,
        key.token_key,
        opens=_opens(key),
        until=until,
        last_used_on=key.last_used_on,
        ends_soon=(until - timezone.localdate()).days < WARNED_BEFORE,
    )


def _opens(key):
    areas = ", ".join(str(AREA_LABELS[area]) for area in key.areas)
    if key.may_write:
        return (
            _("reads and changes: %(areas)s") % {"areas": areas}
            if areas
            else _("reads and changes all that you may")
        )
    return _("reads only: %(areas)s") % {"areas": areas} if areas else _("reads all that you may")


def keys_help(number: int) -> str:
    """What becomes of the keys of who changes the password."""
    sentence = ngettext(
        "You have %(number)s key. Unless you keep it, it opens nothing any more and its program stops working.",
        "You have %(number)s keys. Unless you keep them, they open nothing any more and their programs stop working.",
        number,
    )
    return sentence % {"number": number}


def password_words(number: int, *, kept: bool) -> str:
    """What became of them."""
    changed = _("Your password is changed. Other devices are logged out.")
    if not number:
        return changed
    sentence = (
        ngettext("Your key of the API stays.", "Your %(number)s keys of the API stay.", number)
        if kept
        else ngettext(
            "Your key of the API opens nothing any more.",
            "Your %(number)s keys of the API open nothing any more.",
            number,
        )
    )
    return f"{changed} {sentence % {'number': number}}"


def days_label(days: int) -> str:
    """How long a key lives."""
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
