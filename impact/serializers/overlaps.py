from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import Engagement
from impact.models import Indicator, Metric, Overlap


class MetricOfMine(serializers.PrimaryKeyRelatedField):
    """A metric of unique people of an engagement that the person runs: anybody else's does not exist."""

    def get_queryset(self):
        mine = Engagement.objects.run_by(self.context["request"].user)
        unique = self.queryset.filter(indicator__aggregation=Indicator.Aggregation.UNIQUE)
        return unique.filter(engagement__in=mine.values("pk")).select_related(
            "indicator", "engagement"
        )


class OverlapSerializer(ModelSerializer):
    first = MetricOfMine(queryset=Metric.objects.all())
    second = MetricOfMine(queryset=Metric.objects.all())
    indicator = serializers.IntegerField(source="first.indicator_id", read_only=True)

    class Meta:
        model = Overlap
        fields = [
            "id",
            "version",
            "indicator",
            "first",
            "second",
            "bound",
            "people",
            "source",
            "recorded_on",
        ]
        read_only_fields = ["version", "recorded_on"]
        validators = []


class OverlapChangeSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)

    class Meta:
        model = Overlap
        fields = ["bound", "people", "source", "why", "seen"]
        validators = []
