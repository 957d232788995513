import math
from base64 import b64decode

from django.core.files.base import ContentFile
from django.db.models import Manager
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.files.uploaded_tables import MOST_BYTES, MOST_ROWS
from crm.rest.fields import ModelSerializer, WholeField
from crm.serializers.organisations import SeenSerializer
from engagements.models import Engagement
from impact.display import messages
from impact.display.narrative import sentence_of
from impact.domain.targets import Outcome
from impact.models import DEADWEIGHT, Baseline, Breakdown, Funding, Indicator, Measurement, Metric, recorded_by
from impact.table_import.groups import MOST as MOST_GROUPS

FIGURES = ["count", "total", "percent", "amount", "exposure_months"]
EFFORT = ["team", "hours", "cost"]
AGREEMENT = ["agreed_on", "amended_on", "amended_why"]
FOLLOWED = ["reading", "target", "target_on", "every", "every_from", "caveat_fr", "caveat_en"]
GROUP = ["dimension", "label_fr", "label_en", "count", "total"]
FACTS = ["window_start", "window_end", "population", "source", "grade", "asked", "answered", "note_fr", "note_en"]


class OneOfMine(serializers.PrimaryKeyRelatedField):
    """A row of what the person may write to: anybody else's does not exist."""

    def get_queryset(self):
        user = self.context["request"].user
        if self.queryset.model is Engagement:
            return Engagement.objects.run_by(user)
        return self.queryset.filter(engagement__in=recorded_by(user)).select_related("indicator", "engagement")


class IndicatorSerializer(ModelSerializer):
    class Meta:
        model = Indicator
        fields = [
            *("id", "version", "code", "name_fr", "name_en", "unit_fr", "unit_en", "definition_fr", "definition_en"),
            *("kind", "aggregation", "wanted", "sdg", "sdg_target", "iris_code", "how_fr", "how_en"),
        ]
        read_only_fields = ["version", "code"]


class IndicatorChangeSerializer(SeenSerializer, IndicatorSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)

    class Meta(IndicatorSerializer.Meta):
        fields = [*IndicatorSerializer.Meta.fields, "why", "seen"]


class MetricSerializer(ModelSerializer):
    engagement = OneOfMine(queryset=Engagement.objects.all())
    indicator_name = serializers.CharField(source="indicator.name", read_only=True)

    class Meta:
        model = Metric
        fields = ["id", "version", "engagement", "indicator", "indicator_name", *FOLLOWED]
        read_only_fields = ["version", "caveat_fr", "caveat_en"]
        validators = []


class MetricChangeSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(max_length=1_000, allow_blank=True, required=False)

    class Meta:
        model = Metric
        fields = [*FOLLOWED, "why", "seen"]


class BaselineSerializer(ModelSerializer):
    metric = OneOfMine(queryset=Metric.objects.all())
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Baseline
        fields = ["id", "version", "metric", "method", *FIGURES, *EFFORT, *FACTS, "sentence", *AGREEMENT]
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


class InOrder(serializers.ListSerializer):
    def to_representation(self, data):
        rows = data.all() if isinstance(data, Manager) else data
        return super().to_representation(sorted(rows, key=lambda row: (row.position, row.pk)))


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
            *("id", "version", "metric", "status", "published_at", "corrects", *FIGURES, *FACTS, *DEADWEIGHT),
            *("counts_in_total", "groups", "returned_why"),
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


class QuestionSerializer(SeenSerializer):
    reason = serializers.CharField(max_length=1_000, allow_blank=True)  # the service says what is wanted


class ReturnSerializer(SeenSerializer):
    reason = serializers.CharField(max_length=1_000)


@extend_schema_field(OpenApiTypes.INT)
class RecordedEngagement(serializers.PrimaryKeyRelatedField):
    """An engagement whose figures the person writes."""

    def get_queryset(self):
        return recorded_by(self.context["request"].user)


class FileInText(serializers.CharField):
    """A file, in base 64."""

    def __init__(self, **kwargs):
        super().__init__(
            help_text="An XLSX, ODS or CSV file, in base 64.", max_length=MOST_BYTES * 4 // 3 + 4, **kwargs
        )

    def to_internal_value(self, data):
        try:
            content = b64decode(super().to_internal_value(data), validate=True)
        except ValueError as error:
            raise serializers.ValidationError(_("This is no file in base 64.")) from error
        return ContentFile(content, name="table")


