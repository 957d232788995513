import math

from rest_framework import serializers

from impact.display import messages
from impact.domain.targets import Outcome
from impact.models import Indicator


class MultiplierSerializer(serializers.Serializer):
    """Either a multiplier with all that must stand beside it, or the words that refuse it."""

    is_hypothesis = serializers.BooleanField()
    kind = serializers.CharField(source="multiplier.kind", default=None)
    ratio = serializers.SerializerMethodField()
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    method = serializers.CharField(source="multiplier.method", default=None)
    refusal = serializers.SerializerMethodField()
    baseline_count = serializers.IntegerField(source="baseline.count", allow_null=True)
    baseline_total = serializers.IntegerField(source="baseline.total", allow_null=True)
    baseline_months = serializers.DecimalField(
        source="baseline.exposure_months", max_digits=6, decimal_places=2
    )
    baseline_method = serializers.CharField(source="baseline.method")
    baseline_population = serializers.CharField(source="baseline.population")
    baseline_source = serializers.CharField(source="baseline.source")
    baseline_grade = serializers.CharField(source="baseline.strength")
    strength = serializers.CharField(help_text="The weaker of the two sides.")

    def get_ratio(self, compared) -> float | None:
        return self._number(compared, "ratio")

    def get_low(self, compared) -> float | None:
        return self._number(compared, "low")

    def get_high(self, compared) -> float | None:
        """Null where there is none above which it could not lie."""
        return self._number(compared, "high")

    def get_refusal(self, compared) -> str:
        return str(messages.REFUSALS[compared.refusal]) if compared.refusal else ""

    def _number(self, compared, name):
        value = getattr(compared.multiplier, name, None)
        return None if value is None or math.isinf(value) else value


class NetSerializer(serializers.Serializer):
    """Net of what would have happened anyway, as those say who were asked."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    deadweight = serializers.IntegerField()


class GroupSerializer(serializers.Serializer):
    """`count` is null where the group is too small to be shown, or would give such a group back."""

    label = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)
    total = serializers.IntegerField(allow_null=True)
    is_partial = serializers.BooleanField(
        help_text="Hidden in some of the figures: at least so many."
    )


class DisaggregationSerializer(serializers.Serializer):
    dimension = serializers.CharField()
    groups = GroupSerializer(many=True)
    untold = serializers.IntegerField(
        help_text="People in hidden groups, or in none that is known."
    )
    whole = serializers.IntegerField()
    elsewhere = serializers.IntegerField(
        help_text="People of the periods that were not told by this criterion."
    )


class PeriodTargetSerializer(serializers.Serializer):
    """A target of a period, what was measured in it, and how it stands; a share in per cent."""

    window_start = serializers.DateField()
    window_end = serializers.DateField()
    value = serializers.DecimalField(max_digits=14, decimal_places=2)
    measured = serializers.FloatField(source="measured.value", default=None)
    measured_until = serializers.DateField(source="measured.until", default=None)
    outcome = serializers.ChoiceField(
        choices=[(outcome, messages.OUTCOMES[outcome][1]) for outcome in Outcome]
    )
    refusal = serializers.SerializerMethodField()
    set_on = serializers.DateField()
    amended_on = serializers.DateField(allow_null=True)
    amended_why = serializers.CharField(allow_blank=True)

    def get_refusal(self, target) -> str:
        return str(messages.REFUSALS[target.refusal]) if target.refusal else ""


class MetricSummarySerializer(serializers.Serializer):
    metric = serializers.IntegerField(source="metric.pk")
    indicator = serializers.CharField(source="metric.indicator.name")
    unit = serializers.CharField(source="metric.indicator.unit")
    wanted = serializers.ChoiceField(
        source="metric.indicator.wanted", choices=Indicator.Wanted.choices
    )
    count = serializers.IntegerField(source="result.count", allow_null=True)
    count_least = serializers.IntegerField(
        source="result.count_least",
        allow_null=True,
        help_text="Of unique people in several periods: at the least.",
    )
    total = serializers.IntegerField(source="result.total", allow_null=True)
    months = serializers.DecimalField(
        source="result.months", max_digits=8, decimal_places=2, allow_null=True
    )
    window_start = serializers.DateField(source="result.window_start", allow_null=True)
    window_end = serializers.DateField(source="result.window_end", allow_null=True)
    population = serializers.CharField(source="result.population")
    refusal = serializers.SerializerMethodField()
    comparison = MultiplierSerializer(allow_null=True)
    what_ifs = MultiplierSerializer(many=True)
    net = NetSerializer(source="result.net", allow_null=True)
    by_groups = DisaggregationSerializer(source="disaggregations", many=True)
    targets = PeriodTargetSerializer(many=True)
    claims = serializers.SerializerMethodField()

    def get_refusal(self, summary) -> str:
        code = summary.result.refusal
        return str(messages.REFUSALS[code]) if code else ""

    def get_claims(self, summary) -> list[dict]:
        return [
            {
                "value": str(claim.value),
                "kind": claim.kind,
                "stated_on": claim.stated_on.isoformat(),
                "statement": claim.statement,
                "source": claim.source,
                "is_baseline_supplied": claim.is_baseline_supplied,
            }
            for claim in summary.claims
        ]


class EngagementSummarySerializer(serializers.Serializer):
    engagement = serializers.IntegerField(source="engagement.pk")
    title = serializers.CharField(source="engagement.title")
    beneficiary = serializers.CharField(source="engagement.beneficiary.name")
    stage = serializers.CharField(source="engagement.stage")
    half_days = serializers.IntegerField(
        allow_null=True,
        help_text="Of months that are over in which enough people worked; null where there is none.",
    )
    milestones_done = serializers.IntegerField()
    milestones = serializers.IntegerField()
    metrics = MetricSummarySerializer(many=True)
