from rest_framework import mixins
from rest_framework.permissions import IsAuthenticated

from crm.rest.views import ScopedViewSet
from engagements.models import (
    Solution,
)
from engagements.serializers import solutions


class SolutionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Solution.objects.none()
    serializer_class = solutions.SolutionSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]
