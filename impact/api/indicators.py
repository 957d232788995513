from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import CreateModelMixin, ScopedViewSet
from impact import permissions
from impact.filters import IndicatorFilter
from impact.models import Indicator
from impact.serializers.indicators import IndicatorChangeSerializer, IndicatorSerializer
from impact.services import indicators


class IndicatorViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    """The shared library, for everybody who signs in."""

    queryset = Indicator.objects.none()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return Indicator.objects.order_by("sort_fr", "pk")

    def create(self, request, *args, **kwargs):
        self.may(permissions.can_add_indicator(request.user))
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer):
        serializer.instance = indicators.add_indicator(
            **serializer.validated_data, by=self.request.user
        )

    @extend_schema(request=IndicatorChangeSerializer, responses=IndicatorSerializer)
    def partial_update(self, request, pk=None):
        """With a reason. `seen` is the version that was read."""
        indicator = self.get_object()
        self.may(permissions.can_change_indicator(request.user, indicator))
        facts = self.validated(IndicatorChangeSerializer, partial=True)
        return Response(
            self.get_serializer(
                indicators.change_indicator(indicator, **facts, by=request.user)
            ).data
        )
