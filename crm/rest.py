"""What every route of the API starts from. Not api.py, because the upper apps import it."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import GenericViewSet


class ScopedViewSet(GenericViewSet):
    """Rows that the person may see, as the pages list them. Subclasses set `queryset = Model.objects.none()`."""

    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        """A missing row and somebody else's are the same 404."""
        rows = self.queryset.model.objects.visible_to(self.request.user)
        return rows.for_list() if hasattr(rows, "for_list") else rows.order_by("pk")

    def may(self, allowed):
        """Yours, but not for this: 403."""
        if not allowed:
            raise PermissionDenied

    def given(self, serializer_class, **kwargs):
        """The body, checked and cleaned by a serializer."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context(), **kwargs)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data
