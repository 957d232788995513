"""Fields of the API's bodies: JSON numbers are taken as they are, text is read as on every form."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from rest_framework import serializers

from crm.audit import write
from crm.domain import typed
from crm.domain.refusals import in_words


class TypedText:
    """A text is parsed as people type it; JSON numbers are taken as they are."""

    def __init__(self, *, unit=None, **kwargs):
        self.unit = unit
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if isinstance(data, str):
            try:
                data = self.read(data)
            except typed.Unreadable as unreadable:
                raise serializers.ValidationError(str(unreadable), code="invalid") from unreadable
        return super().to_internal_value(data)


class ApiTypedNumber(TypedText):
    """Bounds are refused in the words of the forms."""

    default_error_messages: ClassVar = {
        "max_value": MaxValueValidator.message,
        "min_value": MinValueValidator.message,
    }

    def run_validators(self, value):
        sentences = []
        for check in self.validators:
            try:
                check(value, self) if getattr(check, "requires_context", False) else check(value)
            except ValidationError as error:
                sentences += in_words(error).messages
        if sentences:
            raise serializers.ValidationError(sentences)


class ApiWholeField(ApiTypedNumber, serializers.IntegerField):
    def read(self, text):
        return typed.read_whole(text, self.unit)


class ApiNumberField(ApiTypedNumber, serializers.DecimalField):
    def read(self, text):
        return typed.read_number(text, self.unit)


class ApiDayField(TypedText, serializers.DateField):
    def read(self, text):
        return typed.read_day(text)


class ModelSerializer(serializers.ModelSerializer):
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.IntegerField: ApiWholeField,
        models.SmallIntegerField: ApiWholeField,
        models.BigIntegerField: ApiWholeField,
        models.PositiveIntegerField: ApiWholeField,
        models.PositiveSmallIntegerField: ApiWholeField,
        models.PositiveBigIntegerField: ApiWholeField,
        models.DecimalField: ApiNumberField,
        models.DateField: ApiDayField,
    }

    def build_standard_field(self, field_name, model_field):
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if issubclass(field_class, ApiTypedNumber):
            kwargs["unit"] = typed.UNIT_OF.get(model_field.name)
            kwargs["error_messages"] = {
                bound: check.message
                for check in model_field.validators
                for bound, kind in (
                    ("max_value", MaxValueValidator),
                    ("min_value", MinValueValidator),
                )
                if isinstance(check, kind)
            } | kwargs.get("error_messages", {})
        return field_class, kwargs


class MarkField(serializers.IntegerField):
    """What stands for the version of a row that counts none; `mark_of` of the row, annotated or asked for each."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, help_text="Give it back as “seen”.", **kwargs)

    def get_attribute(self, instance):
        mark = instance.__dict__.get("mark")
        return write.mark_of(instance) if mark is None else mark


class SeenMarkField(serializers.IntegerField):
    """The `mark` that was read; where it is not told, nothing is compared."""

    def __init__(self, **kwargs):
        super().__init__(
            **{"required": False, "allow_null": True, "write_only": True} | kwargs,
            min_value=0,
            max_value=2**63 - 1,
        )
