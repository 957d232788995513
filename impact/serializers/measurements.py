from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from impact.models import DEADWEIGHT, Breakdown, Measurement, Metric
from impact.serializers.fields import InOrder, OneOfMine
from impact.table_import.groups import MOST as MOST_GROUPS

FIGURES = ["count", "total", "percent", "amount", "exposure_months"]
GROUP = ["dimension", "label_fr", "label_en", "count", "total"]
FACTS = [
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
        fields = GROUP
        list_serializer_class = InOrder


class MeasurementSerializer(ModelSerializer):
    """`groups` are told to those who write the figures; all others read them in the summary, without the small ones."""

    metric = OneOfMine(queryset=Metric.objects.all())
    groups = BreakdownSerializer(many=True, required=False, max_length=MOST_GROUPS)

    class Meta:
        model = Measurement
        fields = [
            *(
                "id",
                "version",
                "metric",
                "status",
                "published_at",
                "corrects",
                *FIGURES,
                *FACTS,
                *DEADWEIGHT,
            ),
            "counts_in_total",
            "groups",
            "returned_why",
        ]
        read_only_fields = ["version", "status", "published_at", "corrects", "returned_why"]
        validators = []


class CorrectionSerializer(ModelSerializer):
    groups = BreakdownSerializer(many=True, required=False, max_length=MOST_GROUPS)

    class Meta:
        model = Measurement
        fields = [*FIGURES, *FACTS, *DEADWEIGHT, "counts_in_total", "groups"]


class DraftSerializer(SeenSerializer, CorrectionSerializer):
    class Meta(CorrectionSerializer.Meta):
        fields = [*CorrectionSerializer.Meta.fields, "seen"]


class ToPublishSerializer(serializers.Serializer):
    """What stands when one publishes a report; `seen` is its seal."""

    seen = serializers.CharField()
    contents = serializers.DictField()


class ReturnSerializer(SeenSerializer):
    reason = serializers.CharField(max_length=1_000)
