import logging
from hashlib import sha256

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

logger = logging.getLogger(__name__)


def send_file(request, row):
    """Always a download, never shown in the page: whatever it holds, it does not run here.

    What was kept, or a page that says that it is lost: never half of it under the same name.
    """
    content = _content_of(row)
    if content is None:
        logger.error("A row has lost its file.", extra={"row": row})
        return TemplateResponse(request, "crm/file_lost.html", {"name": row.name}, status=404)
    response = HttpResponse(content, content_type=row.media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=row.name
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _content_of(row):
    try:
        with row.file.open("rb") as file:
            content = file.read()
    except OSError:
        return None
    return content if sha256(content).hexdigest() == row.digest else None
