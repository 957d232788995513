from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.fields import ApiDayField, ModelSerializer
from crm.rest.views import ScopedViewSet
from crm.serializers.seen import SealSerializer
from engagements.models import Engagement
from impact import permissions
from impact.exports.report.contents import changes_in_order
from impact.models import ImpactReport, ShareLink, reported_to
from impact.selectors import reports
from impact.services.reports import publish_report, revoke_share_link, share_report, sign_report


class ReportSerializer(ModelSerializer):
    address = serializers.SerializerMethodField()

    class Meta:
        model = ImpactReport
        fields = [
            "id",
            "engagement",
            "number",
            "address",
            "checksum",
            "published_on",
            "word_agrees",
            "word_comment",
            "word_on",
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
        return changes_in_order(report)


class PublishSerializer(SealSerializer):
    """`seen` comes from `to-publish`."""

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
    until = ApiDayField()


class ShareLinkSerializer(ModelSerializer):
    """A link as its page tells it; its secret address is told once, by the answer that made it."""

    opens = serializers.BooleanField(read_only=True)
    readings = serializers.IntegerField(source="view_count", read_only=True)
    last_read_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = ShareLink
        fields = [
            "id",
            "report",
            "sent_to",
            "made_by",
            "made_at",
            "expires_at",
            "revoked_at",
            "revoked_by",
            "opens",
            "readings",
            "last_read_at",
        ]
        read_only_fields = fields


class NewShareLinkSerializer(ShareLinkSerializer):
    address = serializers.URLField(read_only=True)

    class Meta(ShareLinkSerializer.Meta):
        fields = [*ShareLinkSerializer.Meta.fields, "address"]
        read_only_fields = fields


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What was published, frozen and numbered."""

    queryset = ImpactReport.objects.none()
    tells_a_secret = frozenset({"share"})
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
        given = self.given(PublishSerializer)
        self.may(permissions.can_run(request.user, given["engagement"]))
        report = publish_report(
            given["engagement"], seen=given["seen"], by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(report).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WordSerializer, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        """The beneficiary's word; a disagreement says why."""
        report = self.get_object()
        self.may(permissions.speaks_for_beneficiary(request.user, report))
        given = self.given(WordSerializer)
        signed = sign_report(report, **given, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(signed).data)

    @extend_schema(request=ShareSerializer, responses={201: NewShareLinkSerializer})
    @action(detail=True, methods=["post"])
    def share(self, request, pk=None):
        report, now = self.get_object(), timezone.now()
        self.may(permissions.can_share_report(request.user, report))
        made, path = share_report(report, **self.given(ShareSerializer), by=request.user, at=now)
        link = ShareLink.objects.for_list(now).get(pk=made.pk)
        link.address = request.build_absolute_uri(path)
        return Response(NewShareLinkSerializer(link).data, status=status.HTTP_201_CREATED)


class ShareLinkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Who reads a report by which link, how often, until when: those of the engagements one runs, and one's own."""

    queryset = ShareLink.objects.none()
    serializer_class = ShareLinkSerializer
    filterset_fields = ["report"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return ShareLink.objects.visible_to(self.request.user).for_list(timezone.now())

    @extend_schema(request=None, responses=ShareLinkSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk=None):
        """It opens nothing any longer."""
        revoke_share_link(self.get_object(), by=request.user, at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)
