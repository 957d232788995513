"""Errors told to Sentry where SENTRY_DSN is set: the facts of the log, and nothing that the client of Sentry collects.

Its client would gather values of variables, headers, bodies and names. None of its integrations runs; an event is made
here, of what crm/deployment/logs.py lets out, and what the client adds on the way is taken off again.
"""

import logging
import re
from typing import Any

import sentry_sdk
from django.conf import settings

from crm.deployment.logs import Discreet, facts_of

FRAME = re.compile(r"(?P<filename>.+):(?P<lineno>\d+) (?P<function>.+)")
LEFT = {"event_id", "timestamp", "platform", "level", "logger", "release", "environment"}
LEFT |= {"logentry", "exception", "tags", "sdk"}


class SendToSentry(Discreet):
    def __init__(self, level: int = logging.NOTSET):
        super().__init__(level)
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            release=f"relais@{settings.RELEASE}",
            environment="production" if settings.PRODUCTION else "development",
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            send_client_reports=False,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            before_send=_only_ours,
        )

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("django.security"):
            return  # a wrong host: robots do that all day
        try:
            sentry_sdk.capture_event(event_of(facts_of(record)))  # type: ignore[arg-type]
        except Exception:
            self.handleError(record)


def event_of(facts: dict[str, Any]) -> dict[str, Any]:
    """What Sentry takes, of what the log says."""
    tags = {
        name: str(facts[name]) for name in ("request", "method", "route", "job") if name in facts
    }
    event = {
        "level": facts["level"].lower(),
        "logger": facts["logger"],
        "logentry": {"message": facts.get("event") or facts["from"]},
        "tags": tags,
    }
    if errors := facts.get("errors"):
        event["exception"] = {"values": [_exception(error) for error in reversed(errors)]}
    return event


def _exception(error: dict[str, Any]) -> dict[str, Any]:
    frames = [found.groupdict() for line in error["stack"] if (found := FRAME.fullmatch(line))]
    codes = {name: code for name, code in error.items() if name not in ("type", "stack")}
    return {
        "type": error["type"],
        "value": " ".join(f"{name}={code}" for name, code in codes.items()),
        "stacktrace": {"frames": [frame | {"lineno": int(frame["lineno"])} for frame in frames]},
    }


def _only_ours(event: Any, _hint: Any) -> Any:
    return {name: value for name, value in event.items() if name in LEFT}
