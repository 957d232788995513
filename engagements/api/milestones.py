from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import ScopedViewSet
from crm.web.clock import today_of
from engagements import permissions
from engagements.api.engagements import milestone_context
from engagements.models import (
    Milestone,
    MilestoneTemplate,
)
from engagements.serializers.milestones import (
    AcceptSerializer,
    DoneSerializer,
    FollowerSerializer,
    FollowersQuerySerializer,
    MilestoneSerializer,
    MilestoneWriteSerializer,
    MoveMilestoneSerializer,
    ReasonSerializer,
    TemplateSerializer,
)
from engagements.services import milestones, moves


class MilestoneViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Milestone.objects.none()
    serializer_class = MilestoneSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        visible = Milestone.objects.visible_to(self.request.user)
        return (
            visible.select_related("engagement")
            .prefetch_related("waits_for")
            .order_by("planned_on", "pk")
        )

    @extend_schema(request=MilestoneWriteSerializer, responses=MilestoneSerializer)
    def partial_update(self, request, pk=None):
        milestone = self._run()
        context = milestone_context(milestone.engagement, beside=milestone.owner_id)
        fields = self.validated(MilestoneWriteSerializer, context=context, partial=True)
        why, seen = fields.pop("why", ""), fields.pop("seen")
        saved = {name: getattr(milestone, name) for name in ("title", "planned_on", "owner")}
        plan = milestones.MilestonePlan(**saved | fields)
        return self._shown(
            milestones.change_milestone(milestone, plan, by=request.user, why=why, seen=seen)
        )

    @extend_schema(parameters=[FollowersQuerySerializer], responses=FollowerSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def followers(self, request, pk=None):
        """Those that wait for it, with the days that they would move to if it moved to `planned_on`."""
        milestone = self._run()
        query = FollowersQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        offered = moves.followers_of(milestone, query.validated_data["planned_on"])
        rows = [
            {"id": other.pk, "title": other.title, "seen": other.version, "planned_on": day}
            for other, day in offered
        ]
        return Response(FollowerSerializer(rows, many=True).data)

    @extend_schema(
        request=MoveMilestoneSerializer, responses=MilestoneSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def move(self, request, pk=None):
        """Plan it for another day, and those `along` with it, as read from `followers`: all of them or none."""
        milestone = self._run()
        fields = self.validated(MoveMilestoneSerializer)
        along = [
            moves.Follower(each["id"], each["planned_on"], each["seen"])
            for each in fields.pop("along", ())
        ]
        moved = moves.move_milestone(milestone, **fields, along=along, by=request.user)
        return Response(self.get_serializer(moved, many=True).data)

    @extend_schema(request=DoneSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        milestone = self._run()
        fields = self.validated(DoneSerializer)
        return self._shown(
            milestones.finish_milestone(
                milestone, **fields, today=today_of(request), by=request.user
            )
        )

    @extend_schema(request=AcceptSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        milestone = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, milestone.engagement))
        fields = self.validated(AcceptSerializer)
        return self._shown(
            milestones.accept_milestone(
                milestone, **fields, today=today_of(request), by=request.user
            )
        )

    @extend_schema(request=ReasonSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"], url_path="not-yet")
    def not_yet(self, request, pk=None):
        """The other answer to what waits to be accepted: it is open again, and `why` says what is missing."""
        milestone = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, milestone.engagement))
        fields = self.validated(ReasonSerializer)
        return self._shown(milestones.send_milestone_back(milestone, **fields, by=request.user))

    @extend_schema(request=ReasonSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None):
        milestone = self._run()
        return self._shown(
            milestones.reopen_milestone(
                milestone, **self.validated(ReasonSerializer), by=request.user
            )
        )

    def _run(self):
        milestone = self.get_object()
        self.may(permissions.can_run(self.request.user, milestone.engagement))
        return milestone

    def _shown(self, milestone):
        return Response(self.get_serializer(milestone).data)


class TemplateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Templates are common reference data."""

    queryset = MilestoneTemplate.objects.none()
    serializer_class = TemplateSerializer
    filterset_fields = ["kind", "barrier"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return MilestoneTemplate.objects.order_by("position", "code")
