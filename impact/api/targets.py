from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import SEEN, CreateModelMixin, ScopedViewSet
from impact import permissions
from impact.models import Target
from impact.serializers.targets import (
    TargetChangeSerializer,
    TargetDropSerializer,
    TargetSerializer,
)
from impact.services import targets


class TargetViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    """What an engagement wants of a metric, period by period."""

    queryset = Target.objects.none()
    serializer_class = TargetSerializer
    filterset_fields = ["metric"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = Target.objects.visible_to(self.request.user).select_related(
            "metric__engagement", "metric__indicator"
        )
        return rows.order_by("metric", "window_start", "pk")

    def perform_create(self, serializer):
        facts = dict(serializer.validated_data)
        metric = facts.pop("metric")
        self.may(permissions.can_run(self.request.user, metric.engagement))
        serializer.instance = targets.set_target(
            metric, **facts, by=self.request.user, today=timezone.localdate()
        )

    @extend_schema(request=TargetChangeSerializer, responses=TargetSerializer)
    def partial_update(self, request, pk=None):
        """With a reason once the period has begun. `seen` is the version that was read."""
        target = self._run()
        facts = self.validated(TargetChangeSerializer, partial=True)
        changed = targets.change_target(
            target, **facts, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(changed).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("why", str, description="Needed once the period has begun."),
            SEEN,
        ],
        responses={204: None},
    )
    def destroy(self, request, pk=None):
        target = self._run()
        facts = self.validated_query(TargetDropSerializer)
        targets.drop_target(target, **facts, by=request.user, today=timezone.localdate())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _run(self):
        target = self.get_object()
        self.may(permissions.can_run(self.request.user, target.metric.engagement))
        return target
