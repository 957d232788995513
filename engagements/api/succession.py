from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.models import User
from crm.rest.views import ScopedViewSet
from engagements import permissions
from engagements.selectors import holdings
from engagements.serializers.succession import (
    DepartureSerializer,
    TakeOverSerializer,
    WaitingSerializer,
)
from engagements.services.succession import Succession, leave, take_over


class SuccessionActions:
    """What waits for somebody in an engagement, because those who held it have left."""

    @extend_schema(responses=WaitingSerializer)
    @action(detail=True, url_path="waiting", pagination_class=None, filter_backends=[])
    def waiting(self, request, pk=None):
        return self._waiting(self.get_object())

    @extend_schema(request=TakeOverSerializer, responses=WaitingSerializer)
    @action(detail=True, methods=["post"], url_path="take-over")
    def take_over(self, request, pk=None):
        """Give it to somebody; the answer is what still waits."""
        engagement = self.get_object()
        self.may(permissions.can_run(request.user, engagement))
        fields = self.validated(TakeOverSerializer)
        succession = Succession.of(fields, timezone.localdate(), fields["reason"])
        take_over(engagement, succession=succession, by=request.user)
        return self._waiting(engagement)

    def _waiting(self, engagement):
        rows_by_kind = holdings.left_in(engagement, timezone.localdate())
        return Response(
            {key: [row.pk for row in rows_by_kind.get(key, ())] for key in holdings.KINDS}
        )


class DepartureViewSet(ScopedViewSet):
    """Somebody leaves: a role ends or the account is closed, and what they hold changes hands."""

    queryset = User.objects.none()
    serializer_class = DepartureSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(request=DepartureSerializer, responses={204: None})
    def create(self, request):
        self.may(permissions.can_let_go(request.user))
        fields = self.validated(DepartureSerializer)
        succession = Succession.of(fields, timezone.localdate(), fields["reason"])
        leave(
            fields["person"], succession=succession, by=request.user, membership=fields.get("role")
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
