"""The autonomy pages without the HTML."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.domain.request_states import BARRIERS
from crm.rest.views import ScopedViewSet
from crm.web.clock import their_clock, today_of
from engagements import permissions
from engagements.models import (
    BarrierAssessment,
    Drill,
    Engagement,
    ExitOutcome,
    OwnershipItem,
    RunningCost,
    Signature,
    SurvivalCheck,
)
from engagements.selectors import autonomy, outcomes
from engagements.serializers.autonomy import (
    AssessmentSerializer,
    AssessSerializer,
    BurdenSerializer,
    DrillSerializer,
    LeversSerializer,
    OutcomesSerializer,
    OwnershipSerializer,
    RunningCostSerializer,
    SignatureSerializer,
    SignSerializer,
    SurvivalAnswerSerializer,
    SurvivalSerializer,
    ToSignSerializer,
)
from engagements.services import costs, handover, parts, survival


class PartViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """A part of an engagement: read by those who see it, written by those whom `may_write` names."""

    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]
    may_write = staticmethod(permissions.can_run)
    takes: tuple[str, ...] = ("seen",)  # what the service takes beside the columns

    def get_queryset(self):
        rows = self.queryset.model.objects.visible_to(self.request.user)
        return rows.select_related("engagement").order_by("pk")

    def get_serializer_context(self):
        context = super().get_serializer_context()
        if (
            self.request
            and self.request.method in {"POST", "PATCH"}
            and self.request.user.is_authenticated
        ):
            context["engagements"] = Engagement.objects.visible_to(self.request.user)
        return context

    def create(self, request):
        fields = self.validated(self.serializer_class)
        self.may(self.may_write(request.user, fields["engagement"]))
        beside = self._beside(fields)
        part = self.save_part(self.queryset.model(**fields), **beside)
        return Response(self.get_serializer(part).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request, pk=None):
        part = self.get_object()
        self.may(self.may_write(request.user, part.engagement))
        fields = self.validated(self.serializer_class, instance=part, partial=True)
        beside = self._beside(fields)
        for name, value in fields.items():
            setattr(part, name, value)
        return Response(self.get_serializer(self.save_part(part, **beside)).data)

    def _beside(self, fields):
        return {name: fields.pop(name) for name in self.takes if name in fields}

    def save_part(self, part, **fields):
        return parts.save_part(part, by=self.request.user, **fields)


class RunningCostViewSet(PartViewSet):
    queryset = RunningCost.objects.none()
    serializer_class = RunningCostSerializer
    takes = ("seen", "decision")

    def save_part(self, part, **fields):
        return costs.save_cost(part, by=self.request.user, today=timezone.localdate(), **fields)


class OwnershipViewSet(PartViewSet):
    queryset = OwnershipItem.objects.none()
    serializer_class = OwnershipSerializer


class DrillViewSet(PartViewSet):
    queryset = Drill.objects.none()
    serializer_class = DrillSerializer
    may_write = staticmethod(permissions.can_accept_milestone)

    def save_part(self, part, **fields):
        return handover.save_drill(
            part, by=self.request.user, today=today_of(self.request), **fields
        )


class ReadOnlyPartViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return self.queryset.model.objects.visible_to(self.request.user).order_by("pk")


class SignatureViewSet(ReadOnlyPartViewSet):
    queryset = Signature.objects.none()
    serializer_class = SignatureSerializer


class AssessmentViewSet(ReadOnlyPartViewSet):
    queryset = BarrierAssessment.objects.none()
    serializer_class = AssessmentSerializer


class SurvivalViewSet(ReadOnlyPartViewSet):
    queryset = SurvivalCheck.objects.none()
    serializer_class = SurvivalSerializer

    @extend_schema(request=SurvivalAnswerSerializer, responses=SurvivalSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request, pk=None):
        check = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, check.engagement))
        fields = self.validated(SurvivalAnswerSerializer)
        with their_clock(request):
            seen, at = fields.pop("seen"), timezone.now()
            answer = survival.SurvivalAnswer(**fields)
            answered = survival.answer_check(check, answer, by=request.user, at=at, seen=seen)
        return Response(self.get_serializer(answered).data)


class AutonomyViewSet(ScopedViewSet):
    """`/engagements/{id}/…` for what concerns the engagement's autonomy as a whole."""

    queryset = Engagement.objects.none()
    serializer_class = BurdenSerializer
    permission_classes = [IsAuthenticated]
    makes = frozenset({"assess", "levers"})

    def get_queryset(self):
        return (
            Engagement.objects.visible_to(self.request.user)
            .select_related("beneficiary")
            .order_by("pk")
        )

    @extend_schema(responses=BurdenSerializer)
    @action(detail=True, methods=["get"], url_path="running-costs")
    def running_costs(self, request, pk=None):
        """Three years of running costs beside the ceiling and the budget; the lead's and the coordinators' to read."""
        engagement = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, engagement))
        burden = autonomy.burden_of(
            engagement, engagement.running_costs.for_list(), timezone.localdate()
        )
        summary = {
            "starts_on": None,
            "total": 0,
            "peak": 0,
            "peak_on": None,
            "over": None,
            "share": None,
        }
        if burden:
            summary = {
                name: getattr(burden.projection, name)
                for name in ("starts_on", "total", "peak", "peak_on")
            }
            summary |= {"over": burden.over, "share": burden.share}
        summary["ceiling"] = engagement.running_cost_ceiling
        return Response(BurdenSerializer(summary).data)

    @extend_schema(responses=ToSignSerializer)
    @action(detail=True, methods=["get"], url_path="to-sign")
    def to_sign(self, request, pk=None):
        """What is signed: who holds what, what it costs, what was done alone; with its seal, to give back as `seen`."""
        engagement = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, engagement))
        contents = {
            "seen": autonomy.seal_of(engagement),
            "owners": engagement.ownership.select_related("engagement").order_by("since", "pk"),
            "costs": engagement.running_costs.for_list(),
            "drills": engagement.drills.for_list(),
            "drills_to_do": autonomy.drills_to_do(engagement),
        }
        return Response(ToSignSerializer(contents, context=self.get_serializer_context()).data)

    @extend_schema(request=SignSerializer, responses={201: SignatureSerializer})
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        engagement = self.get_object()
        fields = self.validated(SignSerializer)
        self.may(permissions.can_sign_for(request.user, engagement, fields["side"]))
        seen, word = fields.pop("seen"), handover.SignedWord(**fields)
        signature = handover.sign(engagement, word, by=request.user, at=timezone.now(), seen=seen)
        return Response(SignatureSerializer(signature).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssessSerializer, responses=AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def assess(self, request, pk=None):
        engagement = self.get_object()
        fields = self.validated(AssessSerializer)
        self.may(permissions.can_assess_for(request.user, engagement, fields["side"]))
        seen, levels = fields.pop("seen"), {name: fields.pop(name) for name in BARRIERS}
        answers = handover.BarrierAnswers(**fields, levels=levels)
        assessment = handover.assess_barriers(
            engagement, answers, by=request.user, today=today_of(request), seen=seen
        )
        return Response(AssessmentSerializer(assessment).data)

    @extend_schema(request=LeversSerializer, responses=LeversSerializer)
    @action(detail=True, methods=["put"])
    def levers(self, request, pk=None):
        """The two levers, written whole."""
        engagement = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, engagement))
        levers = ExitOutcome.objects.filter(engagement=engagement).first() or ExitOutcome(
            engagement=engagement
        )
        fields = self.validated(LeversSerializer)
        seen = fields.pop("seen", None)
        for name, value in fields.items():
            setattr(levers, name, value)
        return Response(LeversSerializer(parts.save_part(levers, by=request.user, seen=seen)).data)

    @extend_schema(responses=OutcomesSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def outcomes(self, request):
        """What became of everything that was started, by year of start; the last line is all of them."""
        self.may(permissions.can_see_outcomes(request.user))
        by_year = outcomes.outcomes_by_year(
            Engagement.objects.visible_to(request.user), timezone.localdate()
        )
        return Response(OutcomesSerializer([*by_year, outcomes.total(by_year)], many=True).data)
