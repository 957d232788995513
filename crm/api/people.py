from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.filters import PersonFilter
from crm.models import User
from crm.rest.views import ScopedViewSet
from crm.selectors import people as selectors
from crm.serializers.people import MeSerializer, PersonSerializer


class Me(APIView):
    """Who asks, and as what: whatever a key of the API opens, it opens this."""

    area = ""
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


class UserViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """People with an account and their roles: the numbers that other routes ask for (`coordinator`, `owner`)."""

    queryset = User.objects.none()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        return selectors.with_roles(super().get_queryset(), timezone.localdate())
