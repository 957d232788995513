"""The State's public company search, where it is reachable: facts about an organisation, never about its officers.

The address is a setting and never comes from a request. Whatever goes wrong, the form goes on by hand.
"""

import json
import logging
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

logger = logging.getLogger(__name__)
MOST_BYTES = 500_000


def look_up(identifier):
    """{name, siren, siret, rna, postal_code, city} of what carries a SIREN, SIRET or RNA number; None if unknown."""
    if not settings.COMPANY_SEARCH_URL:
        return None
    url = f"{settings.COMPANY_SEARCH_URL}?{urlencode({'q': identifier, 'per_page': 1})}"
    asked = Request(url, headers={"User-Agent": "Relais (intake of support requests)"})  # noqa: S310
    try:
        with urlopen(asked, timeout=settings.COMPANY_SEARCH_SECONDS) as answer:  # noqa: S310
            found = json.loads(answer.read(MOST_BYTES))
        return _facts(found["results"][0])
    except (URLError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        logger.info("Company search gave nothing: %s", type(error).__name__)
        return None


def _facts(unit):
    seat = unit.get("siege") or {}
    facts = {
        "name": unit.get("nom_raison_sociale") or unit.get("nom_complet"),
        "siren": unit.get("siren"),
        "siret": seat.get("siret"),
        "rna": (unit.get("complements") or {}).get("identifiant_association"),
        "postal_code": seat.get("code_postal"),
        "city": seat.get("libelle_commune"),
    }
    return {name: str(value)[:200] for name, value in facts.items() if value}
