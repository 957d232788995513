from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.fields import ModelSerializer
from crm.rest.views import ScopedViewSet
from crm.serializers.seen import SealSerializer
from volunteers import permissions
from volunteers.models import Assignment, Attestation
from volunteers.selectors import attestations
from volunteers.services.attestations import issue_attestation, revoke_attestation


class AttestationSerializer(ModelSerializer):
    address = serializers.SerializerMethodField()

    class Meta:
        model = Attestation
        fields = [
            "id",
            "assignment",
            "number",
            "address",
            "language",
            "contents",
            "checksum",
            "issued_on",
            "revoked_on",
            "revoked_why",
        ]
        read_only_fields = fields

    def get_address(self, attestation) -> str:
        """Where anyone who holds the paper checks it."""
        return attestations.address_of(attestation)


class AttestationIssueSerializer(SealSerializer):
    """`seen` comes from the mission's `to-attest`."""

    assignment = serializers.PrimaryKeyRelatedField(queryset=Assignment.objects.none())
    signer = serializers.CharField(max_length=150)
    function = serializers.CharField(max_length=150)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="fr")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["assignment"].queryset = Assignment.objects.visible_to(request.user)


class AttestationRevokeSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1_000)


class AttestationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What volunteers did, frozen; issued with all accepted milestones and the skills that were looked for."""

    queryset = Attestation.objects.none()
    serializer_class = AttestationSerializer
    filterset_fields = ["assignment", "issued_on"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=AttestationIssueSerializer, responses={201: AttestationSerializer})
    def create(self, request):
        self.may(permissions.can_staff(request.user))
        fields = self.validated(AttestationIssueSerializer)
        assignment, seen = fields.pop("assignment"), fields.pop("seen", "")
        self.may(permissions.can_change_assignment(request.user, assignment))
        answers = attestations.AttestationAnswers(
            **fields,
            milestones=attestations.milestones_of(assignment),
            skills=attestations.needed_skills_of(assignment),
        )
        issued = issue_attestation(
            assignment, answers, by=request.user, today=timezone.localdate(), seen=seen
        )
        return Response(self.get_serializer(issued).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AttestationRevokeSerializer, responses=AttestationSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk=None):
        attestation = self.get_object()
        self.may(permissions.can_change_assignment(request.user, attestation.assignment))
        fields = self.validated(AttestationRevokeSerializer)
        revoked = revoke_attestation(
            attestation, **fields, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(revoked).data)
