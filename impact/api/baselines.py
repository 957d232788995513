from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import CreateModelMixin, ScopedViewSet
from crm.serializers.seen import SeenSerializer
from impact import permissions
from impact.models import Baseline
from impact.serializers.baselines import (
    BaselineChangeSerializer,
    BaselineSerializer,
    QuestionSerializer,
)
from impact.services import baselines


class BaselineViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    queryset = Baseline.objects.none()
    serializer_class = BaselineSerializer
    filterset_fields = ["metric"]
    permission_classes = [IsAuthenticated]

    def perform_create(self, serializer):
        facts = dict(serializer.validated_data)
        serializer.instance = baselines.record_baseline(
            facts.pop("metric"), **facts, by=self.request.user, today=timezone.localdate()
        )

    def get_queryset(self):
        rows = Baseline.objects.visible_to(self.request.user)
        return rows.select_related("metric__engagement", "metric__indicator").order_by("pk")

    @extend_schema(request=BaselineChangeSerializer, responses=BaselineSerializer)
    def partial_update(self, request, pk=None):
        """With a reason; what was agreed to waits for the lead again. `seen` is the version that was read."""
        baseline = self.get_object()
        self.may(permissions.can_record(request.user, baseline.metric.engagement))
        facts = self.validated(BaselineChangeSerializer, partial=True)
        changed = baselines.change_baseline(
            baseline, **facts, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=SeenSerializer, responses=BaselineSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request, pk=None):
        """By the project lead, of the version that was read."""
        facts = self._agreeing(SeenSerializer)
        agreed = baselines.agree_to_baseline(
            self.get_object(), **facts, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(agreed).data)

    @extend_schema(request=QuestionSerializer, responses=BaselineSerializer)
    @action(detail=True, methods=["post"])
    def question(self, request, pk=None):
        """The project lead says what is not so."""
        facts = self._agreeing(QuestionSerializer)
        return Response(
            self.get_serializer(
                baselines.question_baseline(self.get_object(), **facts, by=request.user)
            ).data
        )

    def _agreeing(self, serializer_class):
        self.may(permissions.can_agree(self.request.user, self.get_object()))
        return self.validated(serializer_class)
