from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.audit import write
from crm.rest.views import ScopedViewSet
from crm.web.clock import today_of
from engagements import permissions
from engagements.models import (
    Blocker,
)
from engagements.serializers.progress import BlockerSerializer, ResolveSerializer
from engagements.services import progress


class BlockerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Blocker.objects.none()
    serializer_class = BlockerSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return (
            write.with_marks(Blocker.objects.visible_to(self.request.user))
            .select_related("engagement")
            .order_by("opened_on", "pk")
        )

    @extend_schema(request=ResolveSerializer, responses=BlockerSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request, pk=None):
        blocker = self.get_object()
        self.may(permissions.can_log_progress(request.user, blocker.engagement))
        fields = self.validated(ResolveSerializer)
        resolved = progress.resolve_blocker(
            blocker, **fields, today=today_of(request), by=request.user
        )
        return Response(self.get_serializer(resolved).data)
