from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.domain import typed
from crm.models import Contact
from crm.rest.fields import ApiDayField, ApiWholeField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.serializers.succession import TakersSerializer
from volunteers.models import Assignment, PartKnowledge, RelayNote, SolutionPart, Volunteer
from volunteers.models.relay import NOTE_TEXTS
from volunteers.serializers.assignments import PAST_LAW


class LastDaySerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = Assignment
        fields = ["ends_on", "seen"]


class LaterDaySerializer(LastDaySerializer):
    past_law = serializers.BooleanField(default=False, help_text=PAST_LAW)

    class Meta(LastDaySerializer.Meta):
        fields = [*LastDaySerializer.Meta.fields, "past_law"]


class ShortenSerializer(TakersSerializer, LastDaySerializer):
    """With who takes over what the person holds in the engagement."""

    class Meta(LastDaySerializer.Meta):
        fields = [*LastDaySerializer.Meta.fields, *TakersSerializer().fields]


class ReplaceSerializer(TakersSerializer, SeenSerializer):
    volunteer = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none())
    last_day = ApiDayField()
    overlap_days = ApiWholeField(unit=typed.DAYS, min_value=0, max_value=60)
    ends_on = ApiDayField()
    past_law = serializers.BooleanField(default=False, help_text=PAST_LAW)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["volunteer"].queryset = Volunteer.objects.visible_to(request.user)


class ToAttestSerializer(serializers.Serializer):
    """What stands when one issues an attestation; `seen` is its seal."""

    seen = serializers.CharField()
    half_days = serializers.IntegerField()
    half_days_waiting = serializers.IntegerField()
    milestones = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())


class RelayNoteSerializer(ModelSerializer):
    class Meta:
        model = RelayNote
        fields = ["id", "version", "assignment", "successor", *NOTE_TEXTS, "written_on"]
        read_only_fields = fields


class RelayNoteWriteSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = RelayNote
        fields = [*NOTE_TEXTS, "seen"]


class CoveredWeekSerializer(serializers.Serializer):
    monday = serializers.DateField()
    asked = serializers.DecimalField(max_digits=5, decimal_places=2)
    confirmed = serializers.DecimalField(max_digits=5, decimal_places=2)
    proposed = serializers.DecimalField(max_digits=5, decimal_places=2)


class CoveredSkillSerializer(serializers.Serializer):
    skill = serializers.IntegerField(source="skill.pk")
    level = ApiWholeField()
    without_anybody_from = serializers.DateField(source="gap.monday", allow_null=True, default=None)
    lacking_from = serializers.DateField(
        source="lack.monday",
        allow_null=True,
        default=None,
        help_text="The first week not wholly covered.",
    )
    weeks = CoveredWeekSerializer(many=True)


class LeavingSerializer(serializers.Serializer):
    assignment = serializers.IntegerField(source="assignment.pk")
    ends_on = serializers.DateField(source="assignment.ends_on")
    needed_after = serializers.SerializerMethodField()
    successor = serializers.IntegerField(source="successor.pk", allow_null=True, default=None)
    overlap = serializers.IntegerField()
    demanded = serializers.IntegerField()
    note_written_on = serializers.DateField(source="note.written_on", allow_null=True, default=None)

    def get_needed_after(self, leaving) -> list[int]:
        return [skill.pk for skill in leaving.needed_after]


class TermSerializer(serializers.Serializer):
    assignment = serializers.IntegerField(source="assignment.pk")
    ends_on = serializers.DateField(source="assignment.ends_on")
    agreed_until = serializers.DateField(source="limit.agreed_until", allow_null=True, default=None)
    by_law_until = serializers.DateField(source="limit.last_day", allow_null=True, default=None)


class KnownPartSerializer(serializers.Serializer):
    part = serializers.IntegerField(source="part.pk")
    name = serializers.CharField(source="part.name")
    only = serializers.CharField(
        help_text="The one person who knows it; empty where there are more, or nobody."
    )
    leaves_on = serializers.DateField(allow_null=True)
    is_known_by_beneficiary = serializers.BooleanField()


class RelayPlanSerializer(serializers.Serializer):
    ends_on = ApiDayField(allow_null=True)
    demanded_overlap = serializers.IntegerField(source="demand")
    skills = CoveredSkillSerializer(many=True)
    leaving = LeavingSerializer(many=True)
    terms = TermSerializer(many=True)
    parts = KnownPartSerializer(many=True)


class PartKnowledgeSerializer(ModelSerializer):
    class Meta:
        model = PartKnowledge
        fields = ["volunteer", "contact", "level"]
        read_only_fields = fields


class SolutionPartSerializer(ModelSerializer):
    knowledge = PartKnowledgeSerializer(many=True, read_only=True)

    class Meta:
        model = SolutionPart
        fields = ["id", "version", "engagement", "name", "knowledge"]
        read_only_fields = fields


class PartNameSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = SolutionPart
        fields = ["name", "seen"]


class KnowSerializer(SeenSerializer, serializers.Serializer):
    """Who knows the part, and how well; no level: no longer. `seen` is the version of the part."""

    volunteer = serializers.PrimaryKeyRelatedField(
        queryset=Volunteer.objects.none(), required=False
    )
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False)
    level = ApiWholeField(min_value=1, max_value=2, allow_null=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if part := self.context.get("part"):
            user = self.context["request"].user
            team = Volunteer.objects.visible_to(user).filter(
                assignments__engagement=part.engagement_id
            )
            beneficiary = part.engagement.beneficiary_id
            self.fields["volunteer"].queryset = team.distinct()
            self.fields["contact"].queryset = Contact.objects.visible_to(user).filter(
                organisation=beneficiary
            )

    def validate(self, given):
        people = [given[name] for name in ("volunteer", "contact") if given.get(name)]
        if len(people) != 1:
            raise serializers.ValidationError(_("Name either a volunteer or a contact."))
        return {"person": people[0], "level": given["level"], "seen": given.get("seen")}
