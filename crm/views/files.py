import logging
from hashlib import sha256

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

from crm.files.places import Away, place_in_use

A_MINUTE = 60  # seconds
logger = logging.getLogger(__name__)


def send_file(request, row):
    """Always a download, never shown in the page: whatever it holds, it does not run here.

    What was kept, or a page that says that it is lost, or that it cannot be fetched for now: never half of it under the
    same name, and no address of it elsewhere.
    """
    try:
        content = _content_of(row)
    except Away:
        logger.exception("A file could not be fetched.", extra={"row": row})
        return _without_file(request, row, is_away=True)
    if content is None:
        logger.error("A row has lost its file.", extra={"row": row})
        return _without_file(request, row)
    response = HttpResponse(content, content_type=row.media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=row.name
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _without_file(request, row, *, is_away=False):
    facts = {"name": row.name, "is_away": is_away}
    if not is_away:
        return TemplateResponse(request, "crm/file_lost.html", facts, status=404)
    response = TemplateResponse(request, "crm/file_lost.html", facts, status=503)
    response["Retry-After"] = str(A_MINUTE)
    response._has_been_logged = True
    return response


def _content_of(row):
    """All of it, or None where it is lost; Away where that cannot be told."""
    try:
        content = place_in_use().read(row.file.name, most=row.size + 1)
    except Away:
        raise
    except OSError:
        return None
    return content if sha256(content).hexdigest() == row.digest else None
