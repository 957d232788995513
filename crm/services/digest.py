"""The mail of what waits for a person, which apps register as to-dos; no mail where nothing waits."""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from crm import mail
from crm.audit import write
from crm.audit.reasons import because
from crm.domain import todos
from crm.domain.formatting import colon
from crm.domain.workdays import is_working_day, monday_of
from crm.models import User
from crm.selectors import digests, snoozes

SUBJECT = ngettext_lazy("%(many)d thing waits for you", "%(many)d things wait for you", "many")
DIGEST_MAIL = mail.declare(
    "digest",
    mail.Words(
        SUBJECT,
        (_("Here stands what waits for you, a line each, with the reason why it waits."),),
        _("Open Relais"),
        mail.FOR_CHOSEN,
    ),
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """How many mails were written, how many people have nothing that waits, and for how many it failed.

    A mail that could not be written is tried again when this runs again that day.
    """

    mails: int
    without: int
    failed: int


@transaction.atomic
def choose_digest(
    user: User, *, digest: str, language: str, by: User, week_mail: bool | None = None
) -> User:
    """Save how often what waits comes by mail ("" is as the role has it) and in which language.

    `week_mail` is whether the link of the person's week comes on Fridays; None leaves that as it is.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.digest, user.language = digest, language
    if week_mail is not None:
        user.week_mail = week_mail
    return write.save(
        user, by=by, why=because("Mails chosen"), fields=["digest", "language", "week_mail"]
    )


def todos_of(user: User, today: date) -> list[todos.ToDo]:
    """The to-dos of all apps without those that the person has put off, as the pages show them."""
    return [todo for of_app in _todos_by_app(user, today) for todo in of_app]


def _todos_by_app(user: User, today: date) -> list[list[todos.ToDo]]:
    """One list an app, the lowest app first: apps are installed, and so register, from the top down."""
    snoozed = snoozes.snoozed_keys(user, today)
    return [
        todos.without_snoozed(of_app(user, today), snoozed) for of_app in reversed(todos.SOURCES)
    ]


def run_morning(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the morning command, and how often."""
    sent = send_digests(at=at)
    return {"mails": sent.mails, "people with nothing to do": sent.without, "failed": sent.failed}


def send_digests(*, at: datetime) -> Sent:
    """Mail those whose day it is. Run twice on one day, it sends nothing more."""
    today = timezone.localdate(at)
    outcomes: Counter[str] = Counter()
    for user in (
        User.objects.filter(is_active=True).exclude(digest_sent_on=today).order_by("pk").iterator()
    ):
        if _is_due(user, today):
            outcomes[_deliver(user, today)] += 1
    return Sent(outcomes["sent"], outcomes["nothing"], outcomes["failed"])


def _is_due(user: User, today: date) -> bool:
    if user.chosen_digest == User.Digest.DAILY:
        return is_working_day(today)
    return user.chosen_digest == User.Digest.WEEKLY and today == first_working_day(today)


def first_working_day(day: date) -> date:
    """The first working day of the day's week; its Monday where all five are public holidays."""
    monday = monday_of(day)
    week = (monday + timedelta(days=ahead) for ahead in range(5))
    return next((each for each in week if is_working_day(each)), monday)


def _claim(user: User, *, today: date) -> bool:
    """Mark today's mail as written; False where another run has done so already."""
    rows = User.objects.filter(pk=user.pk).exclude(digest_sent_on=today)
    return bool(rows.update(digest_sent_on=today))


def _deliver(user: User, today: date) -> str:
    """Write one person's mail; the outcome is "sent", "nothing", "failed" or "claimed" (by another run).

    The day is claimed in the transaction that writes the mail, so that two runs write one. Whatever goes wrong is
    logged and counted: one person's mail never stops the others'.
    """
    try:
        with transaction.atomic():
            if not _claim(user, today=today):
                return "claimed"
            message = _compose(user, today)
            if message is None:
                return "nothing"
            message.send()
    except Exception:
        logger.exception("The digest of a person was not sent.", extra={"row": user})
        return "failed"
    return "sent"


def _compose(user: User, today: date) -> mail.Mail | None:
    """The mail of what waits for the person, or None where nothing does."""
    with translation.override(user.language):
        pages = [todos.first_page(of_app) for of_app in _todos_by_app(user, today)]
        lines = [_line(todo) for page in pages for todo in page.shown]
        remaining = sum(page.remaining for page in pages)
        if not lines:
            return None
        if remaining:
            lines.append(
                ngettext("And %(many)d other.", "And %(many)d others.", remaining)
                % {"many": remaining}
            )
        many = remaining + sum(len(page.shown) for page in pages)
        words = replace(DIGEST_MAIL, subject=SUBJECT % {"many": many}, lines=tuple(lines))
        leave = reverse("crm:digest-leave", args=[digests.token_of_digest(user)])
        message = mail.compose(words, user.email, language=user.language, path="/", leave=leave)
        message.kind, message.useless_after = "digest", _end_of(today)
        return message


def _end_of(day: date) -> datetime:
    """From when on the mail of a day tells of yesterday."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _line(todo: todos.ToDo) -> str:
    """One line of the mail. Mails fill values into their lines, so a per cent sign that people typed is doubled."""
    title = f"{todo.word}{colon()} {todo.mailed_title}" if todo.word else todo.mailed_title
    return " — ".join(filter(None, [title, todo.about, todo.reason])).replace("%", "%%")
