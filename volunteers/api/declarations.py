from rest_framework import viewsets

from crm.rest.fields import ModelSerializer
from crm.rest.views import ScopedViewSet
from volunteers.models import DeclaredStatement


class DeclaredStatementSerializer(ModelSerializer):
    """As it was declared: `paper` holds every line and every field of the form, `total` is in euros."""

    class Meta:
        model = DeclaredStatement
        fields = [
            "id",
            "sponsor",
            "host",
            "year",
            "starts_on",
            "ends_on",
            "number",
            "half_days",
            "total",
            "paper",
            "checksum",
            "reason",
            "declared_on",
        ]
        read_only_fields = fields


class DeclaredStatementViewSet(ScopedViewSet, viewsets.ReadOnlyModelViewSet):
    """Yearly statements as companies declared them; each company its own. A higher number corrects a lower one."""

    queryset = DeclaredStatement.objects.none()
    serializer_class = DeclaredStatementSerializer
    filterset_fields = ["sponsor", "host", "year"]
