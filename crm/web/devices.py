"""Devices with which an account has logged in before: wrong tries of strangers do not lock its owner out of them."""

from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

YEAR = 365 * 24 * 3600


def known_to(account, request):
    """The mark of this device among those of the account; "" where the account has never logged in with it."""
    try:
        return _signer(account).unsign(request.COOKIES.get(_cookie(account), ""), max_age=YEAR)
    except signing.BadSignature:
        return ""


def remember(response, account, request):
    """Leave a signed mark for this account in the browser. It opens nothing: the password is asked for as always."""
    response.set_cookie(
        _cookie(account),
        _signer(account).sign(known_to(account, request) or token_urlsafe(16)),
        max_age=YEAR,
        path=settings.SESSION_COOKIE_PATH,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _cookie(account):
    return (
        f"relais-known-{salted_hmac('known device', account, algorithm='sha256').hexdigest()[:16]}"
    )


def _signer(account):
    return signing.TimestampSigner(salt=f"known device: {account}")
