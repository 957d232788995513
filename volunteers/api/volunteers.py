from dataclasses import replace

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.domain import workdays
from crm.rest.views import ScopedViewSet
from crm.serializers.seen import SeenSerializer
from volunteers import permissions
from volunteers.filters import VolunteerFilter
from volunteers.forms.capacity import HorizonForm
from volunteers.models import Skill, Volunteer, VolunteerSkill
from volunteers.selectors import capacity
from volunteers.serializers.volunteers import (
    CapacitySerializer,
    ChangeCompanySerializer,
    SkillSerializer,
    VolunteerChangeSerializer,
    VolunteerSerializer,
)
from volunteers.services import companies, volunteers


class SkillViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Reference data: the same for everybody."""

    queryset = Skill.objects.none()
    serializer_class = SkillSerializer
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Skill.objects.order_by("sort_fr", "pk")


class VolunteerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Volunteer.objects.none()
    serializer_class = VolunteerSerializer
    filterset_class = VolunteerFilter
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = Volunteer.objects.visible_to(self.request.user).with_company().select_related("user")
        levels = VolunteerSkill.objects.order_by("-level", "pk")
        return rows.prefetch_related(Prefetch("levels", levels)).order_by("pk")

    @extend_schema(request=VolunteerChangeSerializer, responses=VolunteerSerializer)
    def partial_update(self, request, pk=None):
        """By the person, their member's coordinators and administrators; `levels` replaces all of them."""
        volunteer = self.get_object()
        self.may(permissions.can_change_volunteer(request.user, volunteer))
        fields = self.validated(VolunteerChangeSerializer, partial=True)
        seen = fields.pop("seen", None)
        profile = replace(volunteers.profile_of(volunteer), **fields)
        volunteers.change_volunteer(
            volunteer, profile, by=request.user, today=timezone.localdate(), seen=seen
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ChangeCompanySerializer, responses=VolunteerSerializer)
    @action(detail=True, methods=["post"], url_path="change-company")
    def change_company(self, request, pk=None):
        """Another company employs them from a day on; missions are cut there, what is past stays as it was."""
        volunteer = self.get_object()
        self.may(permissions.can_change_employer(request.user, volunteer))
        fields = self.validated(ChangeCompanySerializer)
        companies.change_company(volunteer, **fields, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=SeenSerializer, responses=VolunteerSerializer)
    @action(detail=True, methods=["post"], url_path="take-back-company")
    def take_back_company(self, request, pk=None):
        """A change of company that is still to come does not come."""
        volunteer = self.get_object()
        self.may(permissions.can_change_employer(request.user, volunteer))
        fields = self.validated(SeenSerializer)
        companies.take_back_company(
            volunteer, **fields, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "first_week", OpenApiTypes.DATE, description="Any day of the first week."
            ),
            OpenApiParameter("weeks", OpenApiTypes.INT, enum=capacity.HORIZONS),
        ],
        responses=CapacitySerializer(many=True),
    )
    @action(detail=False)
    def capacity(self, request):
        """The days a week that each person still has free, week by week; for those who staff engagements."""
        self.may(permissions.can_staff(request.user))
        horizon = HorizonForm(request.query_params)
        monday = workdays.monday_of(horizon.first() or timezone.localdate())
        people = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        weeks = capacity.weeks_of(people, capacity.mondays_from(monday, horizon.week_count()))
        rows = [{"volunteer": person, "weeks": weeks[person.pk]} for person in people]
        return self.get_paginated_response(CapacitySerializer(rows, many=True).data)
