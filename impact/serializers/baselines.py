from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from impact.display.narrative import sentence_of
from impact.models import Baseline, Metric
from impact.serializers.fields import OneOfMine
from impact.serializers.measurements import FACTS, FIGURES

EFFORT = ["team", "hours", "cost"]
AGREEMENT = ["agreed_on", "amended_on", "amended_why"]


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
            *FIGURES,
            *EFFORT,
            *FACTS,
            "sentence",
            *AGREEMENT,
        ]
        read_only_fields = ["version", *AGREEMENT]
        validators = []

    def get_sentence(self, baseline) -> str:
        return sentence_of(baseline)


class BaselineChangeSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True)

    class Meta:
        model = Baseline
        fields = ["method", *FIGURES, *EFFORT, *FACTS, "why", "seen"]
        validators = []


class QuestionSerializer(SeenSerializer):
    reason = serializers.CharField(
        max_length=1_000, allow_blank=True
    )  # the service says what is wanted
