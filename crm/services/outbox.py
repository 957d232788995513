"""The outbox: mails are rows, written in the transaction of what they tell of, and sent by a worker afterwards.

So a mail tells of nothing that was not saved, and a mail server that is down delays mails and loses none. One is sent
twice in one case alone, which nobody can tell apart: a worker that dies after the server took the mail and before that
is saved. Both copies bear the same Message-ID.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.domain.refusals import Refused
from crm.models import OutgoingMail

LEASE = timedelta(
    seconds=90
)  # longer than a server that hangs is waited for (EMAIL_TIMEOUT, twice)
WAITS = [  # after the first try, the second, and so on; the last one again and again
    *(timedelta(minutes=each) for each in (1, 5, 30)),
    *(timedelta(hours=each) for each in (2, 6, 12, 24)),
]
TRIED_FOR = timedelta(days=5)  # as mail servers do among themselves (RFC 5321, 4.5.4.1)
KEPT_DAYS = 30
AS_WRITTEN = policy.compat32.clone(mangle_from_=False)  # header lines and bodies stay as they are
Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


class Connection(Protocol):
    def open(self) -> object: ...
    def close(self) -> None: ...
    def send_messages(self, email_messages: list[EmailMessage]) -> int | None: ...


@dataclass(frozen=True)
class Delivery:
    """How many mails went out, wait for another try, and failed; whether the server itself was in the way."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    is_server_down: bool = False


class _Composed(EmailMessage):
    """A mail as it was composed when it was written, whatever the settings are today."""

    def __init__(self, row: OutgoingMail):
        super().__init__(row.subject, from_email=row.sender, to=row.recipients)
        self._bytes = bytes(row.message or b"")

    def message(self, **kwargs: Any) -> Any:
        return message_from_bytes(self._bytes, _class=_Wired, policy=AS_WRITTEN)


class _Wired(Message):
    """Django asks its own messages for their bytes with `linesep`; the standard library's leave that to the policy."""

    def as_bytes(  # type: ignore[override]
        self, unixfrom: bool = False, linesep: str = "\n", **kwargs: Any
    ) -> bytes:
        return super().as_bytes(unixfrom, policy=self.policy.clone(linesep=linesep))


def put(
    message: EmailMessage, *, at: datetime, kind: str = "", useless_after: datetime | None = None
) -> OutgoingMail:
    """Write the mail into the outbox, in the caller's transaction.

    `useless_after` is the moment from which nobody needs it any more, such as the end of the link it holds.
    """
    return OutgoingMail.objects.create(
        kind=kind,
        sender=message.from_email,
        recipients=message.recipients(),
        to=", ".join(message.to)[:400],
        subject=message.subject[:400],
        message=message.message().as_bytes(),
        made_at=at,
        next_at=at,
        tried_until=at + TRIED_FOR,
        useless_after=useless_after,
    )


def deliver_due(*, clock: Clock = timezone.now, most: int = 100) -> Delivery:
    """Send what is due, one mail after the other over one connection; each is saved as sent before the next one.

    Ends early where the server does not answer: the others would wait for it in vain.
    """
    counts = {"sent": 0, "waiting": 0, "failed": 0}
    connection: Connection | None = None
    is_server_down = False
    try:
        while sum(counts.values()) < most and not is_server_down:
            row = _lease(clock())
            if row is None:
                break
            connection = connection or get_connection(backend=settings.MAIL_TRANSPORT)
            outcome, is_server_down = _deliver(row, connection, clock)
            counts[outcome] += 1
            if is_server_down:
                connection.close()
    finally:
        if connection is not None and not is_server_down:
            connection.close()
    return Delivery(**counts, is_server_down=is_server_down)


def _lease(at: datetime) -> OutgoingMail | None:
    """Take the mail that is due the longest, for as long as sending one takes; those that are late are given up."""
    while True:
        with transaction.atomic():
            row = OutgoingMail.objects.due(at).select_for_update(skip_locked=True).first()
            if row is None:
                return None
            if row.useless_after is None or row.useless_after > at:
                row.tries += 1
                row.leased_until = at + LEASE
                row.save(update_fields=["tries", "leased_until"])
                return row
            _end(row, OutgoingMail.State.GIVEN_UP, at, trouble="too late")


