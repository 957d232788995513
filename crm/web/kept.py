"""Typed text that came too late is kept for an hour, and filled into its form again on the page it came from.

It comes too late when the session is over or the form's token is no longer valid. What was sent is kept in the session
for the person for whom the form was rendered: somebody else who logs in gets nothing. Passwords, tokens and files are
never kept, nor is what another site sent.
"""

import re
import time
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from crm.web import drawn
from crm.web.refill import refill

PLACE = "kept"
SECONDS = 3600
MAX_FORMS = 3  # forms of one browser
MAX_CHARACTERS = 200_000  # characters of one form
SECRET = re.compile(r"password|token|secret|^drawn$", re.I)
LATE, AGAIN = "late", "again"
OF_A_BUTTON = {"seen", "to", "back", "offer", "upto"}  # fields that a button alone sends


class LoginRequired(LoginRequiredMiddleware):
    """After the log-in one is on the page one came from with what one typed, never at an address for posts only."""

    def handle_no_permission(self, request, view_func):
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        form = drawn.drawn_for_account(request)
        if form and is_button(request):
            messages.info(request, _button_words())
        elif form and keep(request, form, why=LATE):
            messages.info(request, _said_before_log_in(request))
        return redirect_to_login(form.page if form else _page_before(request))


def is_button(request):
    """Whether nothing of what was sent was typed or chosen."""
    try:
        names = {name for name in request.POST if not SECRET.search(name)}
    except (UnreadablePostError, SuspiciousOperation):
        return False
    return names <= OF_A_BUTTON and not request.FILES


def _button_words():
    return _(
        "You were logged out meanwhile, and nothing was done. Log in: what you pressed is on the page that comes then."
    )


def _said_before_log_in(request):
    entry = request.session[PLACE][-1]
    if not entry["has_files"]:
        return _("You were logged out meanwhile. Log in: what you typed is kept for you.")
    if not entry["fields"]:
        return _(
            "You were logged out meanwhile, and the file is not saved. Log in: choose it again."
        )
    return _(
        "You were logged out meanwhile. Log in: what you typed is kept for you, and the file is to be chosen again."
    )


def keep(request, form, *, why, first=""):
    """Keep what was sent, and say whether it was: not where there is nothing to keep, or too much."""
    sent = sent_fields(request)
    files = sorted(request.FILES) if sent is not None else []
    if not sent and not files:
        return False
    entry = {"path": request.path, "page": form.page, "user": form.user, "at": time.time()}
    entry |= {"fields": sent, "has_files": bool(files), "why": why, "first": first}
    others = [each for each in request.session.get(PLACE, []) if each["path"] != request.path]
    request.session[PLACE] = [*others, entry][-MAX_FORMS:]
    request.has_kept = True
    return True


def sent_fields(request):
    """{name: [values]} of what may be kept of the body; {} where it is too large, None where it cannot be read."""
    try:
        sent = {name: values for name, values in request.POST.lists() if not SECRET.search(name)}
    except (UnreadablePostError, SuspiciousOperation):
        return None
    size = sum(len(value) for values in sent.values() for value in values)
    return sent if size <= MAX_CHARACTERS else {}


def is_from_here(request):
    """Whether the browser says that one of our own pages sent it."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(source).netloc == request.get_host()


def texts_of(fields):
    """The values that a person may have typed, to be copied by hand where their form is there no more."""
    values = [value for values in (fields or {}).values() for value in values]
    return [value for value in values if len(value) > 20 or " " in value.strip()]


def give_back(get_response):
    """Fill the forms of a page that is shown again with what was kept for it, until it is saved."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and PLACE in request.session:
            _forget_what_is_over(request, response)
            if request.method == "GET" and PLACE in request.session and _is_page(response):
                _fill(request, response)
        return response

    return middleware


def _forget_what_is_over(request, response):
    """Drop what is saved now, what is an hour old, and what is somebody else's."""
    is_saved = (
        request.method == "POST"
        and 300 <= response.status_code < 400
        and not hasattr(request, "has_kept")
    )
    remaining = [
        entry
        for entry in request.session[PLACE]
        if entry["user"] == request.user.pk
        and time.time() - entry["at"] < SECONDS
        and not (is_saved and entry["path"] == request.path)
    ]
    if remaining != request.session[PLACE]:
        request.session[PLACE] = remaining
    if not remaining:
        del request.session[PLACE]


def _fill(request, response):
    for entry in request.session[PLACE]:
        if entry["page"] == request.get_full_path():
            html = response.content.decode(response.charset)
            context = {"entry": entry, "texts": texts_of(entry["fields"])}
            in_form = render_to_string(
                "crm/_given_back.html", context | {"is_filled": True}, request
            )
            beside = render_to_string(
                "crm/_given_back.html", context | {"is_filled": False}, request
            )
            filled = refill(
                html, entry["path"], request.path, entry["fields"], in_form=in_form, beside=beside
            )
            response.content = filled.encode(response.charset)


def _is_page(response):
    return (
        not response.streaming
        and response.status_code < 400
        and response.get("Content-Type", "").startswith("text/html")
    )


def _page_before(request):
    """Our page that the browser came from; "/" where it does not say, or where that address takes only posts."""
    source = urlsplit(request.headers.get("Referer", ""))
    if source.netloc != request.get_host() or source.path in ("", request.path):
        return "/"
    return f"{source.path}?{source.query}" if source.query else source.path
