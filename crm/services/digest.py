"""One mail with what waits for a person; none when nothing waits. Each app registers what it asks."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from crm import mail
from crm.domain import todos
from crm.domain.formatting import colon
from crm.domain.workdays import is_working_day, monday_of
from crm.models import User
from crm.selectors import digests, snoozes
from crm.services import needs

SUBJECT = ngettext_lazy("%(many)d thing waits for you", "%(many)d things wait for you", "many")


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """`failed` are people whose mail could not be written or sent; it is tried again when this runs again that day."""

    mails: int
    without: int
    failed: int


def todos_of(user, today):
    """[ToDo] of all apps, without what the person has put off; what is shown is what the pages show."""
    return [todo for of_app in _by_app(user, today) for todo in of_app]


def _by_app(user, today):
    """From the ground up: apps are installed, and register, from the top down."""
    put_off = snoozes.put_off_by(user, today)
    return [todos.apart(of_app(user, today), put_off) for of_app in reversed(todos.SOURCES)]


def run_morning(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the morning command, and how often."""
    sent = send_digests(at=at)
    return {"mails": sent.mails, "people with nothing to do": sent.without, "failed": sent.failed}


def send_digests(*, at):
    """Mails to those whose day it is. Run twice on one day, it sends nothing more."""
    today = timezone.localdate(at)
    outcomes = Counter()
    for user in (
        User.objects.filter(is_active=True).exclude(digest_sent_on=today).order_by("pk").iterator()
    ):
        if _is_due(user, today):
            outcomes[_deliver(user, today)] += 1
    return Sent(outcomes["sent"], outcomes["nothing"], outcomes["failed"])


def _is_due(user, today):
    if user.chosen_digest == User.Digest.DAILY:
        return is_working_day(today)
    return user.chosen_digest == User.Digest.WEEKLY and today == first_working_day(today)


def first_working_day(day):
    """Of the day's week; its Monday where all of them are holidays."""
    monday = monday_of(day)
    week = (monday + timedelta(days=ahead) for ahead in range(5))
    return next((each for each in week if is_working_day(each)), monday)


def _deliver(user, today):
    """Claim the day, so that two runs send one mail; give it back where the mail does not go out.

    One person's mail never stops the others': whatever goes wrong is logged and counted.
    """
    before = user.digest_sent_on
    if not needs.claim_digest(user, today=today):
        return "claimed"
    try:
        message = _compose(user, today)
        if message is None:
            return "nothing"
        message.send()
    except Exception:
        logger.exception("The digest of person %s was not sent.", user.pk)
        needs.release_digest(user, claimed=today, before=before)
        return "failed"
    return "sent"


def _compose(user, today):
    """The mail of what waits for the person, or None where nothing does."""
    with translation.override(user.language):
        parts = [todos.first_of(found) for found in _by_app(user, today)]
        lines = [_line(todo) for part in parts for todo in part.shown]
        left = sum(part.left for part in parts)
        if not lines:
            return None
        if left:
            lines.append(
                ngettext("And %(many)d other.", "And %(many)d others.", left) % {"many": left}
            )
        many = left + sum(len(part.shown) for part in parts)
        words = mail.Words(SUBJECT % {"many": many}, tuple(lines), _("Open Relais"))
        leave = reverse("crm:digest-leave", args=[digests.token_of_digest(user)])
        return mail.compose(words, user.email, language=user.language, path="/", leave=leave)


def _line(todo):
    """What people typed holds no place for a fact: a per cent sign stays one."""
    told = [
        f"{todo.word}{colon()} {todo.mailed_title}" if todo.word else todo.mailed_title,
        todo.about,
        todo.reason,
    ]
    return " — ".join(part for part in told if part).replace("%", "%%")
