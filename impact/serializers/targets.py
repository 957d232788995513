from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from impact.models import Metric, Target
from impact.serializers.fields import OneOfMine

CHANGEABLE_FIELDS = ["window_start", "window_end", "value"]


class TargetSerializer(ModelSerializer):
    metric = OneOfMine(queryset=Metric.objects.all())

    class Meta:
        model = Target
        fields = [
            "id",
            "version",
            "metric",
            *CHANGEABLE_FIELDS,
            "set_on",
            "amended_on",
            "amended_why",
        ]
        read_only_fields = ["version", "set_on", "amended_on", "amended_why"]
        validators = []


class TargetChangeSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)

    class Meta:
        model = Target
        fields = [*CHANGEABLE_FIELDS, "why", "seen"]
        validators = []


class TargetDropSerializer(SeenSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)
