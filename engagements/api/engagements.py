from functools import cache

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.audit import write
from crm.domain.refusals import Refused
from crm.forms.organisations import members_of
from crm.models import User
from crm.permissions import can_answer
from crm.rest.views import ScopedViewSet
from crm.serializers.organisations import InteractionSerializer
from crm.web.clock import their_clock, today_of
from engagements import permissions
from engagements.api.history import MemoryActions
from engagements.api.succession import SuccessionActions
from engagements.domain import health, roadmap
from engagements.filters import EngagementFilter
from engagements.models import (
    Engagement,
    HealthRule,
    MilestoneTemplate,
)
from engagements.models.team import people_of
from engagements.serializers import interactions
from engagements.serializers.engagements import (
    AcceptReferralSerializer,
    EngagementChangeSerializer,
    EngagementSerializer,
    MoveSerializer,
    OpenSerializer,
)
from engagements.serializers.leads import AppointSerializer, CorrectLeadSerializer, LeadSerializer
from engagements.serializers.milestones import (
    MilestoneSerializer,
    MilestoneWriteSerializer,
    PlanSerializer,
)
from engagements.serializers.progress import LogSerializer, LogWriteSerializer
from engagements.services import engagements, intake, leads, milestones, progress, records
from engagements.services.roadmap import plan_roadmap
from engagements.services.succession import Succession


class EngagementViewSet(
    MemoryActions,
    SuccessionActions,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    ScopedViewSet,
):
    queryset = Engagement.objects.none()
    serializer_class = EngagementSerializer
    filterset_class = EngagementFilter
    permission_classes = [IsAuthenticated]
    makes = frozenset({"create", "log_progress", "add_milestone"})

    def get_queryset(self):
        """The page's rows in the page's order; facts are computed for one page, after its keys are known."""
        visible = Engagement.objects.visible_to(self.request.user)
        return (
            visible.select_related("beneficiary")
            .with_facts(timezone.localdate())
            .order_by("sort_title", "pk")
        )

    def filter_queryset(self, queryset):
        """Only the list leaves out what is over; by its own address each engagement answers."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_context(self):
        today = timezone.localdate()
        rules = cache(HealthRule.objects.in_force)
        context = super().get_serializer_context()
        context["health"] = lambda engagement: health.of(engagement, today, rules())
        if (
            self.request
            and self.request.user.is_authenticated
            and self.request.method in {"POST", "PATCH"}
        ):
            user = self.request.user
            context |= {
                "members": members_of(user),
                "coordinators": User.objects.coordinating_beside(user),
            }
        return context

    def _shown(self, engagement, code=status.HTTP_200_OK):
        return Response(
            self.get_serializer(self.get_queryset().in_bulk([engagement.pk])[engagement.pk]).data,
            status=code,
        )

    @extend_schema(request=OpenSerializer, responses={201: EngagementSerializer})
    def create(self, request):
        self.may(permissions.can_open_engagement(request.user))
        engagement = engagements.open_engagement(**self.validated(OpenSerializer), by=request.user)
        return self._shown(engagement, status.HTTP_201_CREATED)

    @extend_schema(request=AcceptReferralSerializer, responses={201: EngagementSerializer})
    @action(detail=False, methods=["post"], url_path="accept-referral")
    def accept_referral(self, request):
        """The member takes a support request on: an engagement in scoping."""
        given = self.validated(AcceptReferralSerializer)
        self.may(can_answer(request.user, given["referral"]))
        engagement = intake.accept_request(**given, by=request.user, at=timezone.now())
        return self._shown(engagement, status.HTTP_201_CREATED)

    @extend_schema(request=EngagementChangeSerializer, responses=EngagementSerializer)
    def partial_update(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        changes = self.validated(EngagementChangeSerializer, partial=True)
        return self._shown(engagements.change_engagement(engagement, **changes, by=request.user))

    @extend_schema(request=MoveSerializer, responses=EngagementSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_move_stage(request.user, engagement))
        moved = engagements.move_stage(
            engagement, **self.validated(MoveSerializer), by=request.user, at=timezone.now()
        )
        return self._shown(moved)

    @extend_schema(responses=LeadSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def leads(self, request, pk=None):
        """Who leads and led it, the latest first."""
        rows = write.with_marks(self.get_object().leads.order_by("-starts_on", "-pk"))
        return Response(LeadSerializer(rows, many=True).data)

    @extend_schema(request=AppointSerializer, responses={201: LeadSerializer})
    @action(detail=True, methods=["post"], url_path="appoint-lead")
    def appoint_lead(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        given = self.validated(AppointSerializer)
        succession = Succession.of(given, timezone.localdate())
        appointment = leads.appoint_lead(
            engagement, **given, by=request.user, succession=succession
        )
        return Response(LeadSerializer(appointment).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CorrectLeadSerializer, responses=LeadSerializer)
    @action(detail=True, methods=["post"], url_path="correct-lead")
    def correct_lead(self, request, pk=None):
        """The lead whose appointment is the latest, named by mistake today."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        latest = engagement.leads.order_by("-starts_on", "-pk").first()
        if latest is None:
            raise Refused(_("Nobody leads this engagement."))
        given = self.validated(CorrectLeadSerializer)
        corrected = leads.correct_lead(latest, **given, by=request.user, today=timezone.localdate())
        return Response(LeadSerializer(corrected).data)

    @extend_schema(request=LogWriteSerializer, responses={201: LogSerializer})
    @action(detail=True, methods=["post"], url_path="log-progress")
    def log_progress(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_log_progress(request.user, engagement))
        given = self.validated(LogWriteSerializer)
        with their_clock(request):
            log = progress.log_progress(engagement, **given, by=request.user, at=timezone.now())
        return Response(LogSerializer(log).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=interactions.InteractionWriteSerializer, responses={201: InteractionSerializer}
    )
    @action(detail=True, methods=["post"], url_path="log-interaction")
    def log_interaction(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_see_interactions(request.user, engagement))
        given = self.validated(interactions.InteractionWriteSerializer)
        interaction = records.log_interaction(
            engagement, **given, by=request.user, today=today_of(request)
        )
        return Response(InteractionSerializer(interaction).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MilestoneWriteSerializer, responses={201: MilestoneSerializer})
    @action(detail=True, methods=["post"], url_path="add-milestone")
    def add_milestone(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        given = self.validated(MilestoneWriteSerializer, context=_around(engagement))
        milestone = milestones.add_milestone(
            engagement,
            title=given["title"],
            planned_on=given["planned_on"],
            owner=given.get("owner"),
            after=given.get("after", ()),
            by=request.user,
        )
        return Response(MilestoneSerializer(milestone).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PlanSerializer, responses={201: MilestoneSerializer(many=True)})
    @action(
        detail=True,
        methods=["post"],
        url_path="plan-roadmap",
        pagination_class=None,
        filter_backends=[],
    )
    def plan_roadmap(self, request, pk=None):
        """Add the milestones of the templates, all or none."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        given = self.validated(PlanSerializer)
        templates = MilestoneTemplate.objects.chosen(given["kind"], given["barriers"])
        planned = roadmap.plan([template.step for template in templates], given["first_on"])
        wanted = [row for row in planned if row.code in given.get("codes", [row.code])]
        made = plan_roadmap(engagement, wanted, by=request.user)
        return Response(MilestoneSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


def _around(engagement, beside=None):
    """Who may own a milestone, and what it may wait for."""
    return {
        "people": people_of(engagement, timezone.localdate(), beside=beside),
        "others": engagement.milestones.all(),
    }
