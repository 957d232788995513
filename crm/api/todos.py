"""What needs me, and what I have put off, without the HTML."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import mixins, serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.domain.todos import KEY
from crm.models import Snooze
from crm.rest.fields import ModelSerializer
from crm.rest.views import ScopedViewSet
from crm.services import snoozes
from crm.services.digest import todos_of


@extend_schema_serializer(component_name="Need")  # programs know it by this name
class ToDoSerializer(serializers.Serializer):
    """`key` puts it off; it changes with the fact."""

    key = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    since = serializers.DateField()
    url = serializers.CharField(help_text="The page on which one acts.")
    verb = serializers.CharField()
    level = serializers.CharField(allow_blank=True, help_text="act, unknown, watch, or empty.")


class ToDoList(APIView):
    """What waits for me, as the home page tells it, without what I have put off."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: ToDoSerializer(many=True)}, operation_id="needs_list")
    def get(self, request):
        return Response(
            ToDoSerializer(todos_of(request.user, timezone.localdate()), many=True).data
        )


class SnoozeSerializer(ModelSerializer):
    key = serializers.RegexField(KEY, max_length=100)

    class Meta:
        model = Snooze
        fields = ["id", "key", "title", "until"]
        read_only_fields = ["id"]


class SnoozeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    queryset = Snooze.objects.none()
    serializer_class = SnoozeSerializer
    permission_classes = [IsAuthenticated]

    def create(self, request):
        row = snoozes.snooze(**self.validated(SnoozeSerializer), by=request.user, at=timezone.now())
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request, pk=None):
        snoozes.show_again(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
