from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from crm.rest.views import ScopedViewSet
from crm.serializers.seen import SeenSerializer
from crm.web.clock import their_clock
from engagements.serializers.progress import LogSerializer
from volunteers import permissions
from volunteers.models import Assignment
from volunteers.selectors.weeks import notes_on, week_of
from volunteers.serializers import weeks
from volunteers.serializers.assignments import (
    AssignmentChangeSerializer,
    AssignmentSerializer,
    AssignSerializer,
)
from volunteers.services import assignments
from volunteers.services.weeks import WorkedWeek, log_work


class AssignmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_fields = ["engagement", "volunteer"]
    permission_classes = [IsAuthenticated]
    makes = frozenset({"create", "log_week"})

    @extend_schema(request=AssignSerializer, responses={201: AssignmentSerializer})
    def create(self, request):
        self.may(permissions.can_staff(request.user))
        fields = self.validated(AssignSerializer)
        volunteer, engagement = fields.pop("volunteer"), fields.pop("engagement")
        past_law = fields.pop("past_law")
        assignment = assignments.assign(
            volunteer,
            engagement,
            assignments.AssignmentTerms(**fields),
            by=request.user,
            today=timezone.localdate(),
            past_law=past_law,
        )
        return Response(self.get_serializer(assignment).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssignmentChangeSerializer, responses=AssignmentSerializer)
    def partial_update(self, request, pk=None):
        assignment = self._changeable()
        context = {"need": assignment.need_id}
        fields = self.validated(AssignmentChangeSerializer, context=context, partial=True)
        return Response(
            self.get_serializer(
                assignments.change_assignment(assignment, **fields, by=request.user)
            ).data
        )

    @extend_schema(request=SeenSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk=None):
        assignment, fields = self._changeable(), self.validated(SeenSerializer)
        confirmed = assignments.confirm_assignment(
            assignment, **fields, by=request.user, today=timezone.localdate()
        )
        return Response(self.get_serializer(confirmed).data)

    @extend_schema(
        request=weeks.WeekSerializer,
        responses={200: weeks.WeekNotesSerializer, 201: weeks.LoggedWeekSerializer, 204: None},
    )
    @action(detail=True, methods=["post"], url_path="log-week")
    def log_week(self, request, pk=None):
        """Nobody logs for somebody else. Days alone are saved without a log: 204, or 200 with what is to be said."""
        assignment = self.get_object()
        self.may(permissions.can_log_week(request.user, assignment))
        fields = {"days": {}} | self.validated(weeks.WeekSerializer)
        seen = fields.pop("seen", None)
        worked = WorkedWeek(**fields)
        before = week_of(assignment, worked.week, request.user)
        with their_clock(request):
            log = log_work(assignment, worked, by=request.user, at=timezone.now(), seen=seen)
        days = {} if worked.is_nothing else worked.days
        notes_on_week = notes_on(assignment, worked.week, days, before, request.user)
        notes = {"notes": [note.sentence for note in notes_on_week]}
        if log is not None:
            return Response(LogSerializer(log).data | notes, status=status.HTTP_201_CREATED)
        if notes["notes"]:
            return Response(notes)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _changeable(self):
        assignment = self.get_object()
        self.may(permissions.can_change_assignment(self.request.user, assignment))
        return assignment
