from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.filters import KeyFilterSet
from crm.rest.views import ScopedViewSet
from volunteers import permissions
from volunteers.filters import DayFilter
from volunteers.models import DayDisagreement, MonthSheet, WorkDay
from volunteers.serializers.months import (
    DayCorrectionSerializer,
    DayDisagreementSerializer,
    MonthConfirmSerializer,
    MonthSheetDetailSerializer,
    MonthSheetSerializer,
    WorkDaySerializer,
)
from volunteers.services import months


class WorkDayFilter(KeyFilterSet):
    first = DayFilter(field_name="day", lookup_expr="gte")
    last = DayFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = WorkDay
        fields = ["assignment"]


class WorkDayViewSet(mixins.ListModelMixin, ScopedViewSet):
    queryset = WorkDay.objects.none()
    serializer_class = WorkDaySerializer
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
    serializer_class = MonthSheetSerializer
    filterset_class = MonthSheetFilter
    permission_classes = [IsAuthenticated]

    def get_serializer_class(self):
        return MonthSheetDetailSerializer if self.action == "retrieve" else self.serializer_class

    @extend_schema(request=MonthConfirmSerializer, responses=MonthSheetSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        sheet, side = self._signing()
        fields = self.validated(MonthConfirmSerializer)
        return self._shown(
            months.confirm_month(sheet, side, **fields, by=request.user, at=timezone.now())
        )

    @extend_schema(request=DayDisagreementSerializer, responses={201: DayDisagreementSerializer})
    @action(detail=True, methods=["post"])
    def disagree(self, request, pk=None):
        """Of a month that both sides have signed, this asks for a correction; the person may ask as well."""
        sheet = self.get_object()
        side = permissions.voice_of(request.user, sheet)
        self.may(side is not None)
        fields = self.validated(DayDisagreementSerializer)
        disagreement = months.disagree(sheet, side, **fields, by=request.user, at=timezone.now())
        return Response(
            DayDisagreementSerializer(disagreement).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=DayCorrectionSerializer, responses={201: DayCorrectionSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request, pk=None):
        sheet = self.get_object()
        self.may(permissions.can_change_assignment(request.user, sheet.assignment))
        fields = self.validated(DayCorrectionSerializer)
        correction = months.correct_day(sheet, **fields, by=request.user, at=timezone.now())
        return Response(DayCorrectionSerializer(correction).data, status=status.HTTP_201_CREATED)

    def _signing(self):
        sheet = self.get_object()
        side = permissions.side_of(self.request.user, sheet)
        self.may(side is not None)
        return sheet, side

    def _shown(self, sheet):
        return Response(MonthSheetSerializer(sheet).data)


class DayDisagreementViewSet(mixins.ListModelMixin, ScopedViewSet):
    queryset = DayDisagreement.objects.none()
    serializer_class = DayDisagreementSerializer
    filterset_fields = ["sheet"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=DayDisagreementSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request, pk=None):
        disagreement = self.get_object()
        self.may(permissions.can_settle(request.user, disagreement))
        return Response(
            self.get_serializer(
                months.settle(disagreement, by=request.user, at=timezone.now())
            ).data
        )
