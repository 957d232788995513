from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.domain.request_states import BARRIERS
from crm.rest.fields import ApiDayField, ApiWholeField, ModelSerializer
from crm.serializers.seen import SealSerializer, SeenSerializer
from engagements.models import (
    BarrierAssessment,
    Drill,
    Engagement,
    ExitOutcome,
    OwnershipItem,
    RunningCost,
    Side,
    Signature,
    SurvivalCheck,
)
from engagements.serializers.engagements import PLAUSIBLE


class OfEngagementSerializer(SeenSerializer, ModelSerializer):
    """A part that is written whole: its engagement is among those the person runs or leads, and never changes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if engagements := self.context.get("engagements"):
            self.fields["engagement"].queryset = engagements
        if self.instance is not None and "engagement" in self.fields:
            self.fields["engagement"].read_only = True

    def validate(self, attrs):
        engagement = self.initial_data.get("engagement") if self.instance is not None else None
        if engagement is not None and str(engagement) != str(self.instance.engagement_id):
            raise serializers.ValidationError({"engagement": [_("It stays with its engagement.")]})
        return super().validate(attrs)


class RunningCostSerializer(OfEngagementSerializer):
    price = serializers.DecimalField(max_digits=14, decimal_places=4, read_only=True)
    decision = serializers.CharField(
        required=False, allow_blank=True, max_length=2_000, write_only=True
    )
    engagement = serializers.PrimaryKeyRelatedField(queryset=Engagement.objects.none())
    starts_on = ApiDayField(validators=PLAUSIBLE)
    ends_on = ApiDayField(required=False, allow_null=True, validators=PLAUSIBLE)
    free_until = ApiDayField(required=False, allow_null=True, validators=PLAUSIBLE)

    class Meta:
        model = RunningCost
        fields = [
            "id",
            "version",
            "engagement",
            "kind",
            "label",
            "quantity",
            "unit_price",
            "period",
            "price",
            "payer",
            "starts_on",
            "ends_on",
            "free_until",
            "decision",
            "seen",
        ]
        read_only_fields = ["id", "version"]


class OwnershipSerializer(OfEngagementSerializer):
    engagement = serializers.PrimaryKeyRelatedField(queryset=Engagement.objects.none())
    since = ApiDayField(validators=PLAUSIBLE)

    class Meta:
        model = OwnershipItem
        fields = [
            "id",
            "version",
            "engagement",
            "kind",
            "label",
            "holder",
            "holder_name",
            "since",
            "where",
            "seen",
        ]
        read_only_fields = ["id", "version"]


class DrillSerializer(OfEngagementSerializer):
    engagement = serializers.PrimaryKeyRelatedField(queryset=Engagement.objects.none())
    done_on = ApiDayField(validators=PLAUSIBLE)

    class Meta:
        model = Drill
        fields = [
            "id",
            "version",
            "engagement",
            "kind",
            "name",
            "done_on",
            "done_by",
            "outcome",
            "evidence",
            "evidence_url",
            "seen",
        ]
        read_only_fields = ["id", "version"]


class SignatureSerializer(ModelSerializer):
    class Meta:
        model = Signature
        fields = ["id", "engagement", "occasion", "side", "agrees", "comment", "name", "signed_at"]
        read_only_fields = fields


class ToSignSerializer(serializers.Serializer):
    """What stands when one signs; `seen` is its seal."""

    seen = serializers.CharField()
    owners = OwnershipSerializer(many=True)
    costs = RunningCostSerializer(many=True)
    drills = DrillSerializer(many=True)
    drills_to_do = serializers.ListField(child=serializers.CharField())


class SignSerializer(SealSerializer):
    """`side` is the one the person signs for; `seen` comes from `to-sign`."""

    occasion = serializers.ChoiceField(choices=Signature.Occasion.choices)
    side = serializers.ChoiceField(choices=Side.choices)
    agrees = serializers.BooleanField()
    comment = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    name = serializers.CharField(max_length=150)


class AssessmentSerializer(ModelSerializer):
    class Meta:
        model = BarrierAssessment
        fields = [
            *("id", "version", "engagement", "moment", "side", *BARRIERS, "comment", "assessed_on"),
        ]
        read_only_fields = fields


class AssessSerializer(SeenSerializer):
    moment = serializers.ChoiceField(choices=BarrierAssessment.Moment.choices)
    side = serializers.ChoiceField(choices=Side.choices)
    culture = ApiWholeField(min_value=0, max_value=4)
    expertise = ApiWholeField(min_value=0, max_value=4)
    finance = ApiWholeField(min_value=0, max_value=4)
    time = ApiWholeField(min_value=0, max_value=4)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class LeversSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = ExitOutcome
        fields = ["engagement", "version", "legitimacy", "skills", "comment", "seen"]
        read_only_fields = ["engagement", "version"]


class SurvivalSerializer(ModelSerializer):
    is_alive = serializers.BooleanField(read_only=True, allow_null=True)

    class Meta:
        model = SurvivalCheck
        fields = [
            "id",
            "version",
            "engagement",
            "months",
            "due_on",
            "asked_on",
            "answered_on",
            "answered_by",
            "is_running",
            "usage",
            "keeper",
            "last_release_on",
            "comment",
            "is_alive",
        ]
        read_only_fields = fields


class SurvivalAnswerSerializer(SeenSerializer):
    is_running = serializers.BooleanField()
    usage = serializers.ChoiceField(choices=SurvivalCheck.Usage.choices)
    keeper = serializers.ChoiceField(choices=SurvivalCheck.Keeper.choices)
    answered_by = serializers.CharField(max_length=150)
    last_release_on = ApiDayField(required=False, allow_null=True, validators=PLAUSIBLE)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=4_000)


class BurdenSerializer(serializers.Serializer):
    """What the organisation itself pays over three years; without a month where it pays nothing."""

    starts_on = serializers.DateField(allow_null=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    peak = serializers.DecimalField(max_digits=14, decimal_places=2)
    peak_on = serializers.DateField(allow_null=True)
    ceiling = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
    over = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    share = serializers.FloatField(
        allow_null=True, help_text="Of the yearly budget; null where it is not known."
    )


class OutcomesSerializer(serializers.Serializer):
    """Of the engagements started in a year; `year` is null for all of them."""

    year = serializers.IntegerField(allow_null=True)
    started = serializers.IntegerField()
    running = serializers.IntegerField()
    delivered = serializers.IntegerField()
    autonomous = serializers.IntegerField()
    stopped = serializers.IntegerField()
    due = serializers.IntegerField(help_text="Have stood alone for a year.")
    alive = serializers.IntegerField()
    over = serializers.IntegerField(help_text="No longer run, or no longer used.")
    silent = serializers.IntegerField(help_text="Have not answered.")
