from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import SEEN, ScopedViewSet
from crm.serializers.seen import SeenSerializer
from volunteers import permissions
from volunteers.models import EmployerCost
from volunteers.serializers.costs import (
    ChangeCostSerializer,
    EmployerCostSerializer,
    EnterCostSerializer,
)
from volunteers.services import costs


class EmployerCostViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What lent people cost their company; its own contacts and the administrators only."""

    queryset = EmployerCost.objects.none()
    serializer_class = EmployerCostSerializer
    filterset_fields = ["volunteer"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=EnterCostSerializer, responses={201: EmployerCostSerializer})
    def create(self, request):
        self.may(permissions.can_value(request.user))
        cost = costs.enter_cost(**self.validated(EnterCostSerializer), by=request.user)
        return Response(self.get_serializer(cost).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangeCostSerializer, responses=EmployerCostSerializer)
    def partial_update(self, request, pk=None):
        cost = self.get_object()
        changes = self.validated(ChangeCostSerializer, partial=True)
        return Response(
            self.get_serializer(costs.change_cost(cost, **changes, by=request.user)).data
        )

    @extend_schema(parameters=[SEEN], responses={204: None})
    def destroy(self, request, pk=None):
        costs.delete_cost(
            self.get_object(), **self.validated_query(SeenSerializer), by=request.user
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
