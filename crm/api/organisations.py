import hashlib
from threading import Lock

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from crm import permissions
from crm.filters import OrganisationFilter
from crm.models import Contact, Interaction, Organisation, Sdg
from crm.rest.views import ScopedViewSet
from crm.serializers.organisations import (
    ContactSerializer,
    InteractionSerializer,
    MeSerializer,
    OrganisationSerializer,
    SdgSerializer,
)
from crm.services import organisations


class OrganisationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Organisation.objects.none()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "post", "patch", "head", "options"]

    def get_queryset(self):
        return super().get_queryset().prefetch_related(Prefetch("sdgs", Sdg.objects.order_by("number")))

    def create(self, request):
        self.may(permissions.can_change_directory(request.user))
        return Response(self._saved(Organisation(), self.given(OrganisationSerializer)), status.HTTP_201_CREATED)

    def partial_update(self, request, pk=None):
        organisation = self.get_object()
        self.may(permissions.can_change_directory(request.user))
        given = self.given(OrganisationSerializer, instance=organisation, partial=True)
        return Response(self._saved(organisation, given))

    def _saved(self, organisation, given):
        sdgs, seen = given.pop("sdgs", None), given.pop("seen", None)
        is_another = given.pop("is_another", False)
        for name, value in given.items():
            setattr(organisation, name, value)
        saved = organisations.save_organisation(
            organisation, by=self.request.user, sdgs=sdgs, seen=seen, is_another=is_another
        )
        saved._prefetched_objects_cache = {}  # the goals were set after they had been read
        return self.get_serializer(saved).data


class ContactViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    permission_classes = [IsAuthenticated]


class InteractionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Interaction.objects.none()
    serializer_class = InteractionSerializer
    permission_classes = [IsAuthenticated]


class SdgViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Reference data: the same for everybody."""

    queryset = Sdg.objects.none()
    serializer_class = SdgSerializer
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Sdg.objects.order_by("number")


class Me(APIView):
    """Who asks, and as what."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=MeSerializer)
    def get(self, request):
        memberships = request.user.memberships.current().select_related("organisation").order_by("role", "pk")
        person = {
            "id": request.user.pk,
            "full_name": request.user.full_name,
            "email": request.user.email,
            "memberships": memberships,
        }
        return Response(MeSerializer(person).data)


class Document(SpectacularAPIView):
    """The document of the API: in English whoever asks, made once for each release, and known by its ETag."""

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


def document_in(renderer_class):
    """(bytes, ETag). Made by whoever asks first; who asks meanwhile waits for that one, and no other call does."""
    key = f"api-document-{settings.RELEASE}-{renderer_class.format}-{renderer_class.media_type}"
    if found := DOCUMENTS.get(key):
        return found
    with making_the_document:
        if key not in DOCUMENTS:
            with translation.override("en"):
                schema = SchemaGenerator().get_schema(request=None, public=True)
                body = renderer_class().render(schema, renderer_context={})
            DOCUMENTS[key] = body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return DOCUMENTS[key]


DOCUMENTS = {}


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The browsable document of the API. Its own style is inline, and on this one page that is allowed."""

    metadata_class = None
