from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from crm.domain.day_field import EARLIEST, LATEST
from crm.models import Contact, Organisation, Referral, User
from crm.rest.fields import ApiDayField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.domain.stages import Stage
from engagements.models import (
    Engagement,
    PostMortem,
)
from engagements.models.post_mortems import TEXTS

PLAUSIBLE = [
    MinValueValidator(EARLIEST, _("Give a date between 2000 and 2099.")),
    MaxValueValidator(LATEST, _("Give a date between 2000 and 2099.")),
]


class EngagementSerializer(ModelSerializer):
    beneficiary_name = serializers.CharField(source="beneficiary.name", read_only=True)
    health = serializers.SerializerMethodField()

    class Meta:
        model = Engagement
        fields = [
            "id",
            "version",
            "title",
            "beneficiary",
            "beneficiary_name",
            "member",
            "coordinator",
            "stage",
            "stage_entered_on",
            "started_on",
            "stopped_on",
            "stop_reason",
            "need",
            "summary_fr",
            "summary_en",
            "running_cost_ceiling",
            "last_news_on",
            "request",
            "stand_in",
            "health",
        ]
        read_only_fields = fields

    def get_health(self, engagement) -> dict | None:
        health = self.context["health"](engagement)
        return {"level": health.level, "reasons": list(health.reasons)} if health else None


class OpenSerializer(ModelSerializer):
    class Meta:
        model = Engagement
        fields = [
            "title",
            "beneficiary",
            "member",
            "coordinator",
            "started_on",
            "need",
            "summary_fr",
            "summary_en",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "members" in self.context:
            user = self.context["request"].user
            self.fields["beneficiary"].queryset = Organisation.objects.visible_to(user)
            self.fields["member"].queryset = self.context["members"]
            self.fields["coordinator"].queryset = self.context["coordinators"]


class AcceptReferralSerializer(SeenSerializer):
    """A member's acceptance of a support request; the engagement opens with everything the holder told.

    `seen` is the version of the request that the member has read.
    """

    referral = serializers.PrimaryKeyRelatedField(queryset=Referral.objects.none())
    title = serializers.CharField(max_length=200)
    coordinator = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())
    started_on = ApiDayField(validators=PLAUSIBLE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "coordinators" in self.context:
            self.fields["referral"].queryset = Referral.objects.visible_to(
                self.context["request"].user
            )
            self.fields["coordinator"].queryset = self.context["coordinators"]


@extend_schema_serializer(component_name="Change")
class EngagementChangeSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = Engagement
        fields = [
            "title",
            "coordinator",
            "started_on",
            "need",
            "summary_fr",
            "summary_en",
            "running_cost_ceiling",
            "stand_in",
            "seen",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "coordinators" in self.context:
            self.fields["coordinator"].queryset = self.context["coordinators"]
            self.fields["stand_in"].queryset = Contact.objects.visible_to(
                self.context["request"].user
            )


class PostMortemTextsSerializer(ModelSerializer):
    class Meta:
        model = PostMortem
        fields = TEXTS


class MoveSerializer(SeenSerializer):
    to = serializers.ChoiceField(choices=Stage.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)
    post_mortem = PostMortemTextsSerializer(required=False)
    ends_missions = serializers.BooleanField(
        default=False,
        source="ends_assignments",
        help_text="With `to` “stopped”: the missions that are open end the same day, or never begin.",
    )
