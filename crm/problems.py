"""Refusals and errors of the API in one shape: problem details (RFC 9457), in the reader's language."""

from django.core.exceptions import ValidationError
from rest_framework import exceptions, status
from rest_framework.views import exception_handler

from crm.refusals import Stale, by_field


def problem_details(error, context):
    if isinstance(error, Stale):
        error = exceptions.APIException(detail=by_field(error), code="stale")
        error.status_code = status.HTTP_409_CONFLICT
    elif isinstance(error, ValidationError):
        error = exceptions.ValidationError(by_field(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    problem = {"type": "about:blank", "status": response.status_code, "title": _title(error, detail)}
    if detail is None or len(response.data) > 1:
        problem["errors"] = response.data
    response.data = problem
    response.content_type = "application/problem+json"
    return response


def _title(error, detail):
    return str(detail) if detail is not None else str(error.default_detail)