def _deliver(row: OutgoingMail, connection: Connection, clock: Clock) -> tuple[str, bool]:
    """Send one; what came of it, and whether the server itself is the trouble."""
    try:
        connection.open()
    except Exception as error:  # whatever a server, a network or a setting may do wrong
        return _put_back(row, error, clock()), True
    try:
        connection.send_messages([_Composed(row)])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        if codes and min(codes) >= 500:
            return _fail(row, error, clock(), code=max(codes)), False
        return _put_back(row, error, clock(), code=max(codes, default=0)), False
    except SMTPDataError as error:
        if error.smtp_code >= 500:
            return _fail(row, error, clock(), code=error.smtp_code), False
        return _put_back(row, error, clock(), code=error.smtp_code), False
    except (SMTPNotSupportedError, ValueError) as error:  # an address that this server cannot write
        return _fail(row, error, clock()), False
    except Exception as error:
        return _put_back(row, error, clock(), code=getattr(error, "smtp_code", 0)), True
    _end(row, OutgoingMail.State.SENT, clock())
    return "sent", False


def _put_back(row: OutgoingMail, error: Exception, at: datetime, *, code: int = 0) -> str:
    """Leave it for another try, later each time; failed where it has been tried for days."""
    if at >= row.tried_until:
        return _fail(row, error, at, code=code)
    wait = WAITS[min(row.tries, len(WAITS)) - 1]
    later = at + wait * random.uniform(0.9, 1.1)  # noqa: S311 — so that they do not all come at once
    trouble = _name_of(error, code)
    _mine(row).update(next_at=later, leased_until=None, trouble=trouble)
    logger.warning("A mail has to wait.", extra={"row": row, "trouble": trouble})
    return "waiting"


def _fail(row: OutgoingMail, error: Exception, at: datetime, *, code: int = 0) -> str:
    trouble = _name_of(error, code)
    _end(row, OutgoingMail.State.FAILED, at, trouble=trouble)
    logger.error("A mail was refused.", extra={"row": row, "trouble": trouble})
    return "failed"


def _name_of(error: Exception, code: int) -> str:
    """The class and the code: what servers say beside it may hold addresses."""
    return f"{type(error).__name__}:{code}" if code else type(error).__name__


def _end(row: OutgoingMail, state: OutgoingMail.State, at: datetime, *, trouble: str = "") -> None:
    """Save what came of it. Its text goes, unless it may be tried again."""
    text = {} if state == OutgoingMail.State.FAILED else {"message": None}
    _mine(row).update(state=state, ended_at=at, leased_until=None, trouble=trouble, **text)


def _mine(row: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row, unless somebody else has taken it since: whoever was slower than the lease changes nothing."""
    return OutgoingMail.objects.filter(pk=row.pk, state=row.state, tries=row.tries)


@transaction.atomic
def try_again(row: OutgoingMail, *, at: datetime) -> None:
    """Send it as soon as may be: one that failed, or one that waits for its next try."""
    _refuse_what_is_over(row, at)
    OutgoingMail.objects.filter(pk=row.pk).update(**_afresh(at))


@transaction.atomic
def try_all_again(*, at: datetime) -> int:
    """Send all that failed as soon as may be, and say how many."""
    return OutgoingMail.objects.failed().update(**_afresh(at))


def _afresh(at: datetime) -> dict[str, Any]:
    waiting = OutgoingMail.State.WAITING
    return {
        "state": waiting,
        "ended_at": None,
        "next_at": at,
        "tried_until": at + TRIED_FOR,
        "tries": 0,
    }


@transaction.atomic
def give_up(row: OutgoingMail, *, at: datetime) -> None:
    """Never send it; its text is deleted."""
    row = _refuse_what_is_over(row, at)
    _end(row, OutgoingMail.State.GIVEN_UP, at, trouble=row.trouble)


def _refuse_what_is_over(row: OutgoingMail, at: datetime) -> OutgoingMail:
    """The row as it is saved, locked; Refused where it is out, given up, or on its way this very moment."""
    row = OutgoingMail.objects.select_for_update().get(pk=row.pk)
    if row.state not in {OutgoingMail.State.WAITING, OutgoingMail.State.FAILED}:
        raise Refused(_("This mail is sent or given up: nothing is left to do with it."))
    if row.leased_until and row.leased_until > at:
        raise Refused(_("This mail is being sent this very moment."))
    return row


def forget_old_mails(*, at: datetime) -> int:
    """Delete what is over since KEPT_DAYS, addresses and all, and say how many."""
    over = OutgoingMail.objects.filter(ended_at__lt=at - timedelta(days=KEPT_DAYS))
    return over.delete()[0]
