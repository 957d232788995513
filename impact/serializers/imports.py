from base64 import b64decode

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.files.uploaded_tables import MAX_BYTES, MAX_ROWS
from crm.rest.fields import ApiWholeField
from impact.models import recorded_by


@extend_schema_field(OpenApiTypes.INT)
class RecordedEngagement(serializers.PrimaryKeyRelatedField):
    """An engagement whose figures the person writes."""

    def get_queryset(self):
        return recorded_by(self.context["request"].user)


class FileInText(serializers.CharField):
    """A file, in base 64."""

    def __init__(self, **kwargs):
        super().__init__(
            help_text="An XLSX, ODS or CSV file, in base 64.",
            max_length=MAX_BYTES * 4 // 3 + 4,
            **kwargs,
        )

    def to_internal_value(self, data):
        try:
            content = b64decode(super().to_internal_value(data), validate=True)
        except ValueError as error:
            raise serializers.ValidationError(_("This is no file in base 64.")) from error
        return ContentFile(content, name="table")


class ImportSerializer(serializers.Serializer):
    engagement = RecordedEngagement()
    text = serializers.CharField(
        max_length=MAX_BYTES, trim_whitespace=False, required=False, allow_blank=True
    )
    file = FileInText(required=False)
    sheet = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of a file: its name. Without it, the first one in which known headings stand.",
    )
    heading = ApiWholeField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_ROWS,
        help_text="The row of the headings, from 1. Without it, the first one in which known headings stand.",
    )
    dry_run = serializers.BooleanField(default=True)

    def validate(self, attrs):
        if ("file" in attrs) == bool(attrs.get("text")):
            raise serializers.ValidationError(
                {"text": _("Paste a table with its headings, or choose a file.")}
            )
        return attrs


class WrongSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    column = serializers.CharField()
    reason = serializers.CharField()


class ImportedSerializer(serializers.Serializer):
    """`rows` that can be read; nothing is written while a cell is wrong."""

    rows = serializers.IntegerField()
    written = serializers.BooleanField(default=False)
    sheet = serializers.CharField(
        help_text="The sheet that was read; empty of what is no workbook."
    )
    sheets = serializers.ListField(child=serializers.CharField())
    heading = serializers.IntegerField(help_text="The row that was taken for the headings.")
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What does not show: hidden rows and such."
    )
    wrong = WrongSerializer(many=True)
