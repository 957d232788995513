from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import Engagement
from volunteers.models import (
    Assignment,
    StaffingNeed,
    Volunteer,
)


class AssignmentSerializer(ModelSerializer):
    volunteer_name = serializers.CharField(source="volunteer.user.full_name", read_only=True)
    sponsor = serializers.IntegerField(
        source="company.pk", read_only=True, label=_("Sponsor company")
    )
    engagement_title = serializers.CharField(source="engagement.title", read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "version",
            "volunteer",
            "volunteer_name",
            "sponsor",
            "engagement",
            "engagement_title",
            "role",
            "need",
            "starts_on",
            "ends_on",
            "days_a_week",
            "confirmed_on",
        ]
        read_only_fields = fields


PAST_LAW = "Says that a mission longer than a loan may last was looked up, where no agreement is in Relais."


class AssignSerializer(ModelSerializer):
    past_law = serializers.BooleanField(default=False, help_text=PAST_LAW)

    class Meta:
        model = Assignment
        fields = [
            "volunteer",
            "engagement",
            "need",
            "role",
            "starts_on",
            "ends_on",
            "days_a_week",
            "past_law",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["volunteer"].queryset = Volunteer.objects.visible_to(request.user)
            self.fields["engagement"].queryset = Engagement.objects.run_by(request.user)
            self.fields["need"].queryset = StaffingNeed.objects.to_staff_by(request.user)


class AssignmentChangeSerializer(SeenSerializer, ModelSerializer):
    past_law = serializers.BooleanField(required=False, help_text=PAST_LAW)

    class Meta:
        model = Assignment
        fields = ["need", "role", "starts_on", "ends_on", "days_a_week", "past_law", "seen"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            own = StaffingNeed.objects.filter(pk=self.context.get("need"))  # also once it is over
            self.fields["need"].queryset = StaffingNeed.objects.to_staff_by(request.user) | own
