from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.domain.workdays import monday_of
from crm.models import Organisation
from crm.rest.fields import DayField, ModelSerializer, WholeField
from crm.serializers.organisations import SeenSerializer
from engagements.models import Engagement
from engagements.serializers.engagements import PLAUSIBLE, LogSerializer
from volunteers.models import (
    FULL_DAY,
    Assignment,
    DayCorrection,
    DayDisagreement,
    MonthSheet,
    Skill,
    StaffingNeed,
    Volunteer,
    VolunteerSkill,
    WorkDay,
)
from volunteers.selectors import month_sheets


class SkillSerializer(ModelSerializer):
    class Meta:
        model = Skill
        fields = ["id", "name_fr", "name_en"]


class LevelSerializer(ModelSerializer):
    """A skill and its level; level 0 is a wish to learn it."""

    skill = serializers.PrimaryKeyRelatedField(queryset=Skill.objects.order_by("pk"))

    class Meta:
        model = VolunteerSkill
        fields = ["skill", "level"]


class VolunteerChangeSerializer(SeenSerializer, ModelSerializer):
    levels = LevelSerializer(many=True, required=False)

    class Meta:
        model = Volunteer
        fields = ["days_a_week", "available_from", "available_to", "languages", "levels", "seen"]

    def validate(self, given):
        if "sponsor" in self.initial_data:
            raise serializers.ValidationError({"sponsor": _("The company changes from a day on: use change-company.")})
        return given

    def validate_levels(self, rows):
        levels = {row["skill"]: row["level"] for row in rows}
        if len(levels) < len(rows):
            raise serializers.ValidationError(_("A skill is named once, with one level."))
        return levels


class ChangeCompanySerializer(serializers.Serializer):
    """The company that employs the person from the day `on`."""

    to = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.none())
    on = DayField()
    seen = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["to"].queryset = Organisation.objects.visible_to(request.user)


class VolunteerSerializer(ModelSerializer):
    levels = LevelSerializer(many=True, read_only=True)
    full_name = serializers.CharField(source="user.full_name", read_only=True)
    sponsor_name = serializers.CharField(source="sponsor.name", read_only=True)

    class Meta:
        model = Volunteer
        fields = [
            "id",
            "version",
            "full_name",
            "sponsor",
            "sponsor_name",
            "days_a_week",
            "available_from",
            "available_to",
            "languages",
            "levels",
        ]
        read_only_fields = fields


class FreeWeekSerializer(serializers.Serializer):
    monday = serializers.DateField()
    promised = serializers.DecimalField(max_digits=3, decimal_places=1)
    proposed = serializers.DecimalField(max_digits=3, decimal_places=1, help_text="Of those promised: to confirm.")
    free = serializers.DecimalField(max_digits=3, decimal_places=1, allow_null=True, help_text="Null: away.")


class CapacitySerializer(serializers.Serializer):
    id = serializers.IntegerField(source="volunteer.pk")
    full_name = serializers.CharField(source="volunteer.user.full_name")
    weeks = FreeWeekSerializer(many=True)


class AssignmentSerializer(ModelSerializer):
    volunteer_name = serializers.CharField(source="volunteer.user.full_name", read_only=True)
    engagement_title = serializers.CharField(source="engagement.title", read_only=True)

    class Meta:
        model = Assignment
        fields = [
            *("id", "version", "volunteer", "volunteer_name", "sponsor", "engagement", "engagement_title", "role"),
            *("need", "starts_on", "ends_on", "days_a_week", "confirmed_on"),
        ]
        read_only_fields = fields


PAST_LAW = "Says that a mission longer than a loan may last was looked up, where no agreement is in Relais."


class AssignSerializer(ModelSerializer):
    past_law = serializers.BooleanField(default=False, help_text=PAST_LAW)

    class Meta:
        model = Assignment
        fields = ["volunteer", "engagement", "need", "role", "starts_on", "ends_on", "days_a_week", "past_law"]

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
            self.fields["need"].queryset = StaffingNeed.objects.to_staff_by(request.user)


