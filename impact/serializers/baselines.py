from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from impact.display.narrative import sentence_of
from impact.models import Baseline, Metric
from impact.serializers.fields import OneOfMine
from impact.serializers.measurements import FACT_FIELDS, VALUE_FIELDS

EFFORT_FIELDS = ["team", "hours", "cost"]
AGREEMENT_FIELDS = ["agreed_on", "amended_on", "amended_why"]


class BaselineSerializer(ModelSerializer):
    metric = OneOfMine(queryset=Metric.objects.all())
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Baseline
        fields = [
            "id",
            "version",
            "metric",
            "method",
            *VALUE_FIELDS,
            *EFFORT_FIELDS,
            *FACT_FIELDS,
            "sentence",
            *AGREEMENT_FIELDS,
        ]
        read_only_fields = ["version", *AGREEMENT_FIELDS]
        validators = []

    def get_sentence(self, baseline) -> str:
        return sentence_of(baseline)


class BaselineChangeSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True)

    class Meta:
        model = Baseline
        fields = ["method", *VALUE_FIELDS, *EFFORT_FIELDS, *FACT_FIELDS, "why", "seen"]
        validators = []


class QuestionSerializer(SeenSerializer):
    reason = serializers.CharField(
        max_length=1_000, allow_blank=True
    )  # the service says what is wanted
