"""An agreement in which nothing is missing, and a signature under it."""

from datetime import date

from volunteers.services import agreements

TODAY = date(2026, 6, 15)
COMPLETE = {
    "purpose": "partnership",
    "qualification": "Engineer",
    "missions": "Build the platform",
    "costs": "Nothing is invoiced",
    "has_return": True,
    "has_conditions": True,
}


def sign(agreement, side, by, on=date(2026, 1, 2)):
    return agreements.sign_agreement(
        agreement,
        agreements.AgreementSignature(side=side, name="Ada Martin", on=on),
        seen=agreement.version,
        by=by,
        today=TODAY,
    )