class ImportSerializer(serializers.Serializer):
    engagement = RecordedEngagement()
    text = serializers.CharField(max_length=MOST_BYTES, trim_whitespace=False, required=False, allow_blank=True)
    file = FileInText(required=False)
    sheet = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of a file: its name. Without it, the first one in which known headings stand.",
    )
    heading = WholeField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MOST_ROWS,
        help_text="The row of the headings, from 1. Without it, the first one in which known headings stand.",
    )
    dry_run = serializers.BooleanField(default=True)

    def validate(self, given):
        if ("file" in given) == bool(given.get("text")):
            raise serializers.ValidationError({"text": _("Paste a table with its headings, or choose a file.")})
        return given


class WrongSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    column = serializers.CharField()
    reason = serializers.CharField()


class ImportedSerializer(serializers.Serializer):
    """`rows` that can be read; nothing is written while a cell is wrong."""

    rows = serializers.IntegerField()
    written = serializers.BooleanField(default=False)
    sheet = serializers.CharField(help_text="The sheet that was read; empty of what is no workbook.")
    sheets = serializers.ListField(child=serializers.CharField())
    heading = serializers.IntegerField(help_text="The row that was taken for the headings.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What does not show: hidden rows and such.")
    wrong = WrongSerializer(many=True)


class FundingSerializer(ModelSerializer):
    class Meta:
        model = Funding
        fields = ["id", "funder", "engagement", "amount", "starts_on", "reads_until"]
        read_only_fields = fields


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
    baseline_months = serializers.DecimalField(source="baseline.exposure_months", max_digits=6, decimal_places=2)
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
    is_partial = serializers.BooleanField(help_text="Hidden in some of the figures: at least so many.")


class DisaggregationSerializer(serializers.Serializer):
    dimension = serializers.CharField()
    groups = GroupSerializer(many=True)
    untold = serializers.IntegerField(help_text="People in hidden groups, or in none that is known.")
    whole = serializers.IntegerField()
    elsewhere = serializers.IntegerField(help_text="People of the periods that were not told by this criterion.")


class PeriodTargetSerializer(serializers.Serializer):
    """A target of a period, what was measured in it, and how it stands; a share in per cent."""

    window_start = serializers.DateField()
    window_end = serializers.DateField()
    value = serializers.DecimalField(max_digits=14, decimal_places=2)
    measured = serializers.FloatField(source="measured.value", default=None)
    measured_until = serializers.DateField(source="measured.until", default=None)
    outcome = serializers.ChoiceField(choices=[(outcome, messages.OUTCOMES[outcome][1]) for outcome in Outcome])
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
    wanted = serializers.ChoiceField(source="metric.indicator.wanted", choices=Indicator.Wanted.choices)
    count = serializers.IntegerField(source="standing.count", allow_null=True)
    count_least = serializers.IntegerField(
        source="standing.count_least", allow_null=True, help_text="Of unique people in several periods: at the least."
    )
    total = serializers.IntegerField(source="standing.total", allow_null=True)
    months = serializers.DecimalField(source="standing.months", max_digits=8, decimal_places=2, allow_null=True)
    window_start = serializers.DateField(source="standing.window_start", allow_null=True)
    window_end = serializers.DateField(source="standing.window_end", allow_null=True)
    population = serializers.CharField(source="standing.population")
    refusal = serializers.SerializerMethodField()
    comparison = MultiplierSerializer(allow_null=True)
    what_ifs = MultiplierSerializer(many=True)
    net = NetSerializer(source="standing.net", allow_null=True)
    by_groups = DisaggregationSerializer(source="disaggregations", many=True)
    targets = PeriodTargetSerializer(many=True)
    claims = serializers.SerializerMethodField()

    def get_refusal(self, summary) -> str:
        code = summary.standing.refusal
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
        allow_null=True, help_text="Of months that are over in which enough people worked; null where there is none."
    )
    milestones_done = serializers.IntegerField()
    milestones = serializers.IntegerField()
    metrics = MetricSummarySerializer(many=True)
