from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from crm import permissions
from crm.audit import write
from crm.filters import PersonFilter
from crm.models import User
from crm.rest.views import ScopedViewSet
from crm.selectors import people as selectors
from crm.serializers.people import (
    HeadSerializer,
    IdentitySerializer,
    MeSerializer,
    PersonSerializer,
)
from crm.serializers.seen import SeenMarkSerializer
from crm.services import invitations, people


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
    http_method_names = ["get", "post", "head", "options"]

    def get_queryset(self):
        return selectors.with_roles(write.with_marks(super().get_queryset()), timezone.localdate())

    def filter_queryset(self, queryset):
        """The list leaves out closed accounts unless it is told otherwise; one person is found either way."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @extend_schema(request=IdentitySerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def identity(self, request, pk=None):
        """Another name, another address to log in with."""
        person = self._looked_after()
        values = self.validated(IdentitySerializer)
        values.setdefault("full_name", person.full_name)
        values.setdefault("latin_name", person.latin_name)
        people.change_identity(person, **values, by=request.user)
        return self._as_it_is()

    @extend_schema(request=HeadSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"], url_path="head", url_name="head")
    def choose_head(self, request, pk=None):
        """Make a coordinator head coordinator of their member, or one like the others again."""
        person = self._looked_after()
        values = self.validated(HeadSerializer, context={"person": person})
        people.choose_head(values.pop("membership"), **values, by=request.user)
        return self._as_it_is()

    @extend_schema(request=SeenMarkSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk=None):
        """Open a closed account again; it holds no role until one is given."""
        person = self._looked_after()
        values = self.validated(SeenMarkSerializer)
        people.reopen_account(person, **values, by=request.user)
        return self._as_it_is()

    @extend_schema(request=SeenMarkSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"], url_path="withdraw-invitation")
    def withdraw_invitation(self, request, pk=None):
        """Close the account of somebody who has never come in."""
        person = self._looked_after()
        values = self.validated(SeenMarkSerializer)
        invitations.withdraw_invitation(
            person, **values, by=request.user, today=timezone.localdate()
        )
        return self._as_it_is()

    @extend_schema(request=None, responses={status.HTTP_204_NO_CONTENT: None})
    @action(detail=True, methods=["post"], url_path="send-link")
    def send_link(self, request, pk=None):
        """Mail them a link on which they choose a password, again or for the first time."""
        invitations.send_way_in(self._looked_after())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _looked_after(self):
        person = self.get_object()
        self.may(permissions.can_look_after(self.request.user, person))
        return person

    def _as_it_is(self):
        return Response(self.get_serializer(self.get_object()).data)
