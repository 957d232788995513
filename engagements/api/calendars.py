from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import ScopedViewSet
from engagements.models import (
    CalendarLink,
)
from engagements.serializers.calendars import CalendarLinkSerializer
from engagements.services import calendars


class CalendarLinkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = CalendarLink.objects.none()
    serializer_class = CalendarLinkSerializer
    tells_a_secret = frozenset({"create"})
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return (
            CalendarLink.objects.visible_to(self.request.user).live().order_by("-created_at", "-pk")
        )

    def create(self, request):
        """The secret address stands in this answer and in no other."""
        fields = self.validated(CalendarLinkSerializer)
        link, token = calendars.make_calendar_link(
            request.user, engagement=fields["engagement"], at=timezone.now()
        )
        link.url = request.build_absolute_uri(reverse("engagements:calendar", args=[token]))
        return Response(self.get_serializer(link).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request, pk=None):
        calendars.revoke_calendar_link(self.get_object(), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
