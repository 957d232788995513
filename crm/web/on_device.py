"""What a device keeps of one account, to open without a network: gone once they log out, or somebody else comes in.

A cookie says whose it is, and outlives the session: who comes back after it is over finds what was not sent yet.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "relais-device"
HALF_A_YEAR = 180 * 24 * 3600
ASKED, TO = "Relais-Worker", "Relais-To"


def keeps_of(response, request):
    """Note that this device keeps something of who is logged in."""
    response.set_cookie(
        COOKIE,
        _mark_of(request.user),
        max_age=HALF_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def wipe(response, request):
    """Nothing of theirs stays: what was kept of pages, what was typed, and the worker itself."""
    if request.COOKIES.get(COOKIE):
        response["Clear-Site-Data"] = '"storage"'
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def wiped_for_others(get_response):
    """Middleware: the first answer to somebody else empties the device. Stands behind the one that knows who asks."""

    def middleware(request):
        response = get_response(request)
        mark, user = request.COOKIES.get(COOKIE), request.user
        if mark and user.is_authenticated and not constant_time_compare(mark, _mark_of(user)):
            wipe(response, request)
        return response

    return middleware


def told_where_to(get_response):
    """Middleware: a service worker may not read where a redirect leads: it is told, and goes nowhere by itself.

    So what is to be said on the next page waits for the person. Stands outside of what may redirect.
    """

    def middleware(request):
        response = get_response(request)
        if ASKED in request.headers and "Location" in response:
            response[TO] = response["Location"]
            del response["Location"]
            response.status_code = 204
        return response

    return middleware


def _mark_of(user):
    return salted_hmac("crm.on_device", str(user.pk)).hexdigest()[:20]
