import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.filters import KeyFilterSet
from crm.rest.views import CreateModelMixin, ScopedViewSet
from crm.web.clock import today_of
from engagements import permissions
from engagements.models import Decision, PostMortem, Risk, SteeringNote
from engagements.serializers.steering import (
    CloseSerializer,
    DecisionSerializer,
    FinishSerializer,
    PostMortemSerializer,
    RiskSerializer,
    SteeringNoteSerializer,
)
from engagements.services import steering


class RecordViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    """Records of an engagement that those who run it write, in the shape of `serializer_class`."""

    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def save(self, record, seen):
        raise NotImplementedError

    def perform_create(self, serializer):
        fields = dict(serializer.validated_data)
        fields.pop("seen", None)
        serializer.instance = self.save(self.queryset.model(**fields), None)

    def partial_update(self, request, pk=None):
        record = self._run()
        fields = dict(self.validated(self.serializer_class, partial=True))
        seen = fields.pop("seen", None)
        fields.pop("engagement", None)  # a record stays where it was written
        for name, value in fields.items():
            setattr(record, name, value)
        return Response(self.get_serializer(self.save(record, seen)).data)

    def _run(self):
        record = self.get_object()
        self.may(permissions.can_run(self.request.user, record.engagement))
        return record


class DecisionViewSet(RecordViewSet):
    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer

    def save(self, record, seen):
        return steering.save_decision(
            record, by=self.request.user, today=timezone.localdate(), seen=seen
        )

    @extend_schema(request=FinishSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        decision = self._run()
        fields = self.validated(FinishSerializer)
        done = steering.finish_decision(
            decision, **fields, today=today_of(request), by=request.user
        )
        return Response(self.get_serializer(done).data)


class RiskViewSet(RecordViewSet):
    queryset = Risk.objects.none()
    serializer_class = RiskSerializer

    def save(self, record, seen):
        return steering.save_risk(
            record, by=self.request.user, today=timezone.localdate(), seen=seen
        )

    @extend_schema(request=CloseSerializer, responses=RiskSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        risk = self._run()
        fields = self.validated(CloseSerializer)
        closed = steering.close_risk(risk, **fields, today=today_of(request), by=request.user)
        return Response(self.get_serializer(closed).data)


class SteeringNoteViewSet(RecordViewSet):
    queryset = SteeringNote.objects.none()
    serializer_class = SteeringNoteSerializer

    def save(self, record, seen):
        return steering.save_steering_note(
            record, by=self.request.user, today=today_of(self.request), seen=seen
        )


class PostMortemFilter(KeyFilterSet):
    q = django_filters.CharFilter(method="search", max_length=100)

    class Meta:
        model = PostMortem
        fields = ["q", "engagement"]

    def search(self, queryset, name, value):
        return queryset.matching(value)


class PostMortemViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = PostMortem.objects.none()
    serializer_class = PostMortemSerializer
    filterset_class = PostMortemFilter
    permission_classes = [IsAuthenticated]
