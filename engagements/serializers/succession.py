"""Who takes over from somebody who leaves."""

from django.db.models import Q
from rest_framework import serializers

from crm.models import Membership, User
from engagements.models import Engagement


class SomebodyIKnow(serializers.PrimaryKeyRelatedField):
    """Somebody who works in an engagement that the person runs; the service asks whether it is this one."""

    def get_queryset(self):
        user = self.context["request"].user
        if user.is_administrator:
            return User.objects.all()
        run = Engagement.objects.run_by(user)
        on_them = Q(teams__engagement__in=run) | Q(coordinated__in=run)
        on_them |= Q(contacts__lead_appointments__engagement__in=run)
        on_them |= Q(pk__in=User.objects.coordinating_beside(user))
        return User.objects.filter(pk__in=User.objects.filter(on_them).values("pk"))


def taker(what):
    return SomebodyIKnow(
        queryset=User.objects.all(),
        required=False,
        allow_null=True,
        help_text=f"Who takes over {what} of the one who leaves; without anybody it waits for somebody.",
    )


class TakersSerializer(serializers.Serializer):
    takes_engagement = taker("the engagements that are followed")
    takes_decision = taker("the open decisions")
    takes_risk = taker("the open risks")
    takes_milestone = taker("the milestones to come")
    takes_blocker = taker("the open blockers")


class TakeOverSerializer(TakersSerializer):
    reason = serializers.CharField(max_length=300)


class DepartureSerializer(TakeOverSerializer):
    """The role that ends today; without one, the account is closed."""

    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))
    role = serializers.PrimaryKeyRelatedField(
        queryset=Membership.objects.all(),
        required=False,
        allow_null=True,
        help_text="The number of a membership.",
    )


class WaitingSerializer(serializers.Serializer):
    """What of an engagement waits for somebody: numbers by kind."""

    engagement = serializers.ListField(child=serializers.IntegerField())
    decision = serializers.ListField(child=serializers.IntegerField())
    risk = serializers.ListField(child=serializers.IntegerField())
    milestone = serializers.ListField(child=serializers.IntegerField())
    blocker = serializers.ListField(child=serializers.IntegerField())
