"""What is new to the reader, and engagements beside each other: the pages of the same name without the HTML."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from impact.models import Indicator
from impact.selectors import comparison
from impact.selectors.news import KINDS, since_last_reading
from impact.serializers.summaries import MetricSummarySerializer
from impact.services import last_reading


class NewsSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=list(KINDS))
    word = serializers.CharField()
    engagement = serializers.IntegerField()
    title = serializers.CharField()
    subject = serializers.CharField()
    told = serializers.CharField(source="details", allow_blank=True)
    before = serializers.CharField(allow_blank=True)


@extend_schema_serializer(component_name="Since")
class NewsSinceSerializer(serializers.Serializer):
    """`moment` is the mark, or thirty days ago; `upto` is what to send back once it is read."""

    moment = serializers.DateTimeField()
    upto = serializers.DateTimeField(allow_null=True)
    is_more = serializers.BooleanField()
    news = NewsSerializer(many=True)


class ReadSerializer(serializers.Serializer):
    upto = serializers.DateTimeField()


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


class PortfolioActions:
    """Beside the list of summaries."""

    @extend_schema(responses=NewsSinceSerializer)
    @action(detail=False, pagination_class=None, filter_backends=[])
    def news(self, request):
        return Response(
            NewsSinceSerializer(since_last_reading(request.user, at=timezone.now())).data
        )

    @extend_schema(request=ReadSerializer, responses={204: None})
    @action(detail=False, methods=["post"], url_path="news/read")
    def news_read(self, request):
        """All is read up to this moment; what comes later is new."""
        last_reading.mark_read(request.user, **self.given(ReadSerializer), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="news/put-back")
    def news_put_back(self, request):
        """As it was before the last mark; once."""
        last_reading.put_back(request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        parameters=[ChosenIndicatorSerializer], responses=ComparisonLineSerializer(many=True)
    )
    @action(detail=False, filter_backends=[])
    def compare(self, request):
        """One indicator over the engagements that the person reads."""
        asked = ChosenIndicatorSerializer(
            data=request.query_params, context=self.get_serializer_context()
        )
        asked.is_valid(raise_exception=True)
        indicator = asked.validated_data["indicator"]
        rows = (
            comparison.following(request.user, indicator)
            .select_related("beneficiary")
            .order_by("sort_title", "pk")
        )
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(
            ComparisonLineSerializer(comparison.lines_of(page, indicator), many=True).data
        )
