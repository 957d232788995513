from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.models import Organisation
from crm.rest.fields import ApiDayField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from volunteers.models import (
    Skill,
    Volunteer,
    VolunteerSkill,
)


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
            raise serializers.ValidationError(
                {"sponsor": _("The company changes from a day on: use change-company.")}
            )
        return given

    def validate_levels(self, rows):
        levels = {row["skill"]: row["level"] for row in rows}
        if len(levels) < len(rows):
            raise serializers.ValidationError(_("A skill is named once, with one level."))
        return levels


class ChangeCompanySerializer(serializers.Serializer):
    """The company that employs the person from the day `on`."""

    to = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.none())
    on = ApiDayField()
    seen = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["to"].queryset = Organisation.objects.visible_to(request.user)


class VolunteerSerializer(ModelSerializer):
    levels = LevelSerializer(many=True, read_only=True)
    full_name = serializers.CharField(source="user.full_name", read_only=True)
    sponsor = serializers.IntegerField(
        source="company.pk", read_only=True, label=_("Sponsor company")
    )
    sponsor_name = serializers.CharField(source="company.name", read_only=True)

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
    proposed = serializers.DecimalField(
        max_digits=3, decimal_places=1, help_text="Of those promised: to confirm."
    )
    free = serializers.DecimalField(
        max_digits=3, decimal_places=1, allow_null=True, help_text="Null: away."
    )


class CapacitySerializer(serializers.Serializer):
    id = serializers.IntegerField(source="volunteer.pk")
    full_name = serializers.CharField(source="volunteer.user.full_name")
    weeks = FreeWeekSerializer(many=True)
