from rest_framework import serializers

from crm.domain import typed
from crm.models import Contact
from crm.rest.fields import ApiDayField, ApiWholeField, MarkField, ModelSerializer
from crm.serializers.seen import SeenMarkSerializer
from engagements.models import (
    LeadAppointment,
)
from engagements.serializers.engagements import PLAUSIBLE
from engagements.serializers.succession import TakersSerializer


class AppointSerializer(SeenMarkSerializer, TakersSerializer):
    """`seen` is the `mark` of the appointment that stands, 0 where nobody leads."""

    contact = serializers.PrimaryKeyRelatedField(
        queryset=Contact.objects.none(), required=False, allow_null=True
    )
    new_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    starts_on = ApiDayField(validators=PLAUSIBLE)
    ends_on = ApiDayField(required=False, allow_null=True, validators=PLAUSIBLE)
    share = ApiWholeField(unit=typed.PERCENT, min_value=1, max_value=100, default=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["contact"].queryset = Contact.objects.visible_to(request.user)


class CorrectLeadSerializer(SeenMarkSerializer):
    """Who was meant in place of the lead of today, who was named by mistake this very day.

    `seen` is the `mark` of that lead's appointment.
    """

    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none())
    reason = serializers.CharField(max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["contact"].queryset = Contact.objects.visible_to(request.user)


class LeadSerializer(ModelSerializer):
    mark = MarkField()

    class Meta:
        model = LeadAppointment
        fields = ["id", "mark", "engagement", "contact", "share", "starts_on", "ends_on"]
        read_only_fields = fields


class PastLeadSerializer(LeadSerializer):
    """As it stood on a day that is over: nobody acts on it, so that nothing stands for its version."""

    mark = None

    class Meta(LeadSerializer.Meta):
        fields = [name for name in LeadSerializer.Meta.fields if name != "mark"]
        read_only_fields = fields
