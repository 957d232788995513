"""How the API's document describes a field."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Says of a read-only text that it may be empty, where its column may: nothing else would know."""

    def _map_serializer_field(self, field, direction, bypass_extensions=False):
        if field.read_only and hasattr(field, "allow_blank") and _column_may_be_empty(field):
            field.allow_blank = True
        return super()._map_serializer_field(field, direction, bypass_extensions)


def _column_may_be_empty(field):
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {column.name: column for column in model._meta.concrete_fields} if model else {}
    return field.source in columns and columns[field.source].blank
