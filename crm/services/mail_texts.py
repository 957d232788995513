"""The texts of all mails, with values that stand for those of a day."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm import mail


@dataclass(frozen=True)
class MailText:
    """What a mail says."""

    subject: str
    lines: list[str]
    verb: str
    why: str


def texts_of_mails() -> list[MailText]:
    """Every mail in the language of the reader, in the order in which they were declared."""
    facts = mail.words_of(_examples())
    return [
        MailText(
            subject=mail.filled(words.subject, facts),
            lines=[mail.filled(line, facts) for line in words.lines],
            verb=str(words.verb),
            why=mail.filled(words.why, facts),
        )
        for words in mail.MAILS.values()
    ]


def _examples() -> dict[str, Any]:
    """A value for each place of the texts."""
    day = timezone.localdate()
    return dict.fromkeys(("due", "until", "since", "week"), day) | {
        "reference": "R-0001",
        "member": _("a member of the Coalition"),
        "organisation": _("an organisation"),
        "need": _("what is needed"),
        "title": _("Title of the engagement"),
        "missions": _("Title of the engagement"),
        "name": _("Our dashboard"),
        "code": "123456",
        "provider": _("the provider"),
        "many": 3,
    }
