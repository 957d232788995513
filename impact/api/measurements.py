from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.files.uploaded_tables import Sheet, read_file
from crm.rest.views import SEEN, CreateModelMixin, ScopedViewSet
from crm.serializers.seen import SeenSerializer
from impact import permissions
from impact.models import Breakdown, Measurement
from impact.serializers.imports import ImportedSerializer, ImportSerializer
from impact.serializers.measurements import (
    CorrectionSerializer,
    DraftSerializer,
    MeasurementSerializer,
    ReturnSerializer,
)
from impact.services import imports, measurements
from impact.table_import.columns import known_headings


class MeasurementViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    queryset = Measurement.objects.none()
    serializer_class = MeasurementSerializer
    filterset_fields = ["metric"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = Measurement.objects.visible_to(self.request.user)
        groups = Prefetch("groups", queryset=Breakdown.objects.visible_to(self.request.user))
        return (
            rows.select_related("metric__engagement", "metric__indicator")
            .prefetch_related(groups)
            .order_by("pk")
        )

    def perform_create(self, serializer):
        facts = dict(serializer.validated_data)
        serializer.instance = measurements.record_measurement(
            facts.pop("metric"), **facts, by=self.request.user, today=timezone.localdate()
        )

    @extend_schema(request=ImportSerializer, responses=ImportedSerializer)
    @action(detail=False, methods=["post"], url_path="import")
    def import_table(self, request):
        """A table as text or as a file: looked at alone unless `dry_run` is false; then all is written, or nothing.

        Each row becomes a draft of its own.
        """
        request_data = self.validated(ImportSerializer)
        is_file = "file" in request_data
        sheet = (
            read_file(request_data["file"], known_headings(), request_data["sheet"])
            if is_file
            else Sheet(request_data["text"])
        )
        circumstances = {
            "by": request.user,
            "today": timezone.localdate(),
            "heading": request_data["heading"],
        }
        plan = imports.plan_import(
            request_data["engagement"], sheet.text, merged=sheet.merged, **circumstances
        )
        outcome = {
            "sheet": sheet.name,
            "sheets": sheet.names,
            "heading": plan.heading,
            "notes": sheet.notes(),
        }
        if plan.errors or request_data["dry_run"]:
            outcome |= {"rows": len(plan.measurements), "wrong": plan.errors}
            return Response(ImportedSerializer(outcome).data)
        drafts = imports.import_measurements(
            request_data["engagement"], sheet.text, **circumstances
        )
        outcome |= {"rows": len(drafts), "wrong": [], "written": True}
        return Response(ImportedSerializer(outcome).data, status=201)

    @extend_schema(request=DraftSerializer, responses=MeasurementSerializer)
    def partial_update(self, request, pk=None):
        """A draft only; `seen` is the version that was read."""
        draft = self._recordable()
        facts = self.validated(DraftSerializer, partial=True)
        changed = measurements.change_draft(
            draft, **facts, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(changed).data)

    @extend_schema(parameters=[SEEN], responses={204: None})
    def destroy(self, request, pk=None):
        """A draft only."""
        measurements.delete_draft(
            self._recordable(), **self.validated_query(SeenSerializer), by=request.user
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=SeenSerializer, responses=MeasurementSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk=None):
        measurement, facts = self._recordable(), self.validated(SeenSerializer)
        return Response(
            self.get_serializer(
                measurements.submit_measurement(measurement, **facts, by=request.user)
            ).data
        )

    @extend_schema(request=SeenSerializer, responses=MeasurementSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request, pk=None):
        """By another person than the one who wrote it, of the version that was read."""
        measurement, facts = self._recordable(), self.validated(SeenSerializer)
        return Response(
            self.get_serializer(
                measurements.approve_measurement(measurement, **facts, by=request.user)
            ).data
        )

    @extend_schema(request=ReturnSerializer, responses=MeasurementSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk=None):
        measurement = self._recordable()
        facts = self.validated(ReturnSerializer)
        return Response(
            self.get_serializer(
                measurements.return_measurement(measurement, **facts, by=request.user)
            ).data
        )

    @extend_schema(request=SeenSerializer, responses=MeasurementSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        measurement = self.get_object()
        self.may(permissions.can_run(request.user, measurement.metric.engagement))
        facts = self.validated(SeenSerializer)
        published = measurements.publish_measurement(
            measurement, **facts, by=request.user, at=timezone.now()
        )
        return Response(self.get_serializer(published).data)

    @extend_schema(request=CorrectionSerializer, responses={201: MeasurementSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request, pk=None):
        """A new row that points to the old one."""
        corrected = self._recordable()
        facts = self.validated(CorrectionSerializer)
        correction = measurements.record_measurement(
            corrected.metric,
            corrects=corrected,
            **facts,
            by=request.user,
            today=timezone.localdate(),
        )
        return Response(self.get_serializer(correction).data, status=status.HTTP_201_CREATED)

    def _recordable(self):
        measurement = self.get_object()
        self.may(permissions.can_record(self.request.user, measurement.metric.engagement))
        return measurement
