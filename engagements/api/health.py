"""The rules of health, what is set by hand, and pauses."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.audit import write
from crm.rest.fields import ApiDayField, MarkField, ModelSerializer
from crm.rest.views import ScopedViewSet
from crm.serializers.seen import SeenMarkSerializer, SeenSerializer
from engagements import permissions
from engagements.models import Engagement, HealthOverride, HealthRule, Pause
from engagements.serializers.engagements import PLAUSIBLE
from engagements.services import health


class RuleSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = HealthRule
        fields = ["key", "version", "days", "weight", "is_on", "seen"]
        read_only_fields = ["key", "version"]


class OverrideSerializer(SeenSerializer, ModelSerializer):
    """`seen` is the `id` of what stands set by hand, 0 where nothing does."""

    until = ApiDayField(validators=PLAUSIBLE)

    class Meta:
        model = HealthOverride
        fields = [
            "id",
            "engagement",
            "level",
            "reason",
            "until",
            "made_by",
            "made_at",
            "ended_at",
            "seen",
        ]
        read_only_fields = ["id", "engagement", "made_by", "made_at", "ended_at"]


class PauseSerializer(ModelSerializer):
    starts_on = ApiDayField(validators=PLAUSIBLE)
    ends_on = ApiDayField(required=False, allow_null=True, validators=PLAUSIBLE)
    mark = MarkField()

    class Meta:
        model = Pause
        fields = ["id", "mark", "engagement", "starts_on", "ends_on", "reason"]
        read_only_fields = ["id", "engagement"]


class ResumeSerializer(SeenMarkSerializer):
    ends_on = ApiDayField(validators=PLAUSIBLE)


class HealthRuleViewSet(ScopedViewSet):
    """How health is decided: read by those who read a health, changed by administrators."""

    queryset = HealthRule.objects.none()
    serializer_class = RuleSerializer
    permission_classes = [IsAuthenticated]
    pagination_class = None

    def get_queryset(self):
        return HealthRule.objects.order_by("key")

    @extend_schema(responses=RuleSerializer(many=True))
    def list(self, request):
        self.may(permissions.can_read_rules(request.user))
        return Response(self.get_serializer(HealthRule.objects.as_set(), many=True).data)

    def _rule(self, key):
        rule = next((rule for rule in HealthRule.objects.as_set() if rule.key == key), None)
        if rule is None:
            raise Http404
        return rule

    def retrieve(self, request, pk=None):
        rule = self._rule(pk)
        self.may(permissions.can_read_rules(request.user))
        return Response(self.get_serializer(rule).data)

    def partial_update(self, request, pk=None):
        rule = self._rule(pk)
        self.may(permissions.can_change_rules(request.user))
        saved = {"days": rule.days, "weight": rule.weight, "is_on": rule.is_on}
        fields = self.validated(RuleSerializer, partial=True)
        return Response(
            self.get_serializer(health.change_rule(rule, **saved | fields, by=request.user)).data
        )


class HealthViewSet(ScopedViewSet):
    """`/engagements/{id}/…`: set the health by hand, pause."""

    makes = frozenset({"override_health"})

    queryset = Engagement.objects.none()
    serializer_class = OverrideSerializer
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Engagement.objects.visible_to(self.request.user).order_by("pk")

    def _run(self):
        engagement = self.get_object()
        self.may(permissions.can_run(self.request.user, engagement))
        return engagement

    @extend_schema(request=OverrideSerializer, responses={201: OverrideSerializer})
    @action(detail=True, methods=["post"], url_path="override-health")
    def override_health(self, request, pk=None):
        engagement, fields = self._run(), self.validated(OverrideSerializer)
        seen, setting = fields.pop("seen"), health.HandSetLevel(**fields)
        override = health.override_health(
            engagement, setting, by=request.user, at=timezone.now(), seen=seen
        )
        return Response(OverrideSerializer(override).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PauseSerializer, responses={201: PauseSerializer})
    @action(detail=True, methods=["post"], serializer_class=PauseSerializer)
    def pause(self, request, pk=None):
        pause = health.pause_engagement(
            self._run(), **self.validated(PauseSerializer), by=request.user
        )
        return Response(PauseSerializer(pause).data, status=status.HTTP_201_CREATED)


class OfEngagementViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return (
            self.queryset.model.objects.visible_to(self.request.user)
            .select_related("engagement")
            .order_by("pk")
        )

    def _run(self):
        part = self.get_object()
        self.may(permissions.can_run(self.request.user, part.engagement))
        return part


class OverrideViewSet(OfEngagementViewSet):
    queryset = HealthOverride.objects.none()
    serializer_class = OverrideSerializer

    @extend_schema(request=None, responses=OverrideSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk=None):
        override = health.take_back_override(self._run(), by=request.user, at=timezone.now())
        return Response(self.get_serializer(override).data)


class PauseViewSet(OfEngagementViewSet):
    queryset = Pause.objects.none()
    serializer_class = PauseSerializer

    def get_queryset(self):
        return write.with_marks(super().get_queryset())

    @extend_schema(request=ResumeSerializer, responses=PauseSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request, pk=None):
        ended = health.resume(self._run(), **self.validated(ResumeSerializer), by=request.user)
        return Response(self.get_serializer(ended).data)
