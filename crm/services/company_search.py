"""The State's public company search, where it is reachable: facts about an organisation, never about its officers.

The address is a setting and never comes from a request. Whatever goes wrong, the form goes on by hand.
"""

import json
import logging
import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from crm.models import SupportRequest

logger = logging.getLogger(__name__)
MAX_BYTES = 500_000
CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}


class NoAnswer(Exception):
    """The register said nothing that could be used; the message says what of it, and nothing of what was asked."""


def look_up(identifier):
    """{name, siren, siret, rna, postal_code, city} of what carries a SIREN, SIRET or RNA number; None if unknown."""
    if not settings.COMPANY_SEARCH_URL:
        return None
    query = urlencode({"q": identifier, "per_page": 1})
    try:
        facts = _facts(
            _answer(f"{settings.COMPANY_SEARCH_URL}?{query}", settings.COMPANY_SEARCH_SECONDS)
        )
        return facts if facts and _carries(facts, identifier) else None
    except NoAnswer as error:
        logger.info("Company search gave nothing: %s", error)
        return None


def _answer(url, seconds):
    """What stands there as JSON, within so many seconds from the first letter to the last.

    A timeout of the socket is one of each read: a server that sends a letter now and then would hold us for ever. So
    the call runs beside, and its connection is cut when the time is over. A redirection is an answer like another,
    and not followed: it could lead to the inside of our own network.
    """
    parts = urlsplit(url)
    connection = CONNECTIONS[parts.scheme](parts.hostname, parts.port, timeout=seconds)
    came = {}
    calling = Thread(
        target=_call, args=(connection, f"{parts.path or '/'}?{parts.query}", came), daemon=True
    )
    calling.start()
    calling.join(seconds)
    if "body" not in came and "trouble" not in came:
        came["trouble"] = "no time left"
        with suppress(OSError, KeyError):
            came["socket"].shutdown(socket.SHUT_RDWR)
    if "trouble" in came:
        raise NoAnswer(came["trouble"])
    try:
        return json.loads(came["body"])
    except (ValueError, RecursionError) as error:
        raise NoAnswer(type(error).__name__) from error


def _call(connection, path, came):
    """Beside: leaves the socket, so that it can be cut, then a body or what went wrong."""
    try:
        connection.connect()
        came["socket"] = connection.sock
        if "trouble" in came:
            return
        connection.request(
            "GET", path, headers={"User-Agent": "Relais (intake of support requests)"}
        )
        answer = connection.getresponse()
        body = answer.read(MAX_BYTES + 1)
        if answer.status != 200:
            came["trouble"] = f"status {answer.status}"
        elif len(body) > MAX_BYTES:
            came["trouble"] = "too long"
        else:
            came["body"] = body
    except (OSError, HTTPException, ValueError) as error:
        came["trouble"] = type(error).__name__
    finally:
        connection.close()


def _facts(found):
    """Those of the first result that the form itself would take; everything else is as if it were not there."""
    unit = _first(_part(found, "results"))
    seat, more = _part(unit, "siege"), _part(unit, "complements")
    told = {
        "name": _part(unit, "nom_raison_sociale") or _part(unit, "nom_complet"),
        "siren": _part(unit, "siren"),
        "siret": _part(seat, "siret"),
        "rna": _part(more, "identifiant_association"),
        "postal_code": _part(seat, "code_postal"),
        "city": _part(seat, "libelle_commune"),
    }
    return {name: value.strip() for name, value in told.items() if _is_taken(name, value)}


def _carries(facts, identifier):
    """A search may find somebody else: whoever carries another number fills nothing."""
    if not identifier[:1].isdigit():
        return facts.get("rna", identifier) == identifier
    return all(
        facts[name].startswith(identifier[:9]) for name in ("siren", "siret") if name in facts
    )


def _part(whole, name):
    return whole.get(name) if isinstance(whole, dict) else None


def _first(rows):
    return rows[0] if isinstance(rows, list) and rows else None


def _is_taken(name, value):
    if not isinstance(value, str) or not value.strip() or "\0" in value or not value.isprintable():
        return False
    try:
        SupportRequest._meta.get_field(name).clean(value.strip(), None)
    except ValidationError:
        return False
    return True
