from rest_framework import serializers

from crm.forms.organisations import members_of
from crm.models import Organisation
from crm.rest.fields import ApiDayField, ModelSerializer
from crm.serializers.seen import SeenSerializer
from engagements.models import Engagement
from volunteers.domain.agreement_contents import missing_of
from volunteers.models import SponsorshipAgreement, Volunteer
from volunteers.services.agreements import AGREEMENT_FIELDS, SIGNATURE_FIELDS

SIDES = ["sponsor", "host"]


class AgreementSerializer(ModelSerializer):
    sponsor_name = serializers.CharField(source="sponsor.name", read_only=True)
    host_name = serializers.CharField(source="host.name", read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = SponsorshipAgreement
        fields = [
            *("id", "version", "sponsor_name", "host_name", "missing", *AGREEMENT_FIELDS),
            *("consent_on", *SIGNATURE_FIELDS, "ended_on", "end_reason"),
        ]
        read_only_fields = fields

    def get_missing(self, agreement) -> list[str]:
        """The mandatory contents that are not written down, in words."""
        return missing_of(agreement)


class AgreementDraftSerializer(ModelSerializer):
    class Meta:
        model = SponsorshipAgreement
        fields = AGREEMENT_FIELDS
        extra_kwargs = {"form": {"required": True}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            sponsors = Organisation.objects.visible_to(request.user).filter(is_sponsor=True)
            self.fields["sponsor"].queryset = sponsors
            self.fields["host"].queryset = members_of(request.user)
            self.fields["volunteer"].queryset = Volunteer.objects.visible_to(request.user)
            self.fields["engagement"].queryset = Engagement.objects.run_by(request.user)


class AgreementChangeSerializer(SeenSerializer, AgreementDraftSerializer):
    class Meta(AgreementDraftSerializer.Meta):
        fields = [*AGREEMENT_FIELDS, "seen"]


class AgreementConsentSerializer(SeenSerializer):
    on = ApiDayField()


class AgreementSignSerializer(AgreementConsentSerializer):
    side = serializers.ChoiceField(choices=SIDES)
    name = serializers.CharField(max_length=150)


class AgreementTakeBackSerializer(SeenSerializer):
    reason = serializers.CharField(max_length=1_000)


class AgreementEndSerializer(AgreementConsentSerializer, AgreementTakeBackSerializer):
    pass
