from functools import cache as cached

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

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
    Blocker,
    CalendarLink,
    Engagement,
    HealthRule,
    Milestone,
    MilestoneTemplate,
    Solution,
)
from engagements.models.team import people_of
from engagements.serializers import engagements as shapes
from engagements.services import calendars, engagements, intake, leads, milestones, progress, records
from engagements.services import roadmap as roadmap_services
from engagements.services.succession import Succession


class EngagementViewSet(
    MemoryActions, SuccessionActions, mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet
):
    queryset = Engagement.objects.none()
    serializer_class = shapes.EngagementSerializer
    filterset_class = EngagementFilter
    permission_classes = [IsAuthenticated]
    makes = frozenset({"create", "log_progress", "add_milestone"})

    def get_queryset(self):
        """The page's rows in the page's order; facts are computed for one page, after its keys are known."""
        visible = Engagement.objects.visible_to(self.request.user)
        return visible.select_related("beneficiary").with_facts(timezone.localdate()).order_by("sort_title", "pk")

    def filter_queryset(self, queryset):
        """Only the list leaves out what is over; by its own address each engagement answers."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_context(self):
        today = timezone.localdate()
        rules = cached(HealthRule.objects.in_force)
        context = super().get_serializer_context()
        context["health"] = lambda engagement: health.of(engagement, today, rules())
        if self.request and self.request.user.is_authenticated and self.request.method in {"POST", "PATCH"}:
            user = self.request.user
            context |= {"members": members_of(user), "coordinators": User.objects.coordinating_beside(user)}
        return context

    def _shown(self, engagement, code=status.HTTP_200_OK):
        return Response(
            self.get_serializer(self.get_queryset().in_bulk([engagement.pk])[engagement.pk]).data, status=code
        )

    @extend_schema(request=shapes.OpenSerializer, responses={201: shapes.EngagementSerializer})
    def create(self, request):
        self.may(permissions.can_open_engagement(request.user))
        engagement = engagements.open_engagement(**self.given(shapes.OpenSerializer), by=request.user)
        return self._shown(engagement, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.AcceptReferralSerializer, responses={201: shapes.EngagementSerializer})
    @action(detail=False, methods=["post"], url_path="accept-referral")
    def accept_referral(self, request):
        """The member takes a support request on: an engagement in scoping."""
        given = self.given(shapes.AcceptReferralSerializer)
        self.may(can_answer(request.user, given["referral"]))
        engagement = intake.accept_request(**given, by=request.user, at=timezone.now())
        return self._shown(engagement, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.ChangeSerializer, responses=shapes.EngagementSerializer)
    def partial_update(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        changes = self.given(shapes.ChangeSerializer, partial=True)
        return self._shown(engagements.change_engagement(engagement, **changes, by=request.user))

    @extend_schema(request=shapes.MoveSerializer, responses=shapes.EngagementSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_move_stage(request.user, engagement))
        moved = engagements.move_stage(
            engagement, **self.given(shapes.MoveSerializer), by=request.user, at=timezone.now()
        )
        return self._shown(moved)

    @extend_schema(request=shapes.AppointSerializer, responses={201: shapes.LeadSerializer})
    @action(detail=True, methods=["post"], url_path="appoint-lead")
    def appoint_lead(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        given = self.given(shapes.AppointSerializer)
        succession = Succession.of(given, timezone.localdate())
        appointment = leads.appoint_lead(engagement, **given, by=request.user, succession=succession)
        return Response(shapes.LeadSerializer(appointment).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.CorrectLeadSerializer, responses=shapes.LeadSerializer)
    @action(detail=True, methods=["post"], url_path="correct-lead")
    def correct_lead(self, request, pk=None):
        """The lead whose appointment is the latest, named by mistake today."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        latest = engagement.leads.order_by("-starts_on", "-pk").first()
        if latest is None:
            raise Refused(_("Nobody leads this engagement."))
        given = self.given(shapes.CorrectLeadSerializer)
        corrected = leads.correct_lead(latest, **given, by=request.user, today=timezone.localdate())
        return Response(shapes.LeadSerializer(corrected).data)

    @extend_schema(request=shapes.LogWriteSerializer, responses={201: shapes.LogSerializer})
    @action(detail=True, methods=["post"], url_path="log-progress")
    def log_progress(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_log_progress(request.user, engagement))
        given = self.given(shapes.LogWriteSerializer)
        with their_clock(request):
            log = progress.log_progress(engagement, **given, by=request.user, at=timezone.now())
        return Response(shapes.LogSerializer(log).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.InteractionWriteSerializer, responses={201: InteractionSerializer})
    @action(detail=True, methods=["post"], url_path="log-interaction")
    def log_interaction(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_see_interactions(request.user, engagement))
        given = self.given(shapes.InteractionWriteSerializer)
        interaction = records.log_interaction(engagement, **given, by=request.user, today=today_of(request))
        return Response(InteractionSerializer(interaction).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.MilestoneWriteSerializer, responses={201: shapes.MilestoneSerializer})
    @action(detail=True, methods=["post"], url_path="add-milestone")
    def add_milestone(self, request, pk=None):
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        given = self.given(shapes.MilestoneWriteSerializer, context=_around(engagement))
        milestone = milestones.add_milestone(
            engagement,
            title=given["title"],
            planned_on=given["planned_on"],
            owner=given.get("owner"),
            after=given.get("after", ()),
            by=request.user,
        )
        return Response(shapes.MilestoneSerializer(milestone).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.PlanSerializer, responses={201: shapes.MilestoneSerializer(many=True)})
    @action(detail=True, methods=["post"], url_path="plan-roadmap", pagination_class=None, filter_backends=[])
    def plan_roadmap(self, request, pk=None):
        """Add the milestones of the templates, all or none."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        given = self.given(shapes.PlanSerializer)
        templates = MilestoneTemplate.objects.chosen(given["kind"], given["barriers"])
        planned = roadmap.plan([template.step for template in templates], given["first_on"])
        wanted = [row for row in planned if row.code in given.get("codes", [row.code])]
        made = roadmap_services.plan_roadmap(engagement, wanted, by=request.user)
        return Response(shapes.MilestoneSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


def _around(engagement, beside=None):
    """Who may own a milestone, and what it may wait for."""
    return {"people": people_of(engagement, timezone.localdate(), beside=beside), "others": engagement.milestones.all()}


class MilestoneViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Milestone.objects.none()
    serializer_class = shapes.MilestoneSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        visible = Milestone.objects.visible_to(self.request.user)
        return visible.select_related("engagement").prefetch_related("waits_for").order_by("planned_on", "pk")

    @extend_schema(request=shapes.MilestoneWriteSerializer, responses=shapes.MilestoneSerializer)
    def partial_update(self, request, pk=None):
        milestone = self._run()
        context = _around(milestone.engagement, beside=milestone.owner_id)
        given = self.given(shapes.MilestoneWriteSerializer, context=context, partial=True)
        kept = {name: getattr(milestone, name) for name in ("title", "planned_on", "owner")}
        return self._shown(milestones.change_milestone(milestone, **kept | given, by=request.user))

    @extend_schema(request=shapes.DoneSerializer, responses=shapes.MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request, pk=None):
        milestone = self._run()
        given = self.given(shapes.DoneSerializer)
        return self._shown(milestones.finish_milestone(milestone, **given, today=today_of(request), by=request.user))

    @extend_schema(request=shapes.AcceptSerializer, responses=shapes.MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        milestone = self.get_object()
        self.may(permissions.can_accept_milestone(request.user, milestone.engagement))
        given = self.given(shapes.AcceptSerializer)
        return self._shown(milestones.accept_milestone(milestone, **given, today=today_of(request), by=request.user))

    @extend_schema(request=shapes.ReasonSerializer, responses=shapes.MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None):
        milestone = self._run()
        return self._shown(
            milestones.reopen_milestone(milestone, **self.given(shapes.ReasonSerializer), by=request.user)
        )

    def _run(self):
        milestone = self.get_object()
        self.may(permissions.can_run(self.request.user, milestone.engagement))
        return milestone

    def _shown(self, milestone):
        return Response(self.get_serializer(milestone).data)


class BlockerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Blocker.objects.none()
    serializer_class = shapes.BlockerSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Blocker.objects.visible_to(self.request.user).select_related("engagement").order_by("opened_on", "pk")

    @extend_schema(request=shapes.ResolveSerializer, responses=shapes.BlockerSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request, pk=None):
        blocker = self.get_object()
        self.may(permissions.can_log_progress(request.user, blocker.engagement))
        given = self.given(shapes.ResolveSerializer)
        resolved = progress.resolve_blocker(blocker, **given, today=today_of(request), by=request.user)
        return Response(self.get_serializer(resolved).data)


class SolutionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Solution.objects.none()
    serializer_class = shapes.SolutionSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]


class TemplateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Templates are common reference data."""

    queryset = MilestoneTemplate.objects.none()
    serializer_class = shapes.TemplateSerializer
    filterset_fields = ["kind", "barrier"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return MilestoneTemplate.objects.order_by("position", "code")


class CalendarLinkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = CalendarLink.objects.none()
    serializer_class = shapes.CalendarLinkSerializer
    tells_a_secret = frozenset({"create"})
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return CalendarLink.objects.visible_to(self.request.user).live().order_by("-created_at", "-pk")

    def create(self, request):
        """The secret address stands in this answer and in no other."""
        given = self.given(shapes.CalendarLinkSerializer)
        link, token = calendars.make_calendar_link(request.user, engagement=given["engagement"], at=timezone.now())
        link.url = request.build_absolute_uri(reverse("engagements:calendar", args=[token]))
        return Response(self.get_serializer(link).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request, pk=None):
        calendars.revoke_calendar_link(self.get_object(), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
