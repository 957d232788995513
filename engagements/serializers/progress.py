from rest_framework import serializers

from crm.rest.fields import ApiDayField, MarkField, ModelSerializer
from crm.serializers.seen import SeenMarkSerializer, SeenSerializer
from engagements.models import (
    Blocker,
    ProgressLog,
)
from engagements.serializers.engagements import PLAUSIBLE


class LogSerializer(ModelSerializer):
    class Meta:
        model = ProgressLog
        fields = [
            "id",
            "version",
            "engagement",
            "author",
            "week",
            "done",
            "blocked",
            "next",
            "is_nothing",
            "audience",
        ]
        read_only_fields = fields


class LogWriteSerializer(SeenSerializer):
    week = ApiDayField(validators=PLAUSIBLE)
    done = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    blocked = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    next = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    opens_blocker = serializers.BooleanField(default=False)
    blocks_again = serializers.BooleanField(
        default=False, help_text="Says that what was resolved blocks again."
    )
    audience = serializers.ChoiceField(
        choices=ProgressLog.Audience.choices, default=ProgressLog.Audience.TEAM
    )


class BlockerSerializer(ModelSerializer):
    mark = MarkField()

    class Meta:
        model = Blocker
        fields = [
            "id",
            "mark",
            "engagement",
            "text",
            "owner",
            "opened_on",
            "opened_by",
            "resolved_on",
            "resolution",
        ]
        read_only_fields = fields


class PastBlockerSerializer(BlockerSerializer):
    """As it stood on a day that is over: nobody acts on it, so that nothing stands for its version."""

    mark = None

    class Meta(BlockerSerializer.Meta):
        fields = [name for name in BlockerSerializer.Meta.fields if name != "mark"]
        read_only_fields = fields


class ResolveSerializer(SeenMarkSerializer):
    resolution = serializers.CharField(required=False, allow_blank=True, max_length=2_000)
