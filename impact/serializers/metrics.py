from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import Engagement
from impact.models import Metric
from impact.serializers.fields import OneOfMine

CHANGEABLE_FIELDS = [
    "reading",
    "target",
    "target_on",
    "every",
    "every_from",
    "caveat_fr",
    "caveat_en",
]


class MetricSerializer(ModelSerializer):
    engagement = OneOfMine(queryset=Engagement.objects.all())
    indicator_name = serializers.CharField(source="indicator.name", read_only=True)

    class Meta:
        model = Metric
        fields = ["id", "version", "engagement", "indicator", "indicator_name", *CHANGEABLE_FIELDS]
        read_only_fields = ["version", "caveat_fr", "caveat_en"]
        validators = []


class MetricChangeSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)

    class Meta:
        model = Metric
        fields = [*CHANGEABLE_FIELDS, "why", "seen"]
