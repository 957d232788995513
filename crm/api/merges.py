from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm import permissions
from crm.models import Merge
from crm.rest.views import ScopedViewSet
from crm.selectors.merges import may_merge, may_undo, seal_of_versions
from crm.serializers.merges import MergeSerializer, UndoneSerializer
from crm.services import merges


class MergeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What was merged: all of it for administrators, a head coordinator's own."""

    queryset = Merge.objects.none()
    serializer_class = MergeSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=UndoneSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Make them two again, within 30 days; what was changed since stays, and is told."""
        merge = self.get_object()
        self.may(may_undo(request.user, merge))
        left = merges.undo_merge(merge, by=request.user, at=timezone.now())
        merge.refresh_from_db()
        return Response(UndoneSerializer({"merge": merge, "left": left}).data)


def merge_by(view, serializer_class):
    """Merge what the body names into the row of the address, for the routes of both kinds of rows."""
    kept = view.get_object()
    view.may(permissions.can_merge(view.request.user))
    values = view.validated(serializer_class)
    absorbed = values["absorbed"]
    view.may(may_merge(view.request.user, kept, absorbed))
    seen = (kept.pk, kept.version if values["seen"] is None else values["seen"])  # If-Match: *
    seal = seal_of_versions(seen, (absorbed.pk, values["absorbed_seen"]))
    asking = merges.Asking(seal, values["are_one"])
    merge = merges.merge(kept, absorbed, by=view.request.user, at=timezone.now(), asking=asking)
    return Response(MergeSerializer(merge).data, status.HTTP_201_CREATED)
