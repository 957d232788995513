"""Support requests, referrals and offers: the desk's pages without the HTML."""

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm import permissions
from crm.filters import RequestFilter
from crm.models import MemberOffer, Referral, RequestEntry, RequestNote, Sdg, SupportRequest
from crm.rest.views import ScopedViewSet
from crm.selectors import orientation
from crm.serializers.requests import (
    AskSerializer,
    DeclineSerializer,
    FitSerializer,
    MergeSerializer,
    NobodySerializer,
    OfferSerializer,
    OptionalTextSerializer,
    QualifySerializer,
    ReferralSerializer,
    ReferSerializer,
    ReplaySerializer,
    RequestChangeSerializer,
    RequestDetailSerializer,
    RequestSerializer,
    TakeBackReferralSerializer,
    TextSerializer,
)
from crm.serializers.seen import SeenSerializer
from crm.services import offers, referrals, requests


class SupportRequestViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = SupportRequest.objects.none()
    serializer_class = RequestSerializer
    filterset_class = RequestFilter
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "post", "patch", "head", "options"]

    def get_serializer_class(self):
        return RequestDetailSerializer if self.action == "retrieve" else RequestSerializer

    def get_queryset(self):
        rows = SupportRequest.objects.visible_to(self.request.user).order_by("submitted_at", "pk")
        if self.action == "retrieve":
            rows = rows.prefetch_related(
                Prefetch("sdgs", Sdg.objects.order_by("number")),
                Prefetch("entries", RequestEntry.objects.order_by("at", "pk")),
                Prefetch("notes", RequestNote.objects.order_by("at", "pk")),
                "attachments",
            )
        return rows

    def filter_queryset(self, queryset):
        """The filter is the list's: a closed request is still found by its number."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def _saved_row(self, support_request):
        """The answer: the request as it is saved now."""
        support_request.refresh_from_db()
        return Response(RequestSerializer(support_request).data)

    def _as_desk(self):
        support_request = self.get_object()
        self.may(permissions.can_triage(self.request.user))
        return support_request, {"by": self.request.user, "at": timezone.now()}

    @extend_schema(request=RequestChangeSerializer, responses=RequestSerializer)
    def partial_update(self, request, pk=None):
        support_request, who = self._as_desk()
        facts = dict(self.validated(RequestChangeSerializer, partial=True))
        requests.change_request(
            support_request,
            facts,
            by=who["by"],
            organisation=support_request.organisation,
            seen=facts.get("seen"),
        )
        return self._saved_row(support_request)

    @extend_schema(request=None, responses=FitSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def candidates(self, request, pk=None):
        """Every member, the best first, with what speaks for and against."""
        support_request, _who = self._as_desk()
        return Response(FitSerializer(orientation.candidates_for(support_request), many=True).data)

    @extend_schema(request=QualifySerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def qualify(self, request, pk=None):
        support_request, who = self._as_desk()
        requests.qualify(support_request, **self.validated(QualifySerializer), **who)
        return self._saved_row(support_request)

    @extend_schema(request=TextSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def note(self, request, pk=None):
        support_request = self.get_object()
        requests.write_note(
            support_request, **self.validated(TextSerializer), by=request.user, at=timezone.now()
        )
        return self._saved_row(support_request)

    @extend_schema(request=AskSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def question(self, request, pk=None):
        support_request = self.get_object()
        referral = support_request.referrals.open().select_related("member").first()
        as_member = referral is not None and permissions.can_answer(request.user, referral)
        self.may(as_member or permissions.can_triage(request.user))
        member = referral.member if as_member else None
        values = self.validated(AskSerializer)
        requests.ask_holder(
            support_request, **values, by=request.user, at=timezone.now(), member=member
        )
        return self._saved_row(support_request)

    @extend_schema(request=ReferSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def refer(self, request, pk=None):
        support_request, who = self._as_desk()
        referrals.refer(support_request, **self.validated(ReferSerializer), **who)
        return self._saved_row(support_request)

    @extend_schema(request=NobodySerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def nobody(self, request, pk=None):
        support_request, who = self._as_desk()
        requests.nobody_fits(support_request, **self.validated(NobodySerializer), **who)
        return self._saved_row(support_request)

    @extend_schema(request=MergeSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request, pk=None):
        support_request, who = self._as_desk()
        requests.merge_request(support_request, **self.validated(MergeSerializer), **who)
        return self._saved_row(support_request)

    @extend_schema(request=SeenSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def unmerge(self, request, pk=None):
        support_request, who = self._as_desk()
        requests.unmerge_request(support_request, **self.validated(SeenSerializer), **who)
        return self._saved_row(support_request)

    @extend_schema(request=OptionalTextSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        support_request, who = self._as_desk()
        requests.withdraw_request(support_request, **self.validated(OptionalTextSerializer), **who)
        return self._saved_row(support_request)


class ReferralViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Referral.objects.none()
    serializer_class = ReferralSerializer
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "post", "head", "options"]

    def _saved_row(self, referral):
        """The answer: the referral as it is saved now."""
        referral.refresh_from_db()
        return Response(ReferralSerializer(referral).data)

    @extend_schema(request=DeclineSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        referral = self.get_object()
        self.may(permissions.can_answer(request.user, referral))
        referrals.decline(
            referral, **self.validated(DeclineSerializer), by=request.user, at=timezone.now()
        )
        return self._saved_row(referral)

    @extend_schema(request=TakeBackReferralSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk=None):
        referral = self.get_object()
        self.may(permissions.can_triage(request.user))
        values = self.validated(TakeBackReferralSerializer)
        referrals.take_back(referral, **values, by=request.user, at=timezone.now())
        return self._saved_row(referral)


class MemberOfferViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = MemberOffer.objects.none()
    serializer_class = OfferSerializer
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "post", "patch", "head", "options"]

    def get_queryset(self):
        """By key: the page's order, by the member's name, is no column that a cursor could hold."""
        return MemberOffer.objects.visible_to(self.request.user).order_by("pk")

    makes = frozenset({"try_on"})  # nothing is saved

    def _changed(self):
        offer = self.get_object()
        self.may(permissions.can_change_offer(self.request.user, offer))
        values = dict(self.validated(OfferSerializer, partial=True))
        version = values.pop("seen", None)
        for name, value in values.items():
            setattr(offer, name, value)
        return offer, version

    @extend_schema(request=OfferSerializer, responses=OfferSerializer)
    def partial_update(self, request, pk=None):
        offer, version = self._changed()
        return Response(
            OfferSerializer(offers.save_offer(offer, by=request.user, seen=version)).data
        )

    @extend_schema(request=OfferSerializer, responses=ReplaySerializer)
    @action(detail=True, methods=["post"], url_path="try")
    def try_on(self, request, pk=None):
        """Where past requests would have gone; nothing is saved."""
        offer, _seen = self._changed()
        replay, moves = orientation.try_offer(offer)
        rows = [
            {"from": move.before, "to": move.after, "requests": move.requests} for move in moves
        ]
        contents = {"requests": replay.requests, "changed": replay.changed, "moves": rows}
        return Response(ReplaySerializer(contents).data)
