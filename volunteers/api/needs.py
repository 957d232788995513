from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.domain.refusals import Refused
from crm.rest.views import ScopedViewSet
from crm.serializers.seen import SeenSerializer
from engagements.permissions import can_run
from volunteers import permissions
from volunteers.domain import allocation
from volunteers.models import StaffingNeed
from volunteers.selectors import staffing
from volunteers.serializers.needs import (
    NO_OPTIMISER,
    TOO_MANY,
    AllocatedSerializer,
    ChangeNeedSerializer,
    ProposedSerializer,
    StaffingNeedSerializer,
    StateNeedSerializer,
)
from volunteers.services.needs import StatedNeed, change_need, close_need, reopen_need, state_need


class StaffingNeedViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What teams look for, and who could cover it."""

    queryset = StaffingNeed.objects.none()
    serializer_class = StaffingNeedSerializer
    filterset_fields = ["engagement", "skill"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=StateNeedSerializer, responses={201: StaffingNeedSerializer})
    def create(self, request):
        self.may(permissions.can_staff(request.user))
        fields = self.validated(StateNeedSerializer)
        need = state_need(fields.pop("engagement"), StatedNeed(**fields), by=request.user)
        return Response(self.get_serializer(need).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangeNeedSerializer, responses=StaffingNeedSerializer)
    def partial_update(self, request, pk=None):
        need = self._own()
        fields = self.validated(ChangeNeedSerializer, partial=True)
        return Response(self.get_serializer(change_need(need, **fields, by=request.user)).data)

    @extend_schema(request=SeenSerializer, responses=StaffingNeedSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        need, fields = self._own(), self.validated(SeenSerializer)
        need = close_need(need, **fields, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(need).data)

    @extend_schema(request=SeenSerializer, responses=StaffingNeedSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None):
        need, fields = self._own(), self.validated(SeenSerializer)
        return Response(self.get_serializer(reopen_need(need, **fields, by=request.user)).data)

    @extend_schema(responses=ProposedSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def proposals(self, request, pk=None):
        """Who could cover what is missing, best first, with reasons for and against."""
        proposals, _without_time = staffing.proposals_for(
            self._own(), request.user, timezone.localdate()
        )
        return Response(ProposedSerializer(proposals, many=True).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("engagement", OpenApiTypes.INT),
            OpenApiParameter("skill", OpenApiTypes.INT),
        ],
        responses=AllocatedSerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None)
    def allocation(self, request):
        """The best use of people for the open needs of one's engagements; nothing is written."""
        self.may(permissions.can_staff(request.user))
        if not allocation.is_available():
            raise Refused(str(NO_OPTIMISER))
        rows = self.filter_queryset(
            StaffingNeed.objects.to_staff_by(request.user).open().for_list()
        )
        needs = list(rows[: staffing.MAX_NEEDS + 1])
        if len(needs) > staffing.MAX_NEEDS:
            raise Refused(str(TOO_MANY) % {"most": staffing.MAX_NEEDS})
        lines, _is_best = (
            staffing.allocation_for(needs, request.user, timezone.localdate())
            if needs
            else ([], True)
        )
        return Response(AllocatedSerializer(lines, many=True).data)

    def _own(self):
        need = self.get_object()
        self.may(can_run(self.request.user, need.engagement))
        return need
