"""The log of production: one line of JSON an event, which says what happened and where, and never what people typed.

Only what is named here is written. Left out are the values in a message, the text of an exception, addresses (some hold
a secret), bodies, headers and names: the name of the route, the numbers of rows and the lines of the code stay.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from time import monotonic
from typing import Any

from django.conf import settings
from django.core import mail
from django.http import HttpRequest

from crm.domain import traces
from crm.web import request_names

FACTS = ("status_code", "job", "row", "trouble")  # what our own calls may add as `extra`
CODES = ("errno", "smtp_code", "sqlstate", "sqlite_errorname")  # what libraries say in one word
WORD = re.compile(r"[\w.:-]{1,80}", re.ASCII)
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
LONGEST_CHAIN = 5
AN_HOUR = 3600
MOST_MAILS = 10


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What may be told of an event, by name; what is empty is left out."""
    error = record.exc_info[1] if record.exc_info else None
    facts = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": record.msg if _is_ours(record) else None,
        "from": f"{traces.in_code(record.pathname)}:{record.lineno}",
        "request": request_names.current(),
        **_of_request(getattr(record, "request", None)),
        **{name: _plain(getattr(record, name, None)) for name in FACTS},
        "errors": [_of_error(each) for each in islice(_chain(error), LONGEST_CHAIN)],
    }
    return {name: fact for name, fact in facts.items() if fact not in (None, "", [], {})}


def _is_ours(record: logging.LogRecord) -> bool:
    """Messages of ours are constants (ruff: G); those of libraries may hold what they speak of."""
    return record.name.partition(".")[0] in settings.OURS


def _of_request(request: object) -> dict[str, Any]:
    """The method and the name of the route, with the numbers of rows in its address and nothing else of it."""
    if not isinstance(request, HttpRequest):
        return {}
    method = request.method if request.method in METHODS else "other"
    match = request.resolver_match
    if match is None:
        return {"method": method}
    rows = {
        name: int(value)
        for name, value in match.kwargs.items()
        if (name == "pk" or name.endswith("_pk")) and re.fullmatch(r"[0-9]{1,9}", str(value))
    }
    return {"method": method, "route": match.view_name, "rows": rows}


def _plain(fact: object) -> object:
    """A number, or one word; for a row its table and its number."""
    if hasattr(fact, "_meta"):
        return f"{fact._meta.label} {fact.pk}"  # type: ignore[attr-defined]
    if isinstance(fact, str) and not WORD.fullmatch(fact):
        return "?"
    return fact if isinstance(fact, int | str) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _of_error(error: BaseException) -> dict[str, Any]:
    codes = {name: _plain(getattr(error, name, None)) for name in CODES}
    return {
        "type": traces.type_of(error),
        **{name: code for name, code in codes.items() if code is not None},
        "stack": traces.stack_of(error),
    }


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record))


class Discreet(logging.Handler):
    """A handler that keeps quiet where it fails: the usual one would print the message with its values."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — the name that logging calls
        pass


class Stderr(Discreet, logging.StreamHandler):
    pass


class MailToAdmins(Discreet):
    """Mails an error to settings.ADMINS: what the log says of it, each way through the code once an hour.

    Ten mails an hour at most, of each process; other threads that have an error to tell wait meanwhile. What is
    addressed to a wrong host is logged and not mailed: robots do that all day.
    """

    def __init__(self, level: int = logging.NOTSET, clock: Callable[[], float] = monotonic):
        super().__init__(level)
        self._clock = clock
        self._sent: dict[object, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.ADMINS or record.name.startswith("django.security"):
            return
        try:
            facts = facts_of(record)
            if self._is_news(facts):
                self._send(facts)
        except Exception:
            self.handleError(record)

    def _is_news(self, facts: dict[str, Any]) -> bool:
        errors = facts.get("errors") or [{"stack": []}]
        place = (facts["from"], errors[0].get("type"), *errors[0]["stack"])
        now = self._clock()
        self._sent = {old: at for old, at in self._sent.items() if now - at < AN_HOUR}
        if place in self._sent or len(self._sent) >= MOST_MAILS:
            return False
        self._sent[place] = now
        return True

    def _send(self, facts: dict[str, Any]) -> None:
        """Whoever waits for the page waits five seconds more at most."""
        kind = facts["errors"][0]["type"] if "errors" in facts else facts["logger"]
        mail.mail_admins(
            f"{kind} {facts.get('route', '')}".strip(),
            f"{settings.SITE_URL}\n\n{json.dumps(facts, indent=2)}\n\n"
            "The same error is not mailed again within the hour; the log has each.\n",
            fail_silently=True,
            # Not by the outbox: the database may be the trouble.
            connection=mail.get_connection(settings.MAIL_TRANSPORT, fail_silently=True, timeout=5),
        )
