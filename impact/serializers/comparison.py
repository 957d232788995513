from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from impact.models import Indicator
from impact.selectors import comparison
from impact.serializers.summaries import MetricSummarySerializer


class ChosenIndicatorSerializer(serializers.Serializer):
    indicator = serializers.PrimaryKeyRelatedField(queryset=Indicator.objects.all())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["indicator"].queryset = comparison.comparable(request.user)


@extend_schema_serializer(component_name="Line")
class ComparisonLineSerializer(serializers.Serializer):
    """Ordered by title, and not ranked: only lines of the same population and reading are alike."""

    engagement = serializers.IntegerField(source="engagement.pk")
    title = serializers.CharField(source="engagement.title")
    beneficiary = serializers.CharField(source="engagement.beneficiary.name")
    reading = serializers.CharField(source="summary.metric.reading")
    per_month = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    share_low = serializers.FloatField(
        source="summary.result.share.low", default=None, allow_null=True
    )
    share_high = serializers.FloatField(
        source="summary.result.share.high", default=None, allow_null=True
    )
    grade = serializers.CharField(source="summary.result.grade", allow_blank=True)
    figure = MetricSummarySerializer(source="summary")
