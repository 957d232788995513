"""Who reads the impact of an engagement: those who work in it, and those who fund it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.domain.roles import Role
from engagements.models import Engagement
from impact.models.funding import Funding


def reported_to(user):
    """The engagements whose published impact the person reads."""
    working = Engagement.objects.visible_to(user)
    if not user.holds(Role.FUNDER):
        return working
    return Engagement.objects.filter(Q(pk__in=working.values("pk")) | Q(pk__in=funded_by(user)))


def recorded_by(user):
    """The engagements whose figures the person writes: those they run, and those they lead."""
    run = Q(pk__in=Engagement.objects.run_by(user).values("pk"))
    if not user.holds(Role.LEAD):
        return Engagement.objects.filter(run)
    return Engagement.objects.filter(run | Q(pk__in=Engagement.objects.led_by(user).values("pk")))


def funded_by(user):
    """Ids of the engagements that the person's organisations fund and still read about."""
    readable = Funding.objects.readable(timezone.localdate())
    return readable.filter(funder__in=user.organisations_as(Role.FUNDER)).values("engagement")


class OfReportedEngagement(models.QuerySet):
    def visible_to(self, user):
        return self.filter(engagement__in=reported_to(user).values("pk"))


class OfReportedMetric(models.QuerySet):
    def visible_to(self, user):
        return self.filter(metric__engagement__in=reported_to(user).values("pk"))
