from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from engagements.models import (
    CalendarLink,
    Engagement,
)


class CalendarLinkSerializer(ModelSerializer):
    """`url` is the secret address: told once, when the link is made."""

    url = serializers.CharField(read_only=True, allow_null=True, default=None)
    engagement = serializers.PrimaryKeyRelatedField(
        queryset=Engagement.objects.none(), required=False, allow_null=True, default=None
    )

    class Meta:
        model = CalendarLink
        fields = ["id", "engagement", "created_at", "url"]
        read_only_fields = ["id", "created_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request and request.user.is_authenticated:
            self.fields["engagement"].queryset = Engagement.objects.visible_to(request.user)
