from django.db.models import Manager
from rest_framework import serializers

from engagements.models import Engagement
from impact.models import recorded_by


class OneOfMine(serializers.PrimaryKeyRelatedField):
    """A row of what the person may write to: anybody else's does not exist."""

    def get_queryset(self):
        user = self.context["request"].user
        if self.queryset.model is Engagement:
            return Engagement.objects.run_by(user)
        return self.queryset.filter(engagement__in=recorded_by(user)).select_related(
            "indicator", "engagement"
        )


class InOrder(serializers.ListSerializer):
    def to_representation(self, data):
        rows = data.all() if isinstance(data, Manager) else data
        return super().to_representation(sorted(rows, key=lambda row: (row.position, row.pk)))
