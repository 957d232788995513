"""Refusals and errors of the API in one shape: problem details (RFC 9457), in the reader's language."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.views import exception_handler

from crm.refusals import OtherFigures, Stale, Unread, by_field
from crm.rest import PreconditionRequired

PROBLEM = "application/problem+json"


class Conflict(exceptions.APIException):
    """`seen` was not the version that is there."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "stale"
    default_detail = _("This was changed after you had read it.")


class PreconditionFailed(Conflict):
    """If-Match was not."""

    status_code = status.HTTP_412_PRECONDITION_FAILED


def problem_details(error, context):
    error = _as_of_the_api(error, context["request"])
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    title = str(detail if detail is not None else error.default_detail)
    problem = {"type": "about:blank", "status": response.status_code, "title": title}
    if detail is None or len(response.data) > 1:
        problem["errors"] = response.data
    response.data = problem
    response.content_type = PROBLEM
    return response


def _as_of_the_api(error, request):
    """The framework's error for a refusal of ours."""
    if isinstance(error, Unread):
        return PreconditionRequired()
    if isinstance(error, Stale | OtherFigures):
        return (PreconditionFailed if "If-Match" in request.headers else Conflict)(detail=by_field(error))
    if isinstance(error, ValidationError):
        return exceptions.ValidationError(by_field(error))
    return error
