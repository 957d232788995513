from rest_framework import serializers

from crm.rest.fields import ApiDayField, ModelSerializer
from crm.serializers.seen import SealSerializer
from engagements.models import Engagement
from impact.exports.report.contents import changes_in_order
from impact.models import ImpactReport, ShareLink, reported_to
from impact.selectors import reports


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
