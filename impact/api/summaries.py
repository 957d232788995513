from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.files.checksums import checksum_of
from crm.rest.views import ScopedViewSet
from engagements.models import Engagement
from impact import permissions
from impact.api.portfolio import PortfolioActions
from impact.filters import PortfolioFilter
from impact.models import reported_to
from impact.selectors import reports, summaries
from impact.serializers.measurements import ToPublishSerializer
from impact.serializers.summaries import EngagementSummarySerializer


class SummaryViewSet(PortfolioActions, ScopedViewSet):
    """What changed, by engagement: the page's figures and the page's refusals."""

    queryset = Engagement.objects.none()
    serializer_class = EngagementSummarySerializer
    permission_classes = [IsAuthenticated]
    filterset_class = PortfolioFilter

    def get_queryset(self):
        return (
            reported_to(self.request.user)
            .select_related("beneficiary")
            .order_by("sort_title", "pk")
        )

    @extend_schema(responses=EngagementSummarySerializer(many=True))
    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(
            self.get_serializer(summaries.summarise(page), many=True).data
        )

    def retrieve(self, request, pk=None):
        return Response(self.get_serializer(summaries.summarise([self.get_object()])[0]).data)

    @extend_schema(responses=ToPublishSerializer)
    @action(detail=True, url_path="to-publish")
    def to_publish(self, request, pk=None):
        """The report as it would be frozen now; with its seal, to give back as `seen`."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        contents = reports.contents_of(engagement, today=timezone.localdate())
        return Response(
            ToPublishSerializer({"seen": checksum_of(contents), "contents": contents}).data
        )
