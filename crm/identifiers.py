"""French organisation identifiers, checked. SIREN and SIRET (La Poste included) by python-stdnum."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions
from stdnum.fr import siren, siret

from crm.domain.text import normalise, words_of

RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
# Associations of Alsace and Moselle stand in the register of a local court, by volume and folio, and in no RNA.
VOLUME_AND_FOLIO = re.compile(
    r"vol(?:ume)?\W*(\d{1,5})\W*fol(?:io)?\W*(?:n\W*)?(\d{1,5})", re.IGNORECASE
)
LOCAL_REGISTER = re.compile(r"(?:[A-Z][A-Z' -]{0,38}[A-Z] )?VOLUME [0-9]{1,5} FOLIO [0-9]{1,5}")
OF_THE_COURT = re.compile(
    r"\b(?:tribunal|judiciaire|d instance|instance|registre|des associations|tj|ti|de|du|d)\b",
    re.IGNORECASE,
)
DIGITS = re.compile(r"[0-9]+")


def compact(text):
    """An identifier as it is stored: no spaces, dots or dashes, plain digits, upper case."""
    return re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", text or "")).upper()


def compact_rna(text):
    """An RNA number as it is stored, or the entry of a local register as COURT VOLUME 92 FOLIO 145.

    The court may be missing, and is written with plain letters.
    """
    text = text or ""
    match = VOLUME_AND_FOLIO.search(normalise(text))
    if not match:
        return compact(text)
    volume, folio = (str(int(number)) for number in match.groups())
    court = " ".join(
        OF_THE_COURT.sub(
            " ", " ".join(words_of(VOLUME_AND_FOLIO.sub(" ", normalise(text))))
        ).split()
    )
    return f"{court} volume {volume} folio {folio}".strip().upper()


def _refuse_other_signs(value):
    """stdnum takes dots, spaces and digits of any script; stored is one text only for one number."""
    if not DIGITS.fullmatch(value):
        raise exceptions.InvalidFormat


def validate_siren(value):
    try:
        _refuse_other_signs(value)
        siren.validate(value)
    except exceptions.ValidationError as error:
        raise ValidationError(
            _("This SIREN is not valid: it has 9 digits, the last of which checks the others.")
        ) from error


def validate_siret(value):
    try:
        _refuse_other_signs(value)
        siret.validate(value)
    except exceptions.ValidationError as error:
        raise ValidationError(
            _(
                "This SIRET is not valid: it has 14 digits, a valid SIREN first, and the last one checks the others."
            )
        ) from error


def validate_rna(value):
    if not RNA.fullmatch(value) and not LOCAL_REGISTER.fullmatch(value):
        raise ValidationError(
            _(
                "This RNA number is not valid: it is a W followed by 9 characters, like W123456789. In Alsace and"
                " Moselle write the court, the volume and the folio, like “Strasbourg, volume 92, folio 145”."
            )
        )
