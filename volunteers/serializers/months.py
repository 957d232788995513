from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.rest.fields import ApiDayField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from volunteers.models import (
    DayCorrection,
    DayDisagreement,
    MonthSheet,
    WorkDay,
)
from volunteers.selectors import month_sheets


class WorkDaySerializer(ModelSerializer):
    class Meta:
        model = WorkDay
        fields = ["id", "assignment", "day", "half_days"]
        read_only_fields = fields


class MonthSheetSerializer(ModelSerializer):
    volunteer_name = serializers.CharField(
        source="assignment.volunteer.user.full_name", read_only=True
    )
    engagement_title = serializers.CharField(source="assignment.engagement.title", read_only=True)
    lead_name = serializers.CharField(source="lead_by.full_name", read_only=True, default="")
    sponsor_name = serializers.CharField(source="sponsor_by.full_name", read_only=True, default="")

    class Meta:
        model = MonthSheet
        fields = [
            "id",
            "version",
            "assignment",
            "volunteer_name",
            "engagement_title",
            "month",
            "state",
            "lead_name",
            "lead_at",
            "sponsor_name",
            "sponsor_at",
        ]
        read_only_fields = fields


class DayDisagreementSerializer(ModelSerializer):
    author_name = serializers.CharField(source="author.full_name", read_only=True)

    class Meta:
        model = DayDisagreement
        fields = ["id", "sheet", "day", "side", "comment", "author_name", "raised_at", "settled_at"]
        read_only_fields = ["id", "sheet", "side", "author_name", "raised_at", "settled_at"]


class DayCorrectionSerializer(ModelSerializer):
    author_name = serializers.CharField(source="author.full_name", read_only=True)

    class Meta:
        model = DayCorrection
        fields = ["id", "sheet", "day", "before", "half_days", "reason", "author_name", "made_at"]
        read_only_fields = ["id", "sheet", "before", "author_name", "made_at"]


class MonthDaySerializer(serializers.Serializer):
    day = ApiDayField()
    half_days = serializers.IntegerField()
    in_mission = serializers.BooleanField(source="in_assignment")
    is_off = serializers.BooleanField()
    holiday = serializers.CharField(allow_null=True)
    disagreements = DayDisagreementSerializer(many=True)
    corrections = DayCorrectionSerializer(many=True)


class MonthSheetDetailSerializer(MonthSheetSerializer):
    days = serializers.SerializerMethodField()

    class Meta(MonthSheetSerializer.Meta):
        fields = [*MonthSheetSerializer.Meta.fields, "days"]
        read_only_fields = fields

    @extend_schema_field(MonthDaySerializer(many=True))
    def get_days(self, sheet):
        return MonthDaySerializer(month_sheets.days_of(sheet), many=True).data


class MonthConfirmSerializer(SeenSerializer):
    """The version counts the changes of the days as well."""
