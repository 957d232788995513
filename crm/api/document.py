import hashlib
from threading import Lock

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Document(SpectacularAPIView):
    """The document of the API: in English whoever asks, made once for each release, and known by its ETag."""

    area = ""  # each key opens it
    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer]
    metadata_class = None
    schema = None

    def get(self, request, *args, **kwargs):
        renderer = request.accepted_renderer
        body, tag = document_in(type(renderer))
        if tag in request.headers.get("If-None-Match", ""):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(body, content_type=renderer.media_type)
            response.headers["Content-Disposition"] = f'inline; filename="Relais.{renderer.format}"'
        response.headers["ETag"] = tag
        response.headers["Content-Language"] = "en"
        return response


making_the_document = Lock()
DOCUMENTS: dict[str, tuple[bytes, str]] = {}  # the body of each kind of document, and its ETag


def document_in(renderer_class):
    """(bytes, ETag) of the document, made at its first call; calls meanwhile wait for it, and no other request does."""
    key = f"api-document-{settings.RELEASE}-{renderer_class.format}-{renderer_class.media_type}"
    if document := DOCUMENTS.get(key):
        return document
    with making_the_document:
        if key not in DOCUMENTS:
            with translation.override("en"):
                schema = SchemaGenerator().get_schema(request=None, public=True)
                body = renderer_class().render(schema, renderer_context={})
            DOCUMENTS[key] = body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return DOCUMENTS[key]


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The browsable document of the API. Its own style is inline, and on this one page that is allowed."""

    area = ""
    metadata_class = None
