"""Refusals and errors of the API in one shape: problem details (RFC 9457), in the reader's language."""

import errno
import logging

from django.core.exceptions import ValidationError
from django.core.signals import got_request_exception
from django.db import DatabaseError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler, set_rollback

from crm.domain.refusals import OtherFigures, Stale, Unread, by_field
from crm.rest.views import PreconditionRequired
from crm.web import request_names

PROBLEM = "application/problem+json"
logger = logging.getLogger("django.request")
FULL = ("database or disk is full", "No space left on device")  # as SQLite and PostgreSQL say it


class Conflict(exceptions.APIException):
    """`seen` was not the version that is there."""

    status_code: int = status.HTTP_409_CONFLICT
    default_code = "stale"
    default_detail = _("This was changed after you had read it.")


class PreconditionFailed(Conflict):
    """If-Match was not."""

    status_code = status.HTTP_412_PRECONDITION_FAILED


def problem_details(error, context):
    error = _as_of_the_api(error, context["request"])
    response = exception_handler(error, context)
    if response is None:
        return _failure(error, context["request"])
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    title = str(detail if detail is not None else error.default_detail)
    problem = problem_of(response.status_code, title)
    if detail is None or len(response.data) > 1:
        problem["errors"] = response.data
    response.data = problem
    response.content_type = PROBLEM
    return response


def _failure(error, request):
    """The answer where our code fails: logged, and signalled to whoever listens for that (the tests do)."""
    set_rollback()
    got_request_exception.send(sender=None, request=request._request)
    sentence, status_code = (
        _("Something went wrong on our side; it is written down."),
        status.HTTP_500_INTERNAL_SERVER_ERROR,
    )
    if is_for_want_of_room(error):
        sentence, status_code = (
            _("The disk is full: nothing was saved."),
            status.HTTP_507_INSUFFICIENT_STORAGE,
        )
    logger.error(
        "The API failed.",
        exc_info=error,
        extra={"status_code": status_code, "request": request._request},
    )
    response = Response(failure_of(status_code, sentence), status=status_code)
    response.content_type = PROBLEM
    response._has_been_logged = True
    return response


def is_for_want_of_room(error):
    """Whether the disk is full, for a file, the database or a session."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, DatabaseError) and any(words in str(error) for words in FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def problem_of(status_code, title):
    return {"type": "about:blank", "status": status_code, "title": str(title)}


def failure_of(status_code, title):
    """A problem on our side, with the name of the request, by which the log has it."""
    name = request_names.current()
    return problem_of(status_code, title) | ({"request": name} if name else {})


def _as_of_the_api(error, request):
    """The error of REST framework that stands for a refusal of ours."""
    if isinstance(error, Unread):
        return PreconditionRequired()
    if isinstance(error, Stale | OtherFigures):
        return (PreconditionFailed if "If-Match" in request.headers else Conflict)(
            detail=by_field(error)
        )
    if isinstance(error, ValidationError):
        return exceptions.ValidationError(by_field(error))
    if isinstance(error, Http404):
        return exceptions.NotFound()  # Django's own says in English what kind of row is not there
    return error


class Unknown(APIView):
    """Any other address below the API: 401 for strangers as everywhere, 404 for all others."""

    area = ""
    permission_classes = [IsAuthenticated]
    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise Http404


unknown = Unknown.as_view()