class DaySerializer(serializers.Serializer):
    day = DayField()
    half_days = WholeField(min_value=0, max_value=FULL_DAY)


class ReadMonthSerializer(serializers.Serializer):
    month = DayField()
    version = WholeField(min_value=1, max_value=2**31 - 1)


class WeekSerializer(SeenSerializer):
    """One week of one's own assignment; `week` is its Monday, or another of its days."""

    week = DayField(validators=PLAUSIBLE)
    done = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    blocked = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    next = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    is_nothing = serializers.BooleanField(default=False)
    opens_blocker = serializers.BooleanField(default=False)
    more_days = serializers.BooleanField(
        default=False, help_text="Says that more than twice the days promised a week were worked indeed."
    )
    days = DaySerializer(many=True, required=False)
    undoes = ReadMonthSerializer(
        many=True,
        required=False,
        help_text="The months that the lead has confirmed, as they were read: a changed day takes that word back.",
    )

    def validate_undoes(self, months):
        return {row["month"]: row["version"] for row in months}

    def validate_week(self, day):
        """Any day of a week names it."""
        return monday_of(day)

    def validate_days(self, days):
        return {row["day"]: row["half_days"] for row in days}


class WeekNotesSerializer(serializers.Serializer):
    """What the page says beside a week that it saves: public holidays that were worked, more days than promised…"""

    notes = serializers.ListField(child=serializers.CharField(), read_only=True)


class LoggedWeekSerializer(WeekNotesSerializer, LogSerializer):
    class Meta(LogSerializer.Meta):
        fields = [*LogSerializer.Meta.fields, "notes"]
        read_only_fields = fields


class WorkDaySerializer(ModelSerializer):
    class Meta:
        model = WorkDay
        fields = ["id", "assignment", "day", "half_days"]
        read_only_fields = fields


class MonthSheetSerializer(ModelSerializer):
    volunteer_name = serializers.CharField(source="assignment.volunteer.user.full_name", read_only=True)
    engagement_title = serializers.CharField(source="assignment.engagement.title", read_only=True)
    lead_name = serializers.CharField(source="lead_by.full_name", read_only=True, default="")
    sponsor_name = serializers.CharField(source="sponsor_by.full_name", read_only=True, default="")

    class Meta:
        model = MonthSheet
        fields = [
            *("id", "version", "assignment", "volunteer_name", "engagement_title", "month", "state"),
            *("lead_name", "lead_at", "sponsor_name", "sponsor_at"),
        ]
        read_only_fields = fields


class DayDisagreementSerializer(ModelSerializer):
    author_name = serializers.CharField(source="author.full_name", read_only=True)

    class Meta:
        model = DayDisagreement
        fields = ["id", "sheet", "day", "side", "comment", "author_name", "raised_at", "settled_at"]
        read_only_fields = ["id", "sheet", "side", "author_name", "raised_at", "settled_at"]


class DayCorrectionSerializer(ModelSerializer):
    author_name = serializers.CharField(source="author.full_name", read_only=True)

    class Meta:
        model = DayCorrection
        fields = ["id", "sheet", "day", "before", "half_days", "reason", "author_name", "made_at"]
        read_only_fields = ["id", "sheet", "before", "author_name", "made_at"]


class MonthDaySerializer(serializers.Serializer):
    day = DayField()
    half_days = serializers.IntegerField()
    in_mission = serializers.BooleanField()
    is_off = serializers.BooleanField()
    holiday = serializers.CharField(allow_null=True)
    disagreements = DayDisagreementSerializer(many=True)
    corrections = DayCorrectionSerializer(many=True)


class MonthSheetDetailSerializer(MonthSheetSerializer):
    days = serializers.SerializerMethodField()

    class Meta(MonthSheetSerializer.Meta):
        fields = [*MonthSheetSerializer.Meta.fields, "days"]
        read_only_fields = fields

    @extend_schema_field(MonthDaySerializer(many=True))
    def get_days(self, sheet):
        return MonthDaySerializer(month_sheets.days_of(sheet), many=True).data


class MonthConfirmSerializer(SeenSerializer):
    """The version counts the changes of the days as well."""
