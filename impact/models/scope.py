"""Who reads the impact of an engagement: those who work in it, and those who fund it."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from engagements.models import Engagement
from engagements.models.engagements import EngagementQuerySet
from impact.models.funding import Funding

Row = TypeVar("Row", bound=models.Model)


def reported_to(user: User) -> EngagementQuerySet:
    """The engagements whose published impact the person reads."""
    working = Engagement.objects.visible_to(user)
    if not user.holds(Role.FUNDER):
        return working
    return Engagement.objects.filter(Q(pk__in=working.values("pk")) | Q(pk__in=funded_by(user)))


def recorded_by(user: User) -> EngagementQuerySet:
    """The engagements whose measurements the person records: those they run, and those they lead."""
    run = Q(pk__in=Engagement.objects.run_by(user).values("pk"))
    if not user.holds(Role.LEAD):
        return Engagement.objects.filter(run)
    return Engagement.objects.filter(run | Q(pk__in=Engagement.objects.led_by(user).values("pk")))


def funded_by(user: User) -> models.QuerySet[Funding, Any]:  # rows of ids, for `in` of a query
    """The keys of the engagements that the person's organisations fund and still read about."""
    readable = Funding.objects.readable(timezone.localdate())
    return readable.filter(funder__in=user.organisations_as(Role.FUNDER)).values("engagement")


class OfReportedEngagement(models.QuerySet[Row]):
    """Rows with an `engagement`: whoever reads its impact reads them."""

    def visible_to(self, user: User) -> Self:
        return self.filter(engagement__in=reported_to(user).values("pk"))


class OfReportedMetric(models.QuerySet[Row]):
    """Rows with a `metric`: whoever reads the impact of its engagement reads them."""

    def visible_to(self, user: User) -> Self:
        return self.filter(metric__engagement__in=reported_to(user).values("pk"))
