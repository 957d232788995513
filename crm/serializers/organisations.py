from rest_framework import serializers

from crm.identifiers import compact, compact_rna
from crm.models import Contact, Interaction, Organisation, Sdg
from crm.rest.fields import ModelSerializer


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


class SeenSerializer(serializers.Serializer):
    """`seen` is the `version` one has read, as is the ETag in If-Match: a change made in the meantime is refused."""

    seen = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1, write_only=True)


class SealSerializer(serializers.Serializer):
    """`seen` is the seal that came with what one has read: what changed in the meantime is refused."""

    seen = serializers.CharField(max_length=64, required=False, allow_blank=True, default="", write_only=True)


class SdgSerializer(ModelSerializer):
    class Meta:
        model = Sdg
        fields = ["number", "name_fr", "name_en", "colour"]


class OrganisationSerializer(SeenSerializer, ModelSerializer):
    siren = IdentifierField()
    siret = IdentifierField()
    rna = RnaField()
    is_another = serializers.BooleanField(
        required=False,
        write_only=True,
        help_text="True where the directory has an organisation of this name and this is not the same.",
    )
    sdgs = serializers.SlugRelatedField(
        slug_field="number", many=True, required=False, queryset=Sdg.objects.order_by("number")
    )

    class Meta:
        model = Organisation
        fields = [
            *("id", "version", "name", "is_beneficiary", "is_member", "is_sponsor", "is_funder"),
            *("siren", "siret", "rna", "legal_category", "ess_form", "is_esus", "general_interest"),
            *("purpose", "staff_count", "annual_budget", "street", "postal_code", "city", "website"),
            *("sdgs", "seen", "is_another"),
        ]
        read_only_fields = ["id", "version"]


class ContactSerializer(ModelSerializer):
    class Meta:
        model = Contact
        fields = ["id", "organisation", "kept_by", "full_name", "function", "email", "phone"]
        read_only_fields = fields


class InteractionSerializer(ModelSerializer):
    class Meta:
        model = Interaction
        fields = ["id", "organisation", "kept_by", "contact", "author", "kind", "happened_on", "text"]
        read_only_fields = fields


class MembershipSerializer(serializers.Serializer):
    role = serializers.CharField()
    organisation = serializers.IntegerField(source="organisation_id")
    organisation_name = serializers.CharField(source="organisation.name")


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    full_name = serializers.CharField()
    email = serializers.EmailField()
    memberships = MembershipSerializer(many=True)
