from rest_framework import serializers

from crm.domain.workdays import monday_of
from crm.rest.fields import ApiDayField, ApiWholeField
from crm.serializers.seen import SeenSerializer
from engagements.serializers.engagements import PLAUSIBLE
from engagements.serializers.progress import LogSerializer
from volunteers.models import (
    FULL_DAY,
)


class DaySerializer(serializers.Serializer):
    day = ApiDayField()
    half_days = ApiWholeField(min_value=0, max_value=FULL_DAY)


class ReadMonthSerializer(serializers.Serializer):
    month = ApiDayField()
    version = ApiWholeField(min_value=1, max_value=2**31 - 1)


class WeekSerializer(SeenSerializer):
    """One week of one's own assignment; `week` is its Monday, or another of its days."""

    week = ApiDayField(validators=PLAUSIBLE)
    done = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    blocked = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    next = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    is_nothing = serializers.BooleanField(default=False)
    opens_blocker = serializers.BooleanField(default=False)
    blocks_again = serializers.BooleanField(
        default=False, help_text="Says that what was resolved blocks again."
    )
    more_days = serializers.BooleanField(
        default=False,
        help_text="Says that more than twice the days promised a week were worked indeed.",
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
