from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from crm.models import User
from crm.rest.fields import ApiDayField, ApiWholeField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import Decision, Engagement, LeadAppointment, PostMortem, Risk, SteeringNote
from engagements.models.post_mortems import TEXTS
from engagements.serializers.leads import PastLeadSerializer
from engagements.serializers.milestones import MilestoneSerializer
from engagements.serializers.progress import LogSerializer, PastBlockerSerializer
from engagements.serializers.solutions import SolutionSerializer
from engagements.serializers.succession import SomebodyIKnow


class OneThatIRun(serializers.PrimaryKeyRelatedField):
    """An engagement that the person runs: anybody else's does not exist."""

    def get_queryset(self):
        return Engagement.objects.run_by(self.context["request"].user)


class LeadIKnow(serializers.PrimaryKeyRelatedField):
    """The appointment of a lead who has no account, in an engagement that the person runs."""

    def get_queryset(self):
        run = Engagement.objects.run_by(self.context["request"].user)
        return LeadAppointment.objects.filter(engagement__in=run)


class DecisionSerializer(SeenSerializer, ModelSerializer):
    engagement = OneThatIRun(queryset=Engagement.objects.all())
    owner = SomebodyIKnow(queryset=User.objects.all(), required=False, allow_null=True)
    owner_lead = LeadIKnow(queryset=LeadAppointment.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Decision
        fields = [
            "id",
            "version",
            "engagement",
            "title",
            "text",
            "decided_on",
            "owner",
            "owner_lead",
            "due_on",
            "done_on",
            "seen",
        ]
        read_only_fields = ["version", "done_on"]


class RiskSerializer(SeenSerializer, ModelSerializer):
    engagement = OneThatIRun(queryset=Engagement.objects.all())
    owner = SomebodyIKnow(queryset=User.objects.all(), required=False, allow_null=True)
    owner_lead = LeadIKnow(queryset=LeadAppointment.objects.all(), required=False, allow_null=True)
    severity = serializers.IntegerField(read_only=True)

    class Meta:
        model = Risk
        fields = [
            "id",
            "version",
            "engagement",
            "title",
            "text",
            "likelihood",
            "impact",
            "severity",
            "response",
            "owner",
            "owner_lead",
            "review_on",
            "closed_on",
            "seen",
        ]
        read_only_fields = ["version", "closed_on"]


class SteeringNoteSerializer(SeenSerializer, ModelSerializer):
    engagement = OneThatIRun(queryset=Engagement.objects.all())

    class Meta:
        model = SteeringNote
        fields = ["id", "version", "engagement", "held_on", "present", "text", "author", "seen"]
        read_only_fields = ["version", "author"]


class FinishSerializer(SeenSerializer):
    done_on = ApiDayField()


class CloseSerializer(SeenSerializer):
    closed_on = ApiDayField()


class PostMortemSerializer(ModelSerializer):
    class Meta:
        model = PostMortem
        fields = ["id", "version", "engagement", *TEXTS, "written_by", "written_on"]
        read_only_fields = fields


class AsOfSerializer(serializers.Serializer):
    """The engagement as it was at the end of a day."""

    on = serializers.DateField()
    title = serializers.CharField(source="engagement.title")
    stage = serializers.CharField(source="engagement.stage")
    coordinator = serializers.IntegerField(source="engagement.coordinator_id")
    stand_in = serializers.IntegerField(source="engagement.stand_in_id", allow_null=True)
    running_cost_ceiling = serializers.DecimalField(
        source="engagement.running_cost_ceiling", max_digits=9, decimal_places=2, allow_null=True
    )
    lead = PastLeadSerializer(allow_null=True)
    milestones = MilestoneSerializer(many=True)
    blockers = PastBlockerSerializer(many=True)
    decisions = DecisionSerializer(many=True)
    risks = RiskSerializer(many=True)
    solutions = SolutionSerializer(many=True)
    logs = LogSerializer(many=True)


class FieldChangeSerializer(serializers.Serializer):
    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


@extend_schema_serializer(component_name="Change")
class HistoryEntrySerializer(serializers.Serializer):
    """One entry of the history; `moved` are the days by which a milestone was moved."""

    at = serializers.DateTimeField(source="entry.at")
    by = serializers.CharField(source="entry.by", allow_null=True)
    kind = serializers.CharField()
    subject = serializers.CharField()
    why = serializers.CharField(source="entry.why", allow_null=True)
    moved = ApiWholeField(allow_null=True)
    changes = FieldChangeSerializer(source="entry.changes", many=True)
