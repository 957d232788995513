"""What every form of a logged-in person bears: for whom and on which page it was drawn, signed, and a key of its own.

It makes two promises possible for all forms at once: text sent too late is given back to the same person on the same
page (crm.web.kept), and a form sent twice saves once (crm.web.once).
"""

from dataclasses import dataclass
from secrets import token_urlsafe

from django.core import signing

FIELD = "drawn"
SALT = "crm.drawn"
MAX_LENGTH = 500


@dataclass(frozen=True)
class Drawn:
    user: int
    page: str
    key: str


def token_of(request):
    """For a form of this page. A page that answers a refused form is still the page from which one came."""
    page = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        sent = drawn_of(request)
        page = sent.page if sent else ""
    return signing.dumps(
        [request.user.pk, page if len(page) <= MAX_LENGTH else "", token_urlsafe(9)], salt=SALT
    )


def drawn_of(request):
    """What the form that was sent says of itself, or None: it says nothing, or nothing that we signed.

    A body that was refused for its size stays unread.
    """
    if getattr(request, "stays_unread", False):
        return None
    try:
        user, page, key = signing.loads(request.POST.get(FIELD, ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Drawn(user, page or "/", key)
