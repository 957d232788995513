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
from engagements.services.roadmap import made_from, plan_roadmap
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
        new = engagements.NewEngagement(**self.validated(OpenSerializer))
        engagement = engagements.open_engagement(new, by=request.user)
        return self._shown(engagement, status.HTTP_201_CREATED)

    @extend_schema(request=AcceptReferralSerializer, responses={201: EngagementSerializer})
    @action(detail=False, methods=["post"], url_path="accept-referral")
    def accept_referral(self, request):
        """The member takes a support request on: an engagement in scoping."""
        fields = self.validated(AcceptReferralSerializer)
        self.may(can_answer(request.user, fields["referral"]))
        referral, seen = fields.pop("referral"), fields.pop("seen")
        acceptance = intake.Acceptance(**fields)
        engagement = intake.accept_request(
            referral, acceptance, by=request.user, at=timezone.now(), seen=seen
        )
        return self._shown(engagement, status.HTTP_201_CREATED)

    @extend_schema(request=EngagementChangeSerializer, responses=EngagementSerializer)
    def partial_update(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        changes = self.validated(EngagementChangeSerializer, partial=True)
        seen = changes.pop("seen")
        changed = engagements.change_engagement(engagement, changes, by=request.user, seen=seen)
        return self._shown(changed)

    @extend_schema(request=MoveSerializer, responses=EngagementSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_move_stage(request.user, engagement))
        fields = self.validated(MoveSerializer)
        seen, move = fields.pop("seen"), engagements.StageMove(**fields)
        moved = engagements.move_stage(
            engagement, move, by=request.user, at=timezone.now(), seen=seen
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
        fields = self.validated(AppointSerializer)
        succession = Succession.of(fields, timezone.localdate())
        seen = fields.pop("seen", None)
        choice = leads.LeadChoice(fields.pop("contact", None), fields.pop("new_name", ""))
        appointment = leads.appoint_lead(
            engagement,
            choice,
            leads.LeadTerm(**fields),
            by=request.user,
            succession=succession,
            seen=seen,
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
        fields = self.validated(CorrectLeadSerializer)
        choice, today = leads.LeadChoice(fields["contact"]), timezone.localdate()
        corrected = leads.correct_lead(
            latest,
            choice,
            reason=fields["reason"],
            by=request.user,
            today=today,
            seen=fields.get("seen"),
        )
        return Response(LeadSerializer(corrected).data)

    @extend_schema(request=LogWriteSerializer, responses={201: LogSerializer})
    @action(detail=True, methods=["post"], url_path="log-progress")
    def log_progress(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_log_progress(request.user, engagement))
        fields = self.validated(LogWriteSerializer)
        with their_clock(request):
            seen, news = fields.pop("seen"), progress.WeekLog(**fields)
            log = progress.log_progress(
                engagement, news, by=request.user, at=timezone.now(), seen=seen
            )
        return Response(LogSerializer(log).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=interactions.InteractionWriteSerializer, responses={201: InteractionSerializer}
    )
    @action(detail=True, methods=["post"], url_path="log-interaction")
    def log_interaction(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_see_interactions(request.user, engagement))
        note = records.InteractionNote(**self.validated(interactions.InteractionWriteSerializer))
        interaction = records.log_interaction(
            engagement, note, by=request.user, today=today_of(request)
        )
        return Response(InteractionSerializer(interaction).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MilestoneWriteSerializer, responses={201: MilestoneSerializer})
    @action(detail=True, methods=["post"], url_path="add-milestone")
    def add_milestone(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        fields = self.validated(MilestoneWriteSerializer, context=milestone_context(engagement))
        plan = milestones.MilestonePlan(
            fields["title"], fields["planned_on"], fields.get("owner"), fields.get("after")
        )
        milestone = milestones.add_milestone(engagement, plan, by=request.user)
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
        """Add the milestones of the templates that the roadmap lacks, all or none."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        fields = self.validated(PlanSerializer)
        templates = list(MilestoneTemplate.objects.chosen(fields["kind"], fields["barriers"]))
        there = made_from(templates, engagement)
        days = {code: milestone.planned_on for code, milestone in there.items()}
        planned = roadmap.plan([each.step for each in templates], fields["first_on"], days)
        chosen = [row for row in planned if row.code in fields.get("codes", [row.code])]
        again = [there[code].title for code in fields.get("codes", ()) if code in there]
        added = plan_roadmap(engagement, chosen, by=request.user, there=there, again=again)
        return Response(MilestoneSerializer(added, many=True).data, status=status.HTTP_201_CREATED)


def milestone_context(engagement, beside=None):
    """For MilestoneWriteSerializer: who may own a milestone, and what it may wait for."""
    return {
        "people": people_of(engagement, timezone.localdate(), beside=beside),
        "others": engagement.milestones.all(),
    }
