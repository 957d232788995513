from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import ScopedViewSet
from impact import permissions
from impact.models import ImpactReport, ShareLink
from impact.serializers.reports import (
    NewShareLinkSerializer,
    PublishSerializer,
    ReportSerializer,
    ShareLinkSerializer,
    ShareSerializer,
    WholeReportSerializer,
    WordSerializer,
)
from impact.services.reports import publish_report, revoke_share_link, share_report, sign_report


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What was published, frozen and numbered."""

    queryset = ImpactReport.objects.none()
    tells_a_secret = frozenset({"share"})
    filterset_fields = ["engagement", "published_on"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.defer("contents") if self.action == "list" else rows

    def get_serializer_class(self):
        return ReportSerializer if self.action == "list" else WholeReportSerializer

    @extend_schema(request=PublishSerializer, responses={201: WholeReportSerializer})
    def create(self, request):
        """Freezes what is published now."""
        self.may(permissions.can_publish_reports(request.user))
        facts = self.validated(PublishSerializer)
        self.may(permissions.can_run(request.user, facts["engagement"]))
        report = publish_report(
            facts["engagement"], seen=facts["seen"], by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(report).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WordSerializer, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request, pk=None):
        """The beneficiary's word; a disagreement says why."""
        report = self.get_object()
        self.may(permissions.speaks_for_beneficiary(request.user, report))
        facts = self.validated(WordSerializer)
        signed = sign_report(report, **facts, by=request.user, today=timezone.localdate())
        return Response(self.get_serializer(signed).data)

    @extend_schema(request=ShareSerializer, responses={201: NewShareLinkSerializer})
    @action(detail=True, methods=["post"])
    def share(self, request, pk=None):
        report, now = self.get_object(), timezone.now()
        self.may(permissions.can_share_report(request.user, report))
        made, path = share_report(
            report, **self.validated(ShareSerializer), by=request.user, at=now
        )
        link = ShareLink.objects.for_list(now).get(pk=made.pk)
        link.address = request.build_absolute_uri(path)
        return Response(NewShareLinkSerializer(link).data, status=status.HTTP_201_CREATED)


class ShareLinkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Who reads a report by which link, how often, until when: those of the engagements one runs, and one's own."""

    queryset = ShareLink.objects.none()
    serializer_class = ShareLinkSerializer
    filterset_fields = ["report"]
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        return ShareLink.objects.visible_to(self.request.user).for_list(timezone.now())

    @extend_schema(request=None, responses=ShareLinkSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk=None):
        """It opens nothing any longer."""
        revoke_share_link(self.get_object(), by=request.user, at=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)
