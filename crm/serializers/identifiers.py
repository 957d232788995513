from rest_framework import serializers

from crm.identifiers import compact, compact_rna


class IdentifierField(serializers.CharField):
    """Spaces and dots are fine; empty is absent."""

    def __init__(self, **kwargs):
        super().__init__(required=False, allow_null=True, allow_blank=True, max_length=25, **kwargs)

    def to_internal_value(self, data):
        return compact(super().to_internal_value(data)) or None


class RnaField(IdentifierField):
    """W and nine signs, or the volume and folio of a local register, as people write them."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.max_length = 80

    def to_internal_value(self, data):
        return compact_rna(serializers.CharField.to_internal_value(self, data)) or None
