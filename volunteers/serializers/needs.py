from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.rest.fields import ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import Engagement
from volunteers.models import StaffingNeed
from volunteers.selectors import coverage
from volunteers.services.needs import NEED_FIELDS

NO_OPTIMISER = _("The optimiser is not installed here: look at the needs one by one.")
TOO_MANY = _("These are more than %(most)s needs: narrow them by skill or engagement.")


class CoverSerializer(serializers.Serializer):
    """Working days from today on (all of them once it is over): asked for, confirmed, and what waits to be."""

    state = serializers.ChoiceField(choices=["covered", "partly", "proposed", "nobody", "nothing"])
    asked = serializers.DecimalField(max_digits=9, decimal_places=1)
    confirmed = serializers.DecimalField(max_digits=9, decimal_places=1)
    proposed = serializers.DecimalField(max_digits=9, decimal_places=1)


class CoveredNeedsSerializer(serializers.ListSerializer):
    """What the needs of one page have is read at once."""

    def to_representation(self, rows):
        rows = list(rows)
        self.child.covers = coverage.coverage_of(rows, timezone.localdate())
        return super().to_representation(rows)


class StaffingNeedSerializer(ModelSerializer):
    engagement_title = serializers.CharField(source="engagement.title", read_only=True)
    cover = serializers.SerializerMethodField()
    covers: ClassVar = {}

    class Meta:
        model = StaffingNeed
        fields = [
            "id",
            "version",
            "engagement",
            "engagement_title",
            *NEED_FIELDS,
            "closed_on",
            "cover",
        ]
        read_only_fields = fields
        list_serializer_class = CoveredNeedsSerializer

    @extend_schema_field(CoverSerializer)
    def get_cover(self, need):
        coverage_by_need = self.covers or coverage.coverage_of([need], timezone.localdate())
        return CoverSerializer(coverage_by_need[need.pk]).data


class StateNeedSerializer(ModelSerializer):
    class Meta:
        model = StaffingNeed
        fields = ["engagement", *NEED_FIELDS]

    engagement = serializers.PrimaryKeyRelatedField(queryset=Engagement.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["engagement"].queryset = Engagement.objects.run_by(request.user)


class ChangeNeedSerializer(SeenSerializer, ModelSerializer):
    class Meta:
        model = StaffingNeed
        fields = [*NEED_FIELDS, "seen"]


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
