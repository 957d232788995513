from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from engagements.selectors import as_of, changes
from engagements.serializers.engagements import PLAUSIBLE
from engagements.serializers.steering import AsOfSerializer, HistoryEntrySerializer


class OnSerializer(serializers.Serializer):
    on = serializers.DateField(validators=PLAUSIBLE)


class ChangesSinceSerializer(serializers.Serializer):
    since = serializers.DateField(validators=PLAUSIBLE)


class MemoryActions:
    """What an engagement was, and what became of it: two reads of its history."""

    @extend_schema(parameters=[OnSerializer], responses=AsOfSerializer)
    @action(detail=True, url_path="as-of")
    def as_of(self, request, pk=None):
        then = as_of.engagement_as_of(
            self.get_object(), self._parameters(OnSerializer)["on"], timezone.localdate()
        )
        return Response(AsOfSerializer(then, context=self.get_serializer_context()).data)

    @extend_schema(
        parameters=[ChangesSinceSerializer],
        responses=HistoryEntrySerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def changes(self, request, pk=None):
        """The newest changes since a day; ask again with a later day where there are 200."""
        rows = changes.changes_of(
            [self.get_object().pk],
            changes.moment(self._parameters(ChangesSinceSerializer)["since"]),
        )
        return Response(HistoryEntrySerializer(rows[: changes.MAX_CHANGES], many=True).data)

    def _parameters(self, serializer_class):
        serializer = serializer_class(data=self.request.query_params)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data
