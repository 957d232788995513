from rest_framework import serializers

from crm.display import messages
from crm.domain.request_states import DeclineReason
from crm.domain.territories import as_territories
from crm.models import (
    Attachment,
    MemberOffer,
    Organisation,
    Referral,
    RequestEntry,
    RequestNote,
    SupportRequest,
)
from crm.rest.fields import ApiDayField, ApiWholeField, ModelSerializer, SeenMarkField
from crm.rest.views import version_in
from crm.serializers.identifiers import IdentifierField, RnaField
from crm.serializers.seen import SeenSerializer
from crm.services.requests import REQUEST_FIELDS


class EntrySerializer(ModelSerializer):
    class Meta:
        model = RequestEntry
        fields = ["id", "kind", "at", "member", "is_from_holder", "text"]
        read_only_fields = fields


class NoteSerializer(ModelSerializer):
    class Meta:
        model = RequestNote
        fields = ["id", "by", "at", "text"]
        read_only_fields = fields


class AttachmentSerializer(ModelSerializer):
    class Meta:
        model = Attachment
        fields = ["id", "name", "media_type", "size", "at"]
        read_only_fields = fields


class RequestSerializer(ModelSerializer):
    """One row of the inbox."""

    class Meta:
        model = SupportRequest
        fields = [
            "id",
            "version",
            "reference",
            "state",
            "waiting_for",
            "waiting_since",
            "due_on",
            "owner",
            "submitted_at",
            "first_answer_at",
            "closed_at",
            "accepted_by",
            "merged_into",
            "organisation",
            "language",
            *("email", "is_address_confirmed", *REQUEST_FIELDS),
        ]
        read_only_fields = fields


class RequestDetailSerializer(RequestSerializer):
    sdgs = serializers.SlugRelatedField(slug_field="number", many=True, read_only=True)
    entries = EntrySerializer(many=True, read_only=True)
    notes = NoteSerializer(many=True, read_only=True)
    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta(RequestSerializer.Meta):
        fields = [*RequestSerializer.Meta.fields, "sdgs", "entries", "notes", "attachments"]
        read_only_fields = fields


class RequestChangeSerializer(SeenSerializer, ModelSerializer):
    siren = IdentifierField()
    siret = IdentifierField()
    rna = RnaField()

    class Meta:
        model = SupportRequest
        fields = [*REQUEST_FIELDS, "seen"]


class QualifySerializer(SeenSerializer):
    organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.active(), required=False, allow_null=True
    )


class TextSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=5_000)


class AskSerializer(SeenSerializer, TextSerializer):
    """A question to the holder."""


class OptionalTextSerializer(SeenSerializer):
    text = serializers.CharField(max_length=5_000, required=False, allow_blank=True)


class ReferSerializer(SeenSerializer):
    offer = serializers.PrimaryKeyRelatedField(
        queryset=MemberOffer.objects.filter(member__archived_at=None)
    )
    override_reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True)


class NobodySerializer(SeenSerializer):
    next_step = serializers.CharField(max_length=5_000)
    review_on = ApiDayField()


class MergeSerializer(SeenSerializer):
    into = serializers.PrimaryKeyRelatedField(queryset=SupportRequest.objects.sent())


class DeclineSerializer(SeenSerializer):
    """`seen` is the version of the request that the member has read."""

    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    text = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class TakeBackReferralSerializer(serializers.Serializer):
    """`seen` is the version of the request that the desk has read."""

    seen = SeenMarkField()

    def validate(self, attrs):
        """The request counts its versions: If-Match may name the one that was read."""
        if attrs.get("seen") is None and (request := self.context.get("request")):
            attrs["seen"] = version_in(request.headers.get("If-Match"))
        return attrs


class FitSerializer(serializers.Serializer):
    """How a member fits a request: every failing rule and every point in words."""

    offer = serializers.IntegerField(source="offer.pk")
    member = serializers.IntegerField(source="fit.member")
    member_name = serializers.CharField(source="offer.member.name")
    can_take = serializers.BooleanField()
    is_eligible = serializers.BooleanField(source="fit.is_eligible")
    is_open = serializers.BooleanField(source="fit.is_open")
    places = serializers.IntegerField(source="offer.places")
    score = serializers.IntegerField(source="fit.score")
    failures = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField(), source="fit.missing")
    notes = serializers.SerializerMethodField()

    def get_failures(self, candidate) -> list[str]:
        return [str(messages.FAILURES[code]) for code in candidate.fit.failures]

    def get_reasons(self, candidate) -> list[dict[str, str | int]]:
        return [
            {"code": code, "points": points, "words": str(messages.reason(code))}
            for code, points in candidate.fit.reasons
        ]

    def get_notes(self, candidate) -> list[str]:
        return [str(messages.NOTES[code]) for code in candidate.fit.notes]


class OfferSerializer(SeenSerializer, ModelSerializer):
    needs = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=110, required=False
    )
    audiences = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=10, required=False
    )
    ess_forms = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=20, required=False
    )
    maturities = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=10, required=False
    )
    departments = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=110, required=False
    )
    goals = serializers.ListField(
        child=ApiWholeField(min_value=1, max_value=17), max_length=17, required=False
    )

    def validate_departments(self, codes):
        return as_territories(", ".join(codes))

    class Meta:
        model = MemberOffer
        fields = [
            "id",
            "version",
            "member",
            "is_open",
            "places",
            "needs",
            "audiences",
            "ess_forms",
            "maturities",
            "departments",
            "goals",
            "lead",
            "staff_min",
            "staff_max",
            "budget_min",
            "budget_max",
            "running_min",
            "lends_sponsored_teams",
            "asks_fr",
            "asks_en",
            "email",
            "seen",
        ]
        read_only_fields = ["id", "version", "member"]


class ReplaySerializer(serializers.Serializer):
    """What a changed offer would have done with past requests; nothing is saved."""

    requests = serializers.IntegerField()
    changed = serializers.IntegerField()
    moves = serializers.ListField(child=serializers.DictField())


class ReferralSerializer(ModelSerializer):
    class Meta:
        model = Referral
        fields = [
            "id",
            "request",
            "member",
            "state",
            "score",
            "failures",
            "reasons",
            "missing",
            "override_reason",
            "proposed_at",
            "due_on",
            "answered_at",
            "decline_reason",
            "decline_text",
        ]
        read_only_fields = fields
