"""People counted by two engagements: the page's rows, and the page's refusals."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import SEEN, CreateModelMixin, ScopedViewSet
from crm.serializers.seen import SeenSerializer
from impact import permissions
from impact.models import Overlap
from impact.serializers.overlaps import OverlapChangeSerializer, OverlapSerializer
from impact.services import overlaps


class OverlapViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, CreateModelMixin, ScopedViewSet
):
    """People in common of two engagements that follow the same indicator of unique people."""

    queryset = Overlap.objects.none()
    serializer_class = OverlapSerializer
    filterset_fields = ["first__indicator"]
    permission_classes = [IsAuthenticated]

    def perform_create(self, serializer):
        facts = dict(serializer.validated_data)
        serializer.instance = overlaps.declare_overlap(
            **facts, by=self.request.user, today=timezone.localdate()
        )

    @extend_schema(request=OverlapChangeSerializer, responses=OverlapSerializer)
    def partial_update(self, request, pk=None):
        """With a reason. `seen` is the version that was read."""
        overlap = self._changeable()
        facts = self.validated(OverlapChangeSerializer, partial=True)
        changed = overlaps.change_overlap(
            overlap, **facts, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(changed).data)

    @extend_schema(parameters=[SEEN], responses={204: None})
    def destroy(self, request, pk=None):
        overlaps.drop_overlap(
            self._changeable(), **self.validated_query(SeenSerializer), by=request.user
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _changeable(self):
        overlap = self.get_object()
        self.may(permissions.can_change_overlap(self.request.user, overlap))
        return overlap
