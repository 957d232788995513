from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from impact.models import DEADWEIGHT, Breakdown, Measurement, Metric
from impact.serializers.fields import InOrder, OneOfMine
from impact.table_import.groups import MAX_GROUPS

VALUE_FIELDS = ["count", "total", "percent", "amount", "exposure_months"]
GROUP_FIELDS = ["dimension", "label_fr", "label_en", "count", "total"]
FACT_FIELDS = [
    "window_start",
    "window_end",
    "population",
    "source",
    "grade",
    "asked",
    "answered",
    "note_fr",
    "note_en",
]


class BreakdownSerializer(ModelSerializer):
    """How many of a figure are in one group."""

    class Meta:
        model = Breakdown
        fields = GROUP_FIELDS
        list_serializer_class = InOrder


def _groups():
    return BreakdownSerializer(many=True, required=False, max_length=MAX_GROUPS)


class MeasurementSerializer(ModelSerializer):
    """`groups` are told to those who write the figures; all others read them in the summary, without the small ones."""

    metric = OneOfMine(queryset=Metric.objects.all())
    groups = _groups()

    class Meta:
        model = Measurement
        fields = [
            "id",
            "version",
            "metric",
            "status",
            "published_at",
            "corrects",
            *VALUE_FIELDS,
            *FACT_FIELDS,
            *DEADWEIGHT,
            "counts_in_total",
            "groups",
            "returned_why",
        ]
        read_only_fields = ["version", "status", "published_at", "corrects", "returned_why"]
        validators = []


class CorrectionSerializer(ModelSerializer):
    groups = _groups()

    class Meta:
        model = Measurement
        fields = [*VALUE_FIELDS, *FACT_FIELDS, *DEADWEIGHT, "counts_in_total", "groups"]


class DraftSerializer(SeenSerializer, CorrectionSerializer):
    class Meta(CorrectionSerializer.Meta):
        fields = [*CorrectionSerializer.Meta.fields, "seen"]


class ToPublishSerializer(serializers.Serializer):
    """What stands when one publishes a report; `seen` is its seal."""

    seen = serializers.CharField()
    contents = serializers.DictField()


class ReturnSerializer(SeenSerializer):
    reason = serializers.CharField(max_length=1_000)
