from rest_framework import serializers

from crm.rest.fields import SeenMarkField


class SeenSerializer(serializers.Serializer):
    """`seen` is the `version` one has read, as is the ETag in If-Match: a change made in the meantime is refused."""

    seen = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1, write_only=True
    )


class SeenMarkSerializer(serializers.Serializer):
    """`seen` is the `mark` that one has read: a change made in the meantime is refused."""

    seen = SeenMarkField()


class SealSerializer(serializers.Serializer):
    """`seen` is the seal that came with what one has read: what changed in the meantime is refused."""

    seen = serializers.CharField(
        max_length=64, required=False, allow_blank=True, default="", write_only=True
    )
