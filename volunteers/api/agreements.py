from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import ScopedViewSet
from crm.web.clock import today_of
from volunteers import permissions
from volunteers.models import SponsorshipAgreement
from volunteers.serializers.agreements import (
    SIDES,
    AgreementChangeSerializer,
    AgreementConsentSerializer,
    AgreementDraftSerializer,
    AgreementEndSerializer,
    AgreementSerializer,
    AgreementSignSerializer,
    AgreementTakeBackSerializer,
)
from volunteers.services import agreements


class AgreementViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What companies and hosts agree on; no money in it."""

    queryset = SponsorshipAgreement.objects.none()
    serializer_class = AgreementSerializer
    filterset_fields = ["sponsor", "host", "volunteer", "form"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=AgreementDraftSerializer, responses={201: AgreementSerializer})
    def create(self, request):
        self.may(permissions.can_staff(request.user))
        agreement = agreements.draft_agreement(
            **self.validated(AgreementDraftSerializer), by=request.user
        )
        return Response(self.get_serializer(agreement).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AgreementChangeSerializer, responses=AgreementSerializer)
    def partial_update(self, request, pk=None):
        agreement = self._written()
        fields = self.validated(AgreementChangeSerializer, partial=True)
        return Response(
            self.get_serializer(
                agreements.change_agreement(agreement, **fields, by=request.user)
            ).data
        )

    @extend_schema(request=AgreementConsentSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def consent(self, request, pk=None):
        agreement = self.get_object()
        self.may(permissions.can_consent(request.user, agreement))
        fields = self.validated(AgreementConsentSerializer)
        agreement = agreements.record_consent(
            agreement, **fields, by=request.user, today=today_of(request)
        )
        return Response(self.get_serializer(agreement).data)

    @extend_schema(request=AgreementSignSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        agreement = self.get_object()
        self.may(
            any(permissions.can_sign_agreement(request.user, agreement, side) for side in SIDES)
        )
        fields = self.validated(AgreementSignSerializer)
        seen = fields.pop("seen", None)
        signature = agreements.AgreementSignature(**fields)
        self.may(permissions.can_sign_agreement(request.user, agreement, signature.side))
        signed = agreements.sign_agreement(
            agreement, signature, by=request.user, today=today_of(request), seen=seen
        )
        return Response(self.get_serializer(signed).data)

    @extend_schema(request=AgreementTakeBackSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk=None):
        agreement = self._written()
        fields = self.validated(AgreementTakeBackSerializer)
        return Response(
            self.get_serializer(
                agreements.take_signatures_back(agreement, **fields, by=request.user)
            ).data
        )

    @extend_schema(request=AgreementEndSerializer, responses=AgreementSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request, pk=None):
        agreement = self._written()
        fields = self.validated(AgreementEndSerializer)
        return Response(
            self.get_serializer(agreements.end_agreement(agreement, **fields, by=request.user)).data
        )

    def _written(self):
        agreement = self.get_object()
        self.may(permissions.can_write_agreement(self.request.user, agreement))
        return agreement
