from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest import ScopedViewSet
from engagements.models import Engagement
from impact import permissions, report_files, reports, services
from impact.models import ImpactReport, reported_to


class ReportSerializer(serializers.ModelSerializer):
    address = serializers.SerializerMethodField()

    class Meta:
        model = ImpactReport
        fields = [
            *("id", "engagement", "number", "address", "checksum", "published_on"),
            *("word_agrees", "word_comment", "word_on"),
        ]
        read_only_fields = fields

    def get_address(self, report) -> str:
        """Where anyone who holds the paper checks it."""
        return reports.address_of(report)


class WholeReportSerializer(ReportSerializer):
    """With what was frozen, and what was corrected since."""

    changes_since = serializers.SerializerMethodField()

    class Meta(ReportSerializer.Meta):
        fields = [*ReportSerializer.Meta.fields, "contents", "changes_since"]
        read_only_fields = fields

    def get_changes_since(self, report) -> list[dict]:
        return report_files.changes_in_order(report)


class PublishSerializer(serializers.Serializer):
    engagement = serializers.PrimaryKeyRelatedField(queryset=Engagement.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["engagement"].queryset = reported_to(request.user)


class WordSerializer(serializers.Serializer):
    agrees = serializers.BooleanField()
    comment = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


class ShareSerializer(serializers.Serializer):
    sent_to = serializers.CharField(max_length=150)
    until = serializers.DateField()


class SharedSerializer(serializers.Serializer):
    """The address is told once."""

    address = serializers.URLField()


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What was published, frozen and numbered."""

    queryset = ImpactReport.objects.none()
    filterset_fields = ["engagement", "published_on"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.defer("contents") if self.action == "list" else rows

    def get_serializer_class(self):
        return ReportSerializer if self.action == "list" else WholeReportSerializer

    @extend_schema(request=PublishSerializer, responses={201: WholeReportSerializer})
    def create(self, request):
        """Freezes what is published now."""
        self.may(permissions.can_publish_reports(request.user))
        engagement = self.given(PublishSerializer)["engagement"]
        self.may(permissions.can_run(request.user, engagement))
        report = services.publish_report(engagement, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(report).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WordSerializer, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        """The beneficiary's word; a disagreement says why."""
        report = self.get_object()
        self.may(permissions.can_sign_report(request.user, report))
        given = self.given(WordSerializer)
        signed = services.sign_report(report, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(signed).data)

    @extend_schema(request=ShareSerializer, responses={201: SharedSerializer})
    @action(detail=True, methods=["post"])
    def share(self, request, pk=None):
        report = self.get_object()
        self.may(permissions.can_share_report(request.user, report))
        path = services.share_report(report, **self.given(ShareSerializer), by=request.user, at=timezone.now())
        told = SharedSerializer({"address": request.build_absolute_uri(path)})
        return Response(told.data, status=status.HTTP_201_CREATED)
