from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import CreateModelMixin, ScopedViewSet
from impact import permissions
from impact.models import Metric
from impact.serializers.metrics import MetricChangeSerializer, MetricSerializer
from impact.services import metrics


class MetricViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    queryset = Metric.objects.none()
    serializer_class = MetricSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return (
            Metric.objects.visible_to(self.request.user)
            .select_related("indicator", "engagement")
            .order_by("pk")
        )

    def perform_create(self, serializer):
        facts = dict(serializer.validated_data)
        serializer.instance = metrics.follow_indicator(
            facts.pop("engagement"), **facts, by=self.request.user
        )

    @extend_schema(request=MetricChangeSerializer, responses=MetricSerializer)
    def partial_update(self, request, pk=None):
        """With a reason. `seen` is the version that was read."""
        metric = self.get_object()
        self.may(permissions.can_run(request.user, metric.engagement))
        facts = self.validated(MetricChangeSerializer, partial=True)
        return Response(
            self.get_serializer(metrics.change_metric(metric, **facts, by=request.user)).data
        )
