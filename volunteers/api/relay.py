"""The relay of an engagement: the pages without the HTML."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import SEEN, ScopedViewSet
from crm.serializers.seen import SeenSerializer
from engagements.models import Engagement
from engagements.permissions import can_run
from engagements.services.succession import Succession
from volunteers import permissions
from volunteers.models import Assignment, RelayNote, SolutionPart
from volunteers.selectors import attestations, relay
from volunteers.serializers.assignments import AssignmentSerializer
from volunteers.serializers.relay import (
    KnowSerializer,
    LaterDaySerializer,
    PartNameSerializer,
    RelayNoteSerializer,
    RelayNoteWriteSerializer,
    RelayPlanSerializer,
    ReplaceSerializer,
    ShortenSerializer,
    SolutionPartSerializer,
    ToAttestSerializer,
)
from volunteers.services import parts
from volunteers.services.relay import Replacement, extend, replace, shorten, write_note


class AssignmentRelayViewSet(ScopedViewSet):
    """What becomes of a mission: it ends later, sooner, or somebody else takes over."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    permission_classes = [IsAuthenticated]
    makes = frozenset({"relay_note"})

    @extend_schema(request=LaterDaySerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request, pk=None):
        assignment = self._changeable()
        fields = self.validated(LaterDaySerializer)
        return Response(AssignmentSerializer(extend(assignment, **fields, by=request.user)).data)

    @extend_schema(request=ShortenSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def shorten(self, request, pk=None):
        assignment = self._changeable()
        fields = self.validated(ShortenSerializer)
        succession = Succession.of(fields, timezone.localdate())
        shortened = shorten(assignment, **fields, by=request.user, succession=succession)
        return Response(AssignmentSerializer(shortened).data)

    @extend_schema(request=ReplaceSerializer, responses=RelayNoteSerializer)
    @action(detail=True, methods=["post"])
    def replace(self, request, pk=None):
        assignment = self._changeable()
        fields, today = self.validated(ReplaceSerializer), timezone.localdate()
        seen, past_law = fields.pop("seen", None), fields.pop("past_law")
        replacement = Replacement(succession=Succession.of(fields, today), **fields)
        note = replace(
            assignment, replacement, by=request.user, today=today, seen=seen, past_law=past_law
        )
        return Response(RelayNoteSerializer(note).data)

    @extend_schema(request=RelayNoteWriteSerializer, responses=RelayNoteSerializer)
    @action(detail=True, methods=["post"], url_path="relay-note")
    def relay_note(self, request, pk=None):
        inside = Assignment.objects.filter(
            engagement__in=Engagement.objects.visible_to(request.user)
        )
        assignment = get_object_or_404(inside.for_list(), pk=pk)
        self.may(permissions.can_write_relay_note(request.user, assignment, timezone.localdate()))
        fields = self.validated(RelayNoteWriteSerializer, partial=True)
        note = write_note(assignment, **fields, by=request.user, today=timezone.localdate())
        return Response(RelayNoteSerializer(note).data)

    @extend_schema(responses=ToAttestSerializer)
    @action(detail=True, methods=["get"], url_path="to-attest")
    def to_attest(self, request, pk=None):
        """What an attestation of this mission would count now; with its seal, to give back as `seen`."""
        assignment = self._changeable()
        confirmed, waiting = attestations.half_days_of(assignment)
        contents = {
            "seen": attestations.seal_of(assignment),
            "half_days": confirmed,
            "half_days_waiting": waiting,
            "milestones": attestations.milestones_of(assignment).values_list("title", flat=True),
            "skills": attestations.needed_skills_of(assignment),
        }
        return Response(ToAttestSerializer(contents).data)

    def _changeable(self):
        assignment = self.get_object()
        self.may(permissions.can_change_assignment(self.request.user, assignment))
        return assignment


class RelayPlanViewSet(ScopedViewSet):
    """By the number of the engagement."""

    queryset = Engagement.objects.none()
    serializer_class = RelayPlanSerializer
    permission_classes = [IsAuthenticated]
    makes = frozenset({"add_part"})

    def get_queryset(self):
        return Engagement.objects.visible_to(self.request.user).order_by("pk")

    def retrieve(self, request, pk=None):
        plan = relay.plan_of(self.get_object(), timezone.localdate())
        return Response(RelayPlanSerializer(plan).data)

    @extend_schema(request=PartNameSerializer, responses={201: SolutionPartSerializer})
    @action(detail=True, methods=["post"], url_path="add-part")
    def add_part(self, request, pk=None):
        engagement = self.get_object()
        self.may(can_run(request.user, engagement))
        name = self.validated(PartNameSerializer)["name"]
        part = parts.save_part(SolutionPart(engagement=engagement, name=name), by=request.user)
        return Response(SolutionPartSerializer(part).data, status=status.HTTP_201_CREATED)


class RelayNoteViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = RelayNote.objects.none()
    serializer_class = RelayNoteSerializer
    filterset_fields = ["assignment", "assignment__engagement"]
    permission_classes = [IsAuthenticated]


class SolutionPartViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Parts of a solution and who knows them; a person of the team says what they know themselves."""

    queryset = SolutionPart.objects.none()
    serializer_class = SolutionPartSerializer
    filterset_fields = ["engagement"]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=PartNameSerializer, responses=SolutionPartSerializer)
    def partial_update(self, request, pk=None):
        part = self._changeable()
        fields = self.validated(PartNameSerializer, partial=True)
        part.name = fields.get("name", part.name)
        parts.save_part(part, seen=fields.get("seen"), by=request.user)
        return self._shown(part)

    @extend_schema(parameters=[SEEN], responses={204: None})
    def destroy(self, request, pk=None):
        parts.remove_part(
            self._changeable(), **self.validated_query(SeenSerializer), by=request.user
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=KnowSerializer, responses=SolutionPartSerializer)
    @action(detail=True, methods=["post"])
    def know(self, request, pk=None):
        part = self.get_object()
        is_runner = can_run(request.user, part.engagement)
        self.may(
            is_runner
            or permissions.can_say_what_they_know(
                request.user, part.engagement, timezone.localdate()
            )
        )
        fields = self.validated(KnowSerializer, context={"part": part})
        self.may(is_runner or getattr(fields["person"], "user_id", None) == request.user.pk)
        parts.know(part, fields["person"], fields["level"], seen=fields["seen"], by=request.user)
        return self._shown(part)

    def _shown(self, part):
        return Response(self.get_serializer(self.get_queryset().get(pk=part.pk)).data)

    def _changeable(self):
        part = self.get_object()
        self.may(can_run(self.request.user, part.engagement))
        return part
