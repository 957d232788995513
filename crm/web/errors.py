import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_safe

from crm.files.pdf import NoPapers
from crm.files.upload_limits import LARGEST_BODY, LARGEST_FILE
from crm.rest.problems import PROBLEM, failure_of, is_for_want_of_room, problem_of, unknown
from crm.web import kept, request_names
from crm.web.drawn import drawn_for_account

WENT_WRONG = (
    "Une erreur est survenue. Revenez en arrière : ce que vous avez écrit y est encore. / "
    "Something went wrong. Go back: what you wrote is still there."
)
NO_ROOM = (
    "Notre serveur n’a plus de place : rien n’a été enregistré. Revenez en arrière : ce que vous avez écrit y est "
    "encore ; réessayez plus tard et prévenez l’administration de Relais. / "
    "Our server has no room left: nothing was saved. Go back: what you wrote is still there; try again later, and "
    "tell your administrator."
)


def not_found(request, exception):
    """The same page for what does not exist and for what is somebody else's; the API has its own words for it."""
    if request.path.startswith("/api/"):
        return unknown(request).render()
    return render(request, "crm/404.html", status=404)


def forbidden(request, exception):
    return render(request, "crm/403.html", status=403)


def csrf_failed(request, reason=""):
    """A form from before a log-in or a log-out is given back with what was typed; else a page says what to do."""
    if not kept.is_from_here(request):
        return _stale_page(request)
    login = reverse("crm:login")
    if request.path == login:  # logged in in another tab meanwhile, or the cookies went
        return redirect("crm:home") if request.user.is_authenticated else redirect(login)
    form = drawn_for_account(request)
    if form is None:
        return _stale_page(request, texts=kept.texts_of(kept.sent_fields(request)))
    if request.user.is_authenticated and request.user.pk != form.user:
        return _stale_page(request, is_somebody_elses=True)
    kept.keep(request, form, why=kept.LATE)
    return redirect(form.page) if request.user.is_authenticated else redirect_to_login(form.page)


def _stale_page(request, *, texts=(), is_somebody_elses=False):
    context = {"texts": texts, "is_somebody_elses": is_somebody_elses}
    return render(request, "crm/stale_page.html", context, status=403)


def bad_request(request, exception):
    """A page where what was typed or pasted is larger than any form takes; Django's plain answer for the rest."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, status=413)
    return defaults.bad_request(request, exception)


class PapersAreMissing:
    """Middleware: an address of a paper that cannot be made here says so in a sentence; pages do not lead there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NoPapers):
            return render(request, "crm/no_papers.html", status=404)
        return None


def too_large(request, status):
    """Refuse a body without reading it; the connection has to end with the answer."""
    request.stays_unread = True
    file, text = LARGEST_FILE // 1024 // 1024, settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
    if request.path.startswith("/api/"):
        sentence = _("This is too large: a request may have %(most)s MB at most.") % {
            "most": LARGEST_BODY // 1024 // 1024
        }
        response = JsonResponse(problem_of(status, sentence), status=status, content_type=PROBLEM)
    else:
        response = render(
            request, "crm/too_large.html", {"file": file, "text": text}, status=status
        )
    response["Connection"] = "close"
    return response


def failed(request):
    """Two sentences without a template or a query: whatever broke may break these as well.

    Behind them the name of the request, which its reader can tell to whoever reads the log.
    """
    sentences, status = (
        (NO_ROOM, 507) if is_for_want_of_room(sys.exception()) else (WENT_WRONG, 500)
    )
    if request.path.startswith("/api/"):
        return JsonResponse(failure_of(status, sentences), status=status, content_type=PROBLEM)
    if name := request_names.current():
        sentences += f" [{name}]"
    return HttpResponse(sentences, status=status, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def healthz(request):
    """Whether this process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
