from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from impact.models import Indicator


class IndicatorSerializer(ModelSerializer):
    class Meta:
        model = Indicator
        fields = [
            "id",
            "version",
            "code",
            "name_fr",
            "name_en",
            "unit_fr",
            "unit_en",
            "unit_one_fr",
            "unit_one_en",
            "definition_fr",
            "definition_en",
            "kind",
            "aggregation",
            "wanted",
            "sdg",
            "sdg_target",
            "iris_code",
            "how_fr",
            "how_en",
        ]
        read_only_fields = ["version", "code"]


class IndicatorChangeSerializer(SeenSerializer, IndicatorSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)

    class Meta(IndicatorSerializer.Meta):
        fields = [*IndicatorSerializer.Meta.fields, "why", "seen"]
