"""Whether this process runs, and is ready to be asked: for proxies, containers and whatever watches them.

They ask by address and in clear, and may not depend on anything that a page needs. So the answers come before the check
of the host, the redirect to HTTPS and the session; a stranger learns which probe fails, by name, and nothing more.
"""

import logging
from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.module_loading import import_string

from crm.deployment import metrics
from crm.web.guards import read_only_get

logger = logging.getLogger(__name__)


def answered_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first but for the one that names requests."""
    answers = {path: read_only_get(answer) for path, answer in ANSWERS.items()}

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = answers.get(request.path_info)
        if answer is None or (answer is answers[metrics.PATH] and not metrics.may_read(request)):
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer(request)
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def failing_probes(probes: Mapping[str, str] | None = None) -> list[str]:
    """The names of the probes (settings.READY_PROBES, or those given) that do not hold, in their order."""
    asked = settings.READY_PROBES if probes is None else probes
    return [name for name, probe in asked.items() if not _holds(name, probe)]


def _holds(name: str, probe: str) -> bool:
    try:
        return bool(import_string(probe)())
    except Exception:
        logger.warning("A probe could not be asked.", exc_info=True, extra={"job": name})
        return False


def _live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


def _ready(request: HttpRequest) -> HttpResponse:
    """503 where the process should get no requests."""
    return _answer(failing_probes())


def _at_work(request: HttpRequest) -> HttpResponse:
    """503 where mails do not leave or nobody does each day's work: for whoever watches, not for a proxy."""
    return _answer(failing_probes(settings.WORK_PROBES))


def _answer(failing: list[str]) -> HttpResponse:
    """What fails is logged as such, not as an error of a page."""
    if not failing:
        return JsonResponse({"status": "ok"})
    logger.warning("Not ready.", extra={"trouble": ":".join(failing)})
    response = JsonResponse({"status": "failing", "failing": failing}, status=503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django mails it to RELAIS_ADMINS as an error
    return response


def _metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.text_of(failing_probes()), content_type=metrics.TYPE)


ANSWERS = {
    "/healthz/live": _live,
    "/healthz/ready": _ready,
    "/healthz/work": _at_work,
    metrics.PATH: _metrics,
}
