from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm import permissions
from crm.api.merges import merge_by
from crm.filters import OrganisationFilter
from crm.models import Contact, Interaction, Organisation, Sdg, User
from crm.rest.views import ScopedViewSet
from crm.selectors import people
from crm.serializers.merges import (
    ContactMergingSerializer,
    MergeSerializer,
    OrganisationMergingSerializer,
)
from crm.serializers.organisations import (
    ArchiveSerializer,
    ContactSerializer,
    InteractionSerializer,
    OrganisationSerializer,
    SdgSerializer,
)
from crm.serializers.people import InvitationSerializer, PersonSerializer
from crm.serializers.seen import SeenSerializer
from crm.services import invitations, organisations


class OrganisationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Organisation.objects.none()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "post", "patch", "head", "options"]

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action in {"archived", "restore"}:
            rows = Organisation.objects.archived_to(self.request.user).for_list()
        return rows.prefetch_related(Prefetch("sdgs", Sdg.objects.order_by("number")))

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

    @extend_schema(responses=OrganisationSerializer(many=True))
    @action(detail=False)
    def archived(self, request):
        """Those out of the directory, for whoever may put them back."""
        self.may(permissions.can_change_directory(request.user))
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=ArchiveSerializer, responses=OrganisationSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request, pk=None):
        """Take it out of the directory, with a reason; asked where something is under way with it."""
        organisation = self.get_object()
        self.may(permissions.can_change_directory(request.user))
        values = self.validated(ArchiveSerializer)
        archived = organisations.archive_organisation(
            organisation, **values, by=request.user, at=timezone.now()
        )
        return Response(self.get_serializer(archived).data)

    @extend_schema(request=SeenSerializer, responses=OrganisationSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request, pk=None):
        """Put it back into the directory."""
        organisation = self.get_object()
        values = self.validated(SeenSerializer)
        restored = organisations.restore_organisation(organisation, **values, by=request.user)
        return Response(self.get_serializer(restored).data)

    @extend_schema(
        request=OrganisationMergingSerializer, responses={status.HTTP_201_CREATED: MergeSerializer}
    )
    @action(detail=True, methods=["post"])
    def merge(self, request, pk=None):
        """Merge another organisation into this one; it can be undone for 30 days."""
        return merge_by(self, OrganisationMergingSerializer)

    @extend_schema(
        request=InvitationSerializer, responses={status.HTTP_201_CREATED: PersonSerializer}
    )
    @action(detail=True, methods=["post"])
    def invite(self, request, pk=None):
        """Give somebody a role there, with an account where they have none, and mail them the way in."""
        organisation = self.get_object()
        self.may(permissions.can_invite(request.user, organisation))
        values = self.validated(InvitationSerializer)
        invited = invitations.invite(
            organisation, invitations.Invitation(**values), by=request.user
        )
        row = people.with_roles(User.objects.filter(pk=invited.user_id), timezone.localdate()).get()
        return Response(PersonSerializer(row).data, status.HTTP_201_CREATED)

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

    @extend_schema(
        request=ContactMergingSerializer, responses={status.HTTP_201_CREATED: MergeSerializer}
    )
    @action(detail=True, methods=["post"])
    def merge(self, request, pk=None):
        """Merge another contact into this one; it can be undone for 30 days. Accounts are not merged."""
        return merge_by(self, ContactMergingSerializer)


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
