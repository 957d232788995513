"""What every route of the API starts from. Not api.py, because the upper apps import it."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import GenericViewSet


class ScopedViewSet(GenericViewSet):
    """Rows that the person may see, as the pages list them. Subclasses set `queryset = Model.objects.none()`."""

    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        """A missing row and somebody else's are the same 404."""
        rows = self.queryset.model.objects.visible_to(self.request.user)
        return rows.for_list() if hasattr(rows, "for_list") else rows.order_by("pk")
