from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.files.checksums import checksum_of
from crm.files.uploaded_tables import Sheet, read_file
from crm.rest.views import SEEN, CreateModelMixin, ScopedViewSet
from crm.serializers.organisations import SeenSerializer
from engagements.models import Engagement
from impact import permissions
from impact.api.portfolio import PortfolioActions
from impact.filters import IndicatorFilter, PortfolioFilter
from impact.models import Baseline, Breakdown, Funding, Indicator, Measurement, Metric, reported_to
from impact.selectors import reports, summaries
from impact.serializers import measurements as shapes
from impact.services import baselines, figures, imports, indicators, records
from impact.table_import.columns import known_headings


class SummaryViewSet(PortfolioActions, ScopedViewSet):
    """What changed, by engagement: the page's figures and the page's refusals."""

    queryset = Engagement.objects.none()
    serializer_class = shapes.EngagementSummarySerializer
    permission_classes = [IsAuthenticated]
    filterset_class = PortfolioFilter

    def get_queryset(self):
        return reported_to(self.request.user).select_related("beneficiary").order_by("sort_title", "pk")

    @extend_schema(responses=shapes.EngagementSummarySerializer(many=True))
    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(summaries.summarise(page), many=True).data)

    def retrieve(self, request, pk=None):
        return Response(self.get_serializer(summaries.summarise([self.get_object()])[0]).data)

    @extend_schema(responses=shapes.ToPublishSerializer)
    @action(detail=True, url_path="to-publish")
    def to_publish(self, request, pk=None):
        """The report as it would be frozen now; with its seal, to give back as `seen`."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        contents = reports.contents_of(engagement, today=timezone.localdate())
        return Response(shapes.ToPublishSerializer({"seen": checksum_of(contents), "contents": contents}).data)


class IndicatorViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet):
    """The shared library, for everybody who signs in."""

    queryset = Indicator.objects.none()
    serializer_class = shapes.IndicatorSerializer
    filterset_class = IndicatorFilter
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Indicator.objects.order_by("sort_fr", "pk")

    def create(self, request, *args, **kwargs):
        self.may(permissions.can_add_indicator(request.user))
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer):
        serializer.instance = indicators.add_indicator(**serializer.validated_data, by=self.request.user)

    @extend_schema(request=shapes.IndicatorChangeSerializer, responses=shapes.IndicatorSerializer)
    def partial_update(self, request, pk=None):
        """With a reason. `seen` is the version that was read."""
        indicator = self.get_object()
        self.may(permissions.can_change_indicator(request.user, indicator))
        given = self.given(shapes.IndicatorChangeSerializer, partial=True)
        return Response(self.get_serializer(indicators.change_indicator(indicator, **given, by=request.user)).data)


class MetricViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet):
    queryset = Metric.objects.none()
    serializer_class = shapes.MetricSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Metric.objects.visible_to(self.request.user).select_related("indicator", "engagement").order_by("pk")

    def perform_create(self, serializer):
        given = dict(serializer.validated_data)
        serializer.instance = records.follow(given.pop("engagement"), **given, by=self.request.user)

    @extend_schema(request=shapes.MetricChangeSerializer, responses=shapes.MetricSerializer)
    def partial_update(self, request, pk=None):
        """With a reason. `seen` is the version that was read."""
        metric = self.get_object()
        self.may(permissions.can_run(request.user, metric.engagement))
        given = self.given(shapes.MetricChangeSerializer, partial=True)
        return Response(self.get_serializer(records.change_metric(metric, **given, by=request.user)).data)


class BaselineViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet):
    queryset = Baseline.objects.none()
    serializer_class = shapes.BaselineSerializer
    filterset_fields = ["metric"]
    permission_classes = [IsAuthenticated]

    def perform_create(self, serializer):
        given = dict(serializer.validated_data)
        serializer.instance = baselines.record_baseline(
            given.pop("metric"), **given, by=self.request.user, today=timezone.localdate()
        )

    def get_queryset(self):
        rows = Baseline.objects.visible_to(self.request.user)
        return rows.select_related("metric__engagement", "metric__indicator").order_by("pk")

    @extend_schema(request=shapes.BaselineChangeSerializer, responses=shapes.BaselineSerializer)
    def partial_update(self, request, pk=None):
        """With a reason; what was agreed to waits for the lead again. `seen` is the version that was read."""
        baseline = self.get_object()
        self.may(permissions.can_record(request.user, baseline.metric.engagement))
        given = self.given(shapes.BaselineChangeSerializer, partial=True)
        changed = baselines.change_baseline(baseline, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=SeenSerializer, responses=shapes.BaselineSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request, pk=None):
        """By the project lead, of the version that was read."""
        given = self._agreeing(SeenSerializer)
        agreed = baselines.agree_to_baseline(self.get_object(), **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(agreed).data)

    @extend_schema(request=shapes.QuestionSerializer, responses=shapes.BaselineSerializer)
    @action(detail=True, methods=["post"])
    def question(self, request, pk=None):
        """The project lead says what is not so."""
        given = self._agreeing(shapes.QuestionSerializer)
        return Response(
            self.get_serializer(baselines.question_baseline(self.get_object(), **given, by=request.user)).data
        )

    def _agreeing(self, shape):
        self.may(permissions.can_agree(self.request.user, self.get_object()))
        return self.given(shape)


class MeasurementViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet):
    queryset = Measurement.objects.none()
    serializer_class = shapes.MeasurementSerializer
    filterset_fields = ["metric"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = Measurement.objects.visible_to(self.request.user)
        groups = Prefetch("groups", queryset=Breakdown.objects.visible_to(self.request.user))
        return rows.select_related("metric__engagement", "metric__indicator").prefetch_related(groups).order_by("pk")

    def perform_create(self, serializer):
        given = dict(serializer.validated_data)
        serializer.instance = figures.record_measurement(
            given.pop("metric"), **given, by=self.request.user, today=timezone.localdate()
        )

    @extend_schema(request=shapes.ImportSerializer, responses=shapes.ImportedSerializer)
    @action(detail=False, methods=["post"], url_path="import")
    def import_table(self, request):
        """A table as text or as a file: looked at alone unless `dry_run` is false; then all is written, or nothing.

        Each row becomes a draft of its own.
        """
        given = self.given(shapes.ImportSerializer)
        is_file = "file" in given
        sheet = read_file(given["file"], known_headings(), given["sheet"]) if is_file else Sheet(given["text"])
        asked = {"by": request.user, "today": timezone.localdate(), "heading": given["heading"]}
        plan = imports.plan_import(given["engagement"], sheet.text, merged=sheet.merged, **asked)
        found = {"sheet": sheet.name, "sheets": sheet.names, "heading": plan.heading, "notes": sheet.notes()}
        if plan.wrong or given["dry_run"]:
            found |= {"rows": len(plan.measurements), "wrong": plan.wrong}
            return Response(shapes.ImportedSerializer(found).data)
        rows = imports.import_measurements(given["engagement"], sheet.text, **asked)
        found |= {"rows": len(rows), "wrong": [], "written": True}
        return Response(shapes.ImportedSerializer(found).data, status=201)

    @extend_schema(request=shapes.DraftSerializer, responses=shapes.MeasurementSerializer)
    def partial_update(self, request, pk=None):
        """A draft only; `seen` is the version that was read."""
        draft = self._recordable()
        given = self.given(shapes.DraftSerializer, partial=True)
        changed = figures.change_draft(draft, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(changed).data)

    @extend_schema(parameters=[SEEN], responses={204: None})
    def destroy(self, request, pk=None):
        """A draft only."""
        figures.delete_draft(self._recordable(), **self.asked(SeenSerializer), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=SeenSerializer, responses=shapes.MeasurementSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk=None):
        measurement, given = self._recordable(), self.given(SeenSerializer)
        return Response(self.get_serializer(figures.submit_measurement(measurement, **given, by=request.user)).data)

    @extend_schema(request=SeenSerializer, responses=shapes.MeasurementSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request, pk=None):
        """By another person than the one who wrote it, of the version that was read."""
        measurement, given = self._recordable(), self.given(SeenSerializer)
        return Response(self.get_serializer(figures.approve_measurement(measurement, **given, by=request.user)).data)

    @extend_schema(request=shapes.ReturnSerializer, responses=shapes.MeasurementSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk=None):
        measurement = self._recordable()
        given = self.given(shapes.ReturnSerializer)
        return Response(self.get_serializer(figures.return_measurement(measurement, **given, by=request.user)).data)

    @extend_schema(request=SeenSerializer, responses=shapes.MeasurementSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk=None):
        measurement = self.get_object()
        self.may(permissions.can_run(request.user, measurement.metric.engagement))
        given = self.given(SeenSerializer)
        published = figures.publish_measurement(measurement, **given, by=request.user, at=timezone.now())
        return Response(self.get_serializer(published).data)

    @extend_schema(request=shapes.CorrectionSerializer, responses={201: shapes.MeasurementSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request, pk=None):
        """A new row that points to the old one."""
        wrong = self._recordable()
        given = self.given(shapes.CorrectionSerializer)
        row = figures.record_measurement(
            wrong.metric, corrects=wrong, **given, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def _recordable(self):
        measurement = self.get_object()
        self.may(permissions.can_record(self.request.user, measurement.metric.engagement))
        return measurement


class FundingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Funding.objects.none()
    serializer_class = shapes.FundingSerializer
    permission_classes = [IsAuthenticated]
