"""Fields of the API's bodies: JSON numbers are taken as they are, text is read as on every form."""

from django.db import models
from rest_framework import serializers

from crm import typed


class TypedText:
    """What is text is read as people type it; the rest goes its usual way."""

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


class WholeField(TypedText, serializers.IntegerField):
    def read(self, text):
        return typed.read_whole(text, self.unit)


class NumberField(TypedText, serializers.DecimalField):
    def read(self, text):
        return typed.read_number(text, self.unit)


class DayField(TypedText, serializers.DateField):
    def read(self, text):
        return typed.read_day(text)


class ModelSerializer(serializers.ModelSerializer):
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        **dict.fromkeys([models.IntegerField, models.SmallIntegerField, models.BigIntegerField], WholeField),
        **dict.fromkeys([models.PositiveIntegerField, models.PositiveSmallIntegerField], WholeField),
        models.PositiveBigIntegerField: WholeField,
        models.DecimalField: NumberField,
        models.DateField: DayField,
    }

    def build_standard_field(self, field_name, model_field):
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if issubclass(field_class, WholeField | NumberField) and model_field.name in typed.UNIT_OF:
            kwargs["unit"] = typed.UNIT_OF[model_field.name]
        return field_class, kwargs
