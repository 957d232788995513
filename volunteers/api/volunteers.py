from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.domain import workdays
from crm.rest.filters import KeyFilterSet
from crm.rest.views import ScopedViewSet
from crm.serializers.organisations import SeenSerializer
from crm.web.clock import their_clock
from engagements.serializers.engagements import LogSerializer
from volunteers import permissions
from volunteers.filters import DayFilter, VolunteerFilter
from volunteers.forms.capacity import HorizonForm
from volunteers.models import Assignment, DayDisagreement, MonthSheet, Skill, Volunteer, VolunteerSkill, WorkDay
from volunteers.selectors import capacity
from volunteers.selectors.weeks import notes_on, week_of
from volunteers.serializers import volunteers as shapes
from volunteers.services import assignments, companies, months, volunteers
from volunteers.services.weeks import log_work


class SkillViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Reference data: the same for everybody."""

    queryset = Skill.objects.none()
    serializer_class = shapes.SkillSerializer
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Skill.objects.order_by("sort_fr", "pk")


class VolunteerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Volunteer.objects.none()
    serializer_class = shapes.VolunteerSerializer
    filterset_class = VolunteerFilter
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = Volunteer.objects.visible_to(self.request.user).select_related("user", "sponsor")
        levels = VolunteerSkill.objects.order_by("-level", "pk")
        return rows.prefetch_related(Prefetch("levels", levels)).order_by("pk")

    @extend_schema(request=shapes.VolunteerChangeSerializer, responses=shapes.VolunteerSerializer)
    def partial_update(self, request, pk=None):
        """By the person, their member's coordinators and administrators; `levels` replaces all of them."""
        volunteer = self.get_object()
        self.may(permissions.can_change_volunteer(request.user, volunteer))
        kept = {
            name: getattr(volunteer, name) for name in ("days_a_week", "available_from", "available_to", "languages")
        }
        given = kept | self.given(shapes.VolunteerChangeSerializer, partial=True)
        volunteers.change_volunteer(volunteer, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=shapes.ChangeCompanySerializer, responses=shapes.VolunteerSerializer)
    @action(detail=True, methods=["post"], url_path="change-company")
    def change_company(self, request, pk=None):
        """Another company employs them from a day on; missions are cut there, what is past stays as it was."""
        volunteer = self.get_object()
        self.may(permissions.can_change_employer(request.user, volunteer))
        given = self.given(shapes.ChangeCompanySerializer)
        companies.change_company(volunteer, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=SeenSerializer, responses=shapes.VolunteerSerializer)
    @action(detail=True, methods=["post"], url_path="take-back-company")
    def take_back_company(self, request, pk=None):
        """A change of company that is still to come does not come."""
        volunteer = self.get_object()
        self.may(permissions.can_change_employer(request.user, volunteer))
        given = self.given(SeenSerializer)
        companies.take_back_company(volunteer, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("first_week", OpenApiTypes.DATE, description="Any day of the first week."),
            OpenApiParameter("weeks", OpenApiTypes.INT, enum=capacity.HORIZONS),
        ],
        responses=shapes.CapacitySerializer(many=True),
    )
    @action(detail=False)
    def capacity(self, request):
        """The days a week that each person still has free, week by week; for those who staff engagements."""
        self.may(permissions.can_staff(request.user))
        horizon = HorizonForm(request.query_params)
        monday = workdays.monday_of(horizon.first() or timezone.localdate())
        people = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        weeks = capacity.weeks_of(people, capacity.mondays_from(monday, horizon.weeks_asked()))
        rows = [{"volunteer": person, "weeks": weeks[person.pk]} for person in people]
        return self.get_paginated_response(shapes.CapacitySerializer(rows, many=True).data)


class AssignmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Assignment.objects.none()
    serializer_class = shapes.AssignmentSerializer
    filterset_fields = ["engagement", "volunteer"]
    permission_classes = [IsAuthenticated]
    makes = frozenset({"create", "log_week"})

    @extend_schema(request=shapes.AssignSerializer, responses={201: shapes.AssignmentSerializer})
    def create(self, request):
        self.may(permissions.can_staff(request.user))
        given = self.given(shapes.AssignSerializer)
        assignment = assignments.assign(**given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(assignment).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.AssignmentChangeSerializer, responses=shapes.AssignmentSerializer)
    def partial_update(self, request, pk=None):
        assignment = self._changeable()
        given = self.given(shapes.AssignmentChangeSerializer, partial=True)
        return Response(self.get_serializer(assignments.change_assignment(assignment, **given, by=request.user)).data)

    @extend_schema(request=SeenSerializer, responses=shapes.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        assignment, given = self._changeable(), self.given(SeenSerializer)
        confirmed = assignments.confirm_assignment(assignment, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(confirmed).data)

    @extend_schema(
        request=shapes.WeekSerializer,
        responses={200: shapes.WeekNotesSerializer, 201: shapes.LoggedWeekSerializer, 204: None},
    )
    @action(detail=True, methods=["post"], url_path="log-week")
    def log_week(self, request, pk=None):
        """Nobody logs for somebody else. Days alone are saved without a log: 204, or 200 with what is to be said."""
        assignment = self.get_object()
        self.may(permissions.can_log_week(request.user, assignment))
        given = {"days": {}} | self.given(shapes.WeekSerializer)
        before = week_of(assignment, given["week"], request.user)
        with their_clock(request):
            log = log_work(assignment, **given, by=request.user, at=timezone.now())
        days = {} if given["is_nothing"] else given["days"]
        told = notes_on(assignment, given["week"], days, before, request.user)
        notes = {"notes": [sentence for _level, sentence in told]}
        if log is not None:
            return Response(LogSerializer(log).data | notes, status=status.HTTP_201_CREATED)
        if notes["notes"]:
            return Response(notes)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _changeable(self):
        assignment = self.get_object()
        self.may(permissions.can_change_assignment(self.request.user, assignment))
        return assignment


class WorkDayFilter(KeyFilterSet):
    first = DayFilter(field_name="day", lookup_expr="gte")
    last = DayFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = WorkDay
        fields = ["assignment"]


class WorkDayViewSet(mixins.ListModelMixin, ScopedViewSet):
    queryset = WorkDay.objects.none()
    serializer_class = shapes.WorkDaySerializer
    filterset_class = WorkDayFilter
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return WorkDay.objects.visible_to(self.request.user).order_by("day", "pk")


class MonthSheetFilter(KeyFilterSet):
    class Meta:
        model = MonthSheet
        fields = ["month", "state", "assignment"]


class MonthSheetViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Months of worked days; one's own side confirms, or says which day it sees otherwise."""

    queryset = MonthSheet.objects.none()
    serializer_class = shapes.MonthSheetSerializer
    filterset_class = MonthSheetFilter
    permission_classes = [IsAuthenticated]

    def get_serializer_class(self):
        return shapes.MonthSheetDetailSerializer if self.action == "retrieve" else self.serializer_class

    @extend_schema(request=shapes.MonthConfirmSerializer, responses=shapes.MonthSheetSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        sheet, side = self._signing()
        given = self.given(shapes.MonthConfirmSerializer)
        return self._shown(months.confirm_month(sheet, side, **given, by=request.user, at=timezone.now()))

    @extend_schema(request=shapes.DayDisagreementSerializer, responses={201: shapes.DayDisagreementSerializer})
    @action(detail=True, methods=["post"])
    def disagree(self, request, pk=None):
        """Of a month that both sides have signed, this asks for a correction; the person may ask as well."""
        sheet = self.get_object()
        side = permissions.voice_of(request.user, sheet)
        self.may(side is not None)
        given = self.given(shapes.DayDisagreementSerializer)
        said = months.disagree(sheet, side, **given, by=request.user, at=timezone.now())
        return Response(shapes.DayDisagreementSerializer(said).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.DayCorrectionSerializer, responses={201: shapes.DayCorrectionSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request, pk=None):
        sheet = self.get_object()
        self.may(permissions.can_change_assignment(request.user, sheet.assignment))
        given = self.given(shapes.DayCorrectionSerializer)
        correction = months.correct_day(sheet, **given, by=request.user, at=timezone.now())
        return Response(shapes.DayCorrectionSerializer(correction).data, status=status.HTTP_201_CREATED)

    def _signing(self):
        sheet = self.get_object()
        side = permissions.side_of(self.request.user, sheet)
        self.may(side is not None)
        return sheet, side

    def _shown(self, sheet):
        return Response(shapes.MonthSheetSerializer(sheet).data)


class DayDisagreementViewSet(mixins.ListModelMixin, ScopedViewSet):
    queryset = DayDisagreement.objects.none()
    serializer_class = shapes.DayDisagreementSerializer
    filterset_fields = ["sheet"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=shapes.DayDisagreementSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request, pk=None):
        disagreement = self.get_object()
        self.may(permissions.can_settle(request.user, disagreement))
        return Response(self.get_serializer(months.settle(disagreement, by=request.user, at=timezone.now())).data)
