"""French organisation identifiers, checked. SIREN and SIRET (La Poste included) by python-stdnum."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NotValid
from stdnum.fr import siren, siret

RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
DIGITS = re.compile(r"[0-9]+")


def compact(text):
    """An identifier as it is stored: no spaces, dots or dashes, plain digits, upper case."""
    return re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", text or "")).upper()


def _refuse_other_signs(value):
    """stdnum reads digits of any script, dots and spaces, but what is stored must be the same for the same number."""
    if not DIGITS.fullmatch(value):
        raise NotValid


def validate_siren(value):
    try:
        _refuse_other_signs(value)
        siren.validate(value)
    except NotValid as refused:
        raise ValidationError(
            _("This SIREN is not valid: it has 9 digits, the last of which checks the others.")
        ) from refused


def validate_siret(value):
    try:
        _refuse_other_signs(value)
        siret.validate(value)
    except NotValid as refused:
        raise ValidationError(
            _("This SIRET is not valid: it has 14 digits, a valid SIREN first, and the last one checks the others.")
        ) from refused


def validate_rna(value):
    if not RNA.fullmatch(value):
        raise ValidationError(_("This RNA number is not valid: it is a W followed by 9 characters, like W123456789."))
