"""A signed field in every form: for whom and on which page it was rendered, and a key of its own.

By it, text that was sent too late is given back to the same person on the same page (crm.web.kept), and a form that is
sent twice saves once (crm.web.once).
"""

from dataclasses import dataclass
from secrets import token_urlsafe

from django.core import signing

FIELD = "drawn"
SALT = "crm.drawn"
MAX_LENGTH = 500


@dataclass(frozen=True)
class Drawn:
    """For whom (None: nobody who logged in) and on which page a form was rendered, and its own key."""

    user: int | None
    page: str
    key: str


def token_of(request):
    """The field of a form on this page. Where the page answers a refused form, it names the page that form was on."""
    page = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        form = drawn_of(request)
        page = form.page if form else ""
    return signing.dumps(
        [request.user.pk, page if len(page) <= MAX_LENGTH else "", token_urlsafe(9)], salt=SALT
    )


def drawn_of(request):
    """The field of the form that was sent; None where it is missing or not signed by us, or the body was not read."""
    if getattr(request, "stays_unread", False):
        return None
    try:
        user, page, key = signing.loads(request.POST.get(FIELD, ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Drawn(user, page or "/", key)


def drawn_for_account(request):
    """`drawn_of`, but None for a form that nobody in particular was shown: what they typed is kept for nobody."""
    form = drawn_of(request)
    return form if form and form.user else None
