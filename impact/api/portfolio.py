"""What is new to the reader, and engagements beside each other: the pages of the same name without the HTML."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from impact.selectors import comparison
from impact.selectors.news import since_last_reading
from impact.serializers.comparison import ChosenIndicatorSerializer, ComparisonLineSerializer
from impact.serializers.news import NewsSinceSerializer, ReadSerializer
from impact.services import last_reading


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
        last_reading.mark_read(request.user, **self.validated(ReadSerializer), at=timezone.now())
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
        serializer = ChosenIndicatorSerializer(
            data=request.query_params, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        indicator = serializer.validated_data["indicator"]
        rows = (
            comparison.following(request.user, indicator)
            .select_related("beneficiary")
            .order_by("sort_title", "pk")
        )
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(
            ComparisonLineSerializer(comparison.lines_of(page, indicator), many=True).data
        )
