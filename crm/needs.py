"""What needs a person: one thing, one reason, one way to act. Each app says its own; pages, mails and the API read."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

MOST = 20


@dataclass(frozen=True)
class ToDo:
    """`key` holds what, which row and the day of the fact: once the fact changes it is another need, put off or not.

    `url` is where one acts, `page` what it is about. `level` and `word` are a status of the pages, if it has one.
    A mail never says what a project holder typed: `in_mail` is the title there, where it differs.
    """

    key: str
    title: str
    about: str
    reason: str
    since: date
    url: str
    verb: str
    page: str = ""
    level: str = ""
    word: str = ""
    in_mail: str = ""

    @property
    def mailed_title(self):
        return self.in_mail or self.title


def key_of(kind, number, day):
    return f"{kind}:{number}:{day:%Y-%m-%d}"


def apart(needs, put_off):
    """Those that are shown, at most MOST; `put_off` are the keys that the person does not want to see today."""
    return [need for need in needs if need.key not in put_off][:MOST]


def days_ahead(today):
    """[(day, words)] to put something off until."""
    monday = today + timedelta(days=7 - today.weekday())
    return [
        (today + timedelta(days=1), _("Tomorrow")),
        (monday, _("Next Monday")),
        (monday + timedelta(days=14), _("In two weeks")),
    ]
