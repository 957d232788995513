from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.serializers.people import MeSerializer


class Me(APIView):
    """Who asks, and as what."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=MeSerializer)
    def get(self, request):
        memberships = (
            request.user.memberships.current().select_related("organisation").order_by("role", "pk")
        )
        person = {
            "id": request.user.pk,
            "full_name": request.user.full_name,
            "email": request.user.email,
            "memberships": memberships,
        }
        return Response(MeSerializer(person).data)
