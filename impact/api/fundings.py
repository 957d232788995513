from rest_framework import mixins
from rest_framework.permissions import IsAuthenticated

from crm.rest.views import ScopedViewSet
from impact.models import Funding
from impact.serializers import fundings


class FundingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Funding.objects.none()
    serializer_class = fundings.FundingSerializer
    permission_classes = [IsAuthenticated]
