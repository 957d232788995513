from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from engagements.models import Engagement
from volunteers.models import StaffingNeed

FACTS = ["skill", "level", "starts_on", "ends_on", "days_a_week", "note"]
NO_OPTIMISER = _("The optimiser is not installed here: look at the needs one by one.")
TOO_MANY = _("These are more than %(most)s needs: narrow them by skill or engagement.")


class StaffingNeedSerializer(serializers.ModelSerializer):
    engagement_title = serializers.CharField(source="engagement.title", read_only=True)

    class Meta:
        model = StaffingNeed
        fields = ["id", "version", "engagement", "engagement_title", *FACTS, "closed_on"]
        read_only_fields = fields


class StateNeedSerializer(serializers.ModelSerializer):
    class Meta:
        model = StaffingNeed
        fields = ["engagement", *FACTS]

    engagement = serializers.PrimaryKeyRelatedField(queryset=Engagement.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["engagement"].queryset = Engagement.objects.run_by(request.user)


class ChangeNeedSerializer(serializers.ModelSerializer):
    seen = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)

    class Meta:
        model = StaffingNeed
        fields = [*FACTS, "seen"]


class ProposedSerializer(serializers.Serializer):
    """A person for what a need lacks: `share` of it from 0 to 1, at so many `days` a week."""

    volunteer = serializers.IntegerField(source="volunteer.pk")
    full_name = serializers.CharField(source="volunteer.user.full_name")
    days = serializers.DecimalField(max_digits=3, decimal_places=1)
    share = serializers.FloatField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    reasons_for = serializers.ListField(child=serializers.CharField())
    reasons_against = serializers.ListField(child=serializers.CharField())


class AllocatedSerializer(serializers.Serializer):
    """What the best use of people gives a need; `left` is the share that stays uncovered."""

    need = serializers.IntegerField(source="need.pk")
    proposals = ProposedSerializer(many=True)
    left = serializers.FloatField()
