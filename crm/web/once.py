"""A form saves once: sent again, by a double click or with the back button, it shows what it made the first time.

Two rows that are equal stay possible, from two forms. A form that was changed before it was sent again is given back,
with the choice to make a second row.
"""

import time
from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crm.domain import made
from crm.models import SentForm
from crm.web import drawn, kept

WAIT, STEP = 5, 0.1  # seconds for the first click to be done
A_MINUTE = timedelta(minutes=1)


class Once:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST":
            return self.get_response(request)
        try:
            with made.listening() as rows:
                response = self.get_response(request)
            if claim := getattr(request, "sent_form", None):
                _settle(claim, response, bool(rows))
            return response
        finally:
            if claim := getattr(request, "sent_form", None):
                _let_go(claim)

    def process_view(self, request, view, args, kwargs):
        """Runs after the middlewares that guard forms: only this person's own forms come as far as here.

        The API draws no forms and reads its bodies itself.
        """
        if request.method != "POST" or request.path.startswith("/api/"):
            return None
        form = drawn.drawn_of(request)
        if form is None or form.user != request.user.pk:
            return None
        claim = SentForm(
            key=_digest(form.user, request.path, form.key),
            said=_digest_of_form(request),
            sent_at=timezone.now(),
        )
        first = _first_of(claim)
        if first is claim:
            request.sent_form = claim
            return None
        if first.location and first.said != claim.said and not form.user:
            return None  # text of somebody without an account cannot be given back: it is saved as well
        return _answer(request, form, claim, first)


def _first_of(claim):
    """The claim itself where it is the first, held by this request; else the one before it, once that is done."""
    until = time.monotonic() + WAIT
    while True:
        is_free = _hold(claim)
        if is_free and _is_new(claim):
            return claim
        first = SentForm.objects.filter(
            pk=claim.pk
        ).first()  # None: it was refused, and its row deleted
        if first and is_free and not first.location and _is_given_up(first):
            SentForm.objects.filter(pk=first.pk, sent_at=first.sent_at).delete()
            first = None
        if is_free:
            _let_go(claim)
        if first and (first.location or time.monotonic() > until):
            return first
        if first or not is_free:
            time.sleep(STEP)


def _is_new(claim):
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _is_given_up(first):
    """Whether the process that was at it was ended in the middle. Nobody holds it; on SQLite nobody ever does."""
    return connection.vendor == "postgresql" or timezone.now() - first.sent_at > A_MINUTE


def _hold(claim):
    """Whether nobody else is at this form: held by this connection, and free as soon as its process is gone."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number_of(claim)])
        return cursor.fetchone()[0]


def _let_go(claim):
    if connection.vendor == "postgresql":
        with (
            suppress(DatabaseError),
            connection.cursor() as cursor,
        ):  # a line that broke holds nothing
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_number_of(claim)])


def _number_of(claim):
    return int.from_bytes(bytes.fromhex(claim.key)[:8], signed=True)


def _answer(request, form, claim, first):
    if not first.location:
        messages.info(request, _("This is being saved already: look at it in a moment."))
        return redirect(form.page)
    if first.said == claim.said:
        messages.info(request, _("This was saved already, once: here it is."))
        return HttpResponseRedirect(first.location)
    kept.keep(request, form, why=kept.AGAIN, first=first.location)
    return redirect(form.page)


def _settle(claim, response, has_made_something):
    if has_made_something and 300 <= response.status_code < 400:
        SentForm.objects.filter(pk=claim.pk).update(location=response["Location"][:1_000])
    else:
        SentForm.objects.filter(pk=claim.pk).delete()


def _digest(*parts):
    """Made with our own key: a form may hold a password, and its digest stays for a day."""
    return salted_hmac("crm.once", "\0".join(map(str, parts)), algorithm="sha256").hexdigest()


def _digest_of_form(request):
    """A digest of the fields and files that were sent, but for the tokens of the form."""
    fields = [
        (name, values)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "drawn")
    ]
    files = [(name, each.name, each.size) for name, sent in request.FILES.lists() for each in sent]
    return _digest(sorted(fields), sorted(files))
