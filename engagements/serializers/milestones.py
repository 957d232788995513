from rest_framework import serializers

from crm.domain.request_states import BARRIERS
from crm.models import User
from crm.rest.fields import ApiDayField, ApiWholeField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import (
    Milestone,
    MilestoneTemplate,
    Solution,
)
from engagements.serializers.engagements import PLAUSIBLE


class MilestoneSerializer(ModelSerializer):
    slip = serializers.IntegerField(read_only=True)
    after = serializers.SerializerMethodField(help_text="The milestones that it waits for.")

    class Meta:
        model = Milestone
        fields = [
            "id",
            "version",
            "engagement",
            "title",
            "owner",
            "planned_first_on",
            "planned_on",
            "done_on",
            "accepted_on",
            "accepted_by",
            "acceptance_comment",
            "slip",
            "after",
        ]
        read_only_fields = fields

    def get_after(self, milestone) -> list[int]:
        return sorted(wait.after_id for wait in milestone.waits_for.all())


class MilestoneWriteSerializer(SeenSerializer, ModelSerializer):
    why = serializers.CharField(required=False, allow_blank=True, max_length=300)
    after = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=Milestone.objects.none()
    )

    class Meta:
        model = Milestone
        fields = ["title", "planned_on", "owner", "after", "why", "seen"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = self.context.get("people", User.objects.none())
        self.fields["after"].child_relation.queryset = self.context.get(
            "others", Milestone.objects.none()
        )


class PlanSerializer(serializers.Serializer):
    """Milestones from templates. Without `codes`, all that are proposed for the kind and the barriers."""

    kind = serializers.ChoiceField(choices=Solution.Kind.choices)
    barriers = serializers.ListField(
        child=serializers.ChoiceField(choices=list(BARRIERS)), required=False, default=list
    )
    first_on = ApiDayField(validators=PLAUSIBLE)
    codes = serializers.ListField(
        child=serializers.SlugField(max_length=40), required=False, max_length=100
    )


class TemplateSerializer(ModelSerializer):
    class Meta:
        model = MilestoneTemplate
        fields = ["code", "kind", "barrier", "title_fr", "title_en", "days", "after", "position"]
        read_only_fields = fields


class FollowersQuerySerializer(serializers.Serializer):
    planned_on = ApiDayField(validators=PLAUSIBLE)


class FollowerSerializer(serializers.Serializer):
    """A milestone that moves along; `seen` is the version of it that was read."""

    id = ApiWholeField(min_value=1, max_value=2**63 - 1)
    title = serializers.CharField(read_only=True)
    planned_on = ApiDayField(validators=PLAUSIBLE)
    seen = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class MoveMilestoneSerializer(SeenSerializer):
    planned_on = ApiDayField(validators=PLAUSIBLE)
    why = serializers.CharField(required=False, allow_blank=True, max_length=300)
    along = serializers.ListField(child=FollowerSerializer(), required=False, max_length=200)


class DoneSerializer(SeenSerializer):
    done_on = ApiDayField()


class AcceptSerializer(SeenSerializer):
    comment = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class ReasonSerializer(SeenSerializer):
    why = serializers.CharField(max_length=300)
