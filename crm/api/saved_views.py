"""The views of pages that a person has saved, by the API."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.models import SavedView
from crm.rest.fields import ModelSerializer
from crm.rest.views import ScopedViewSet
from crm.services import saved_views


class SavedViewSerializer(ModelSerializer):
    """`query` as in the address of the page; saved under a name that is there already, it takes its place."""

    class Meta:
        model = SavedView
        fields = ["id", "page", "name", "query"]
        read_only_fields = ["id"]


class SavedViewViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = SavedView.objects.none()
    serializer_class = SavedViewSerializer
    permission_classes = [IsAuthenticated]

    def create(self, request):
        view = saved_views.save_view(
            request.user, **self.validated(SavedViewSerializer), at=timezone.now()
        )
        return Response(self.get_serializer(view).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request, pk=None):
        saved_views.remove_view(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
