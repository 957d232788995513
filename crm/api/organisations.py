from django.db.models import Prefetch
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm import permissions
from crm.filters import OrganisationFilter
from crm.models import Contact, Interaction, Organisation, Sdg
from crm.rest.views import ScopedViewSet
from crm.serializers.organisations import (
    ContactSerializer,
    InteractionSerializer,
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
        return (
            super()
            .get_queryset()
            .prefetch_related(Prefetch("sdgs", Sdg.objects.order_by("number")))
        )

    def create(self, request):
        self.may(permissions.can_change_directory(request.user))
        return Response(
            self._saved(Organisation(), self.validated(OrganisationSerializer)),
            status.HTTP_201_CREATED,
        )

    def partial_update(self, request, pk=None):
        organisation = self.get_object()
        self.may(permissions.can_change_directory(request.user))
        values = self.validated(OrganisationSerializer, instance=organisation, partial=True)
        return Response(self._saved(organisation, values))

    def _saved(self, organisation, values):
        sdgs, version = values.pop("sdgs", None), values.pop("seen", None)
        is_another = values.pop("is_another", False)
        for name, value in values.items():
            setattr(organisation, name, value)
        saved = organisations.save_organisation(
            organisation, by=self.request.user, sdgs=sdgs, seen=version, is_another=is_another
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
