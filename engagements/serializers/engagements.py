from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.domain import typed
from crm.domain.day_field import EARLIEST, LATEST
from crm.domain.request_states import BARRIERS
from crm.models import Contact, Interaction, Organisation, Referral, User
from crm.rest.fields import DayField, ModelSerializer, WholeField
from crm.serializers.organisations import SeenSerializer
from engagements.domain.stages import Stage
from engagements.models import (
    Blocker,
    CalendarLink,
    Engagement,
    LeadAppointment,
    Milestone,
    MilestoneTemplate,
    PostMortem,
    ProgressLog,
    Solution,
)
from engagements.models.post_mortems import TEXTS
from engagements.serializers.succession import TakersSerializer

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
            *("id", "version", "title", "beneficiary", "beneficiary_name", "member", "coordinator", "stage"),
            *("stage_entered_on", "started_on", "stopped_on", "stop_reason", "need", "summary_fr", "summary_en"),
            *("running_cost_ceiling", "last_news_on", "request", "stand_in", "health"),
        ]
        read_only_fields = fields

    def get_health(self, engagement) -> dict | None:
        told = self.context["health"](engagement)
        return {"level": told.level, "reasons": list(told.reasons)} if told else None


class OpenSerializer(ModelSerializer):
    class Meta:
        model = Engagement
        fields = ["title", "beneficiary", "member", "coordinator", "started_on", "need", "summary_fr", "summary_en"]

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
    started_on = DayField(validators=PLAUSIBLE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "coordinators" in self.context:
            self.fields["referral"].queryset = Referral.objects.visible_to(self.context["request"].user)
            self.fields["coordinator"].queryset = self.context["coordinators"]


class ChangeSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = Engagement
        fields = [
            *("title", "coordinator", "started_on", "need", "summary_fr", "summary_en"),
            *("running_cost_ceiling", "stand_in", "seen"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "coordinators" in self.context:
            self.fields["coordinator"].queryset = self.context["coordinators"]
            self.fields["stand_in"].queryset = Contact.objects.visible_to(self.context["request"].user)


class PostMortemTextsSerializer(ModelSerializer):
    class Meta:
        model = PostMortem
        fields = TEXTS


class MoveSerializer(SeenSerializer):
    to = serializers.ChoiceField(choices=Stage.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)
    post_mortem = PostMortemTextsSerializer(required=False)
    ends_missions = serializers.BooleanField(
        default=False, help_text="With `to` “stopped”: the missions that are open end the same day, or never begin."
    )


class AppointSerializer(TakersSerializer):
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False, allow_null=True)
    new_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    starts_on = DayField(validators=PLAUSIBLE)
    ends_on = DayField(required=False, allow_null=True, validators=PLAUSIBLE)
    share = WholeField(unit=typed.PERCENT, min_value=1, max_value=100, default=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["contact"].queryset = Contact.objects.visible_to(request.user)


class CorrectLeadSerializer(serializers.Serializer):
    """Who was meant in place of the lead of today, who was named by mistake this very day."""

    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none())
    reason = serializers.CharField(max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["contact"].queryset = Contact.objects.visible_to(request.user)


class LeadSerializer(ModelSerializer):
    class Meta:
        model = LeadAppointment
        fields = ["id", "engagement", "contact", "share", "starts_on", "ends_on"]
        read_only_fields = fields


class MilestoneSerializer(ModelSerializer):
    slip = serializers.IntegerField(read_only=True)
    after = serializers.SerializerMethodField(help_text="The milestones that it waits for.")

    class Meta:
        model = Milestone
        fields = [
            *("id", "version", "engagement", "title", "owner", "planned_first_on", "planned_on", "done_on"),
            *("accepted_on", "accepted_by", "acceptance_comment", "slip", "after"),
        ]
        read_only_fields = fields

    def get_after(self, milestone) -> list[int]:
        return sorted(wait.after_id for wait in milestone.waits_for.all())


class MilestoneWriteSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(required=False, allow_blank=True, max_length=300)
    after = serializers.PrimaryKeyRelatedField(many=True, required=False, queryset=Milestone.objects.none())

    class Meta:
        model = Milestone
        fields = ["title", "planned_on", "owner", "after", "why", "seen"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = self.context.get("people", User.objects.none())
        self.fields["after"].child_relation.queryset = self.context.get("others", Milestone.objects.none())


class PlanSerializer(serializers.Serializer):
    """Milestones from templates. Without `codes`, all that are proposed for the kind and the barriers."""

    kind = serializers.ChoiceField(choices=Solution.Kind.choices)
    barriers = serializers.ListField(
        child=serializers.ChoiceField(choices=list(BARRIERS)), required=False, default=list
    )
    first_on = DayField(validators=PLAUSIBLE)
    codes = serializers.ListField(child=serializers.SlugField(max_length=40), required=False, max_length=100)


class TemplateSerializer(ModelSerializer):
    class Meta:
        model = MilestoneTemplate
        fields = ["code", "kind", "barrier", "title_fr", "title_en", "days", "after", "position"]
        read_only_fields = fields


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


class DoneSerializer(SeenSerializer):
    done_on = DayField()


class AcceptSerializer(SeenSerializer):
    comment = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class ReasonSerializer(SeenSerializer):
    why = serializers.CharField(max_length=300)


class LogSerializer(ModelSerializer):
    class Meta:
        model = ProgressLog
        fields = ["id", "version", "engagement", "author", "week", "done", "blocked", "next", "is_nothing", "audience"]
        read_only_fields = fields


class LogWriteSerializer(SeenSerializer):
    week = DayField(validators=PLAUSIBLE)
    done = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    blocked = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    next = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    opens_blocker = serializers.BooleanField(default=False)
    audience = serializers.ChoiceField(choices=ProgressLog.Audience.choices, default=ProgressLog.Audience.TEAM)


class BlockerSerializer(ModelSerializer):
    class Meta:
        model = Blocker
        fields = ["id", "engagement", "text", "owner", "opened_on", "opened_by", "resolved_on", "resolution"]
        read_only_fields = fields


class ResolveSerializer(serializers.Serializer):
    resolution = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class InteractionWriteSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Interaction.Kind.choices)
    happened_on = DayField(validators=PLAUSIBLE)
    text = serializers.CharField(max_length=10_000)
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False, allow_null=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["contact"].queryset = Contact.objects.visible_to(request.user)


class SolutionSerializer(ModelSerializer):
    class Meta:
        model = Solution
        fields = [
            "id",
            "version",
            "engagement",
            "name",
            "kind",
            "url",
            "repository",
            "stack",
            "licence",
            "accessibility",
        ]
        read_only_fields = fields
