from rest_framework import serializers

from crm.models import Contact, Interaction, Organisation, Sdg
from crm.rest.fields import ModelSerializer
from crm.serializers.identifiers import IdentifierField, RnaField
from crm.serializers.seen import SeenSerializer


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
            "id",
            "version",
            "name",
            "is_beneficiary",
            "is_member",
            "is_sponsor",
            "is_funder",
            "siren",
            "siret",
            "rna",
            "legal_category",
            "ess_form",
            "is_esus",
            "general_interest",
            "purpose",
            "staff_count",
            "annual_budget",
            "street",
            "postal_code",
            "city",
            "website",
            "sdgs",
            "seen",
            "is_another",
        ]
        read_only_fields = ["id", "version"]


class ArchiveSerializer(SeenSerializer):
    """Out of the directory; what the organisation took part in keeps its name."""

    why = serializers.CharField(max_length=300)
    anyway = serializers.BooleanField(
        default=False, help_text="Says that what is under way with it was read."
    )


class ContactSerializer(ModelSerializer):
    class Meta:
        model = Contact
        fields = [
            "id",
            "version",
            "organisation",
            "kept_by",
            "full_name",
            "function",
            "email",
            "phone",
        ]
        read_only_fields = fields


class InteractionSerializer(ModelSerializer):
    class Meta:
        model = Interaction
        fields = [
            "id",
            "organisation",
            "kept_by",
            "contact",
            "author",
            "kind",
            "happened_on",
            "text",
        ]
        read_only_fields = fields
