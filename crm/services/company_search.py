"""The State's public company search, where it is reachable: facts about an organisation, never about its officers.

Its address is a setting and never comes from a request. Whatever goes wrong, people fill the form by hand.
"""

import json
import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from crm.audit.history import column_of
from crm.models import SupportRequest

logger = logging.getLogger(__name__)
MAX_BYTES = 500_000
CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}


class NoAnswer(Exception):
    """The register gave nothing that could be used; the message says why in one word."""


@dataclass
class Call:
    """What the thread of a call leaves for the one that waits: its socket, then the body or what went wrong."""

    open_socket: socket.socket | None = None
    body: bytes | None = None
    trouble: str = ""


def look_up(identifier: str) -> dict[str, str] | None:
    """The name, siren, siret, rna, postal_code and city of the organisation with that SIREN, SIRET or RNA number.

    None where it is unknown or nothing can be had; facts that the register does not give are left out.
    """
    if not settings.COMPANY_SEARCH_URL:
        return None
    query = urlencode({"q": identifier, "per_page": 1})
    try:
        facts = _facts(
            _answer(f"{settings.COMPANY_SEARCH_URL}?{query}", settings.COMPANY_SEARCH_SECONDS)
        )
        return facts if facts and _carries(facts, identifier) else None
    except NoAnswer as error:
        logger.info("Company search gave nothing.", extra={"trouble": str(error)})
        return None


def _answer(url: str, seconds: float) -> Any:
    """The JSON that stands at the address, whatever it holds; NoAnswer where it takes more seconds in all.

    A timeout of the socket counts for each read: a server that sends a letter now and then would hold us for ever. So
    the call runs in a thread, and its connection is cut when the time is over. A redirection is an answer like any
    other and is not followed: it could lead into our own network.
    """
    parts = urlsplit(url)
    connection = CONNECTIONS[parts.scheme](parts.hostname, parts.port, timeout=seconds)
    call = Call()
    thread = Thread(
        target=_call, args=(connection, f"{parts.path or '/'}?{parts.query}", call), daemon=True
    )
    thread.start()
    thread.join(seconds)
    if call.body is None and not call.trouble:
        call.trouble = "out-of-time"
        if call.open_socket is not None:
            with suppress(OSError):
                call.open_socket.shutdown(socket.SHUT_RDWR)
    if call.trouble or call.body is None:
        raise NoAnswer(call.trouble)
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise NoAnswer(type(error).__name__) from error


def _call(connection: HTTPConnection, path: str, call: Call) -> None:
    """Make the call, in its own thread, and leave what came of it in `call`."""
    try:
        connection.connect()
        call.open_socket = connection.sock
        if call.trouble:
            return
        connection.request(
            "GET", path, headers={"User-Agent": "Relais (intake of support requests)"}
        )
        answer = connection.getresponse()
        body = answer.read(MAX_BYTES + 1)
        if answer.status != 200:
            call.trouble = f"status-{answer.status}"
        elif len(body) > MAX_BYTES:
            call.trouble = "too-long"
        else:
            call.body = body
    except (OSError, HTTPException, ValueError) as error:
        call.trouble = type(error).__name__
    finally:
        connection.close()


def _facts(answer: Any) -> dict[str, str]:
    """The facts of the first result that the form itself would take, whatever the answer looks like."""
    unit = _first(_part(answer, "results"))
    seat, more = _part(unit, "siege"), _part(unit, "complements")
    values = {
        "name": _part(unit, "nom_raison_sociale") or _part(unit, "nom_complet"),
        "siren": _part(unit, "siren"),
        "siret": _part(seat, "siret"),
        "rna": _part(more, "identifiant_association"),
        "postal_code": _part(seat, "code_postal"),
        "city": _part(seat, "libelle_commune"),
    }
    return {name: value.strip() for name, value in values.items() if _is_valid(name, value)}


def _carries(facts: Mapping[str, str], identifier: str) -> bool:
    """Whether the facts are those of the organisation with that number: a search may find another one."""
    if not identifier[:1].isdigit():
        return facts.get("rna", identifier) == identifier
    return all(
        facts[name].startswith(identifier[:9]) for name in ("siren", "siret") if name in facts
    )


def _part(whole: Any, name: str) -> Any:
    """What a JSON object holds under the name; None where it is no object or has nothing there."""
    return whole.get(name) if isinstance(whole, dict) else None


def _first(rows: Any) -> Any:
    """The first element of a JSON list; None where it is none or is empty."""
    return rows[0] if isinstance(rows, list) and rows else None


def _is_valid(name: str, value: Any) -> bool:
    """Whether the column of a support request takes the value of the register."""
    if not isinstance(value, str) or not value.strip() or "\0" in value or not value.isprintable():
        return False
    try:
        column_of(SupportRequest, name).clean(value.strip(), None)
    except ValidationError:
        return False
    return True
