"""What the home page asks of engagements, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from crm.domain.roles import Role
from crm.domain.todos import MAX_SHOWN
from engagements.domain import health
from engagements.models import (
    Engagement,
    HealthRule,
)

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Trouble:
    """`before` is the level of a week ago, where it was better."""

    engagement: Engagement
    health: health.Health
    before: health.HealthLevel | None = None


def troubles_of(user, today, most=MAX_SHOWN):
    """[Trouble] of the active engagements that the person runs, worst first, `most` at the most."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    rules = HealthRule.objects.in_force()
    found = (
        Engagement.objects.run_by(user)
        .active()
        .with_facts(today)
        .filter(health.needing(today, rules))
        .select_related("beneficiary")
        .order_by(health.severity(today, rules).desc(), "last_news_on", "pk")[:most]
    )
    return [_trouble(engagement, today, rules) for engagement in found]


def _trouble(engagement, today, rules):
    now, before = (
        health.of(engagement, today, rules),
        health.level(engagement, today - WEEK, rules),
    )
    worse = health.SEVERITY[now.level] > health.SEVERITY[before]
    return Trouble(engagement, now, before if worse else None)


def own_of(user):
    """The active engagements that the person coordinates or leads, by name: the way in from the home page."""
    own = Q(coordinator=user)
    if user.holds(Role.LEAD):
        own |= Q(beneficiary__in=user.organisations_as(Role.LEAD))
    visible = Engagement.objects.visible_to(user).active().filter(own)
    return visible.select_related("beneficiary").order_by("sort_title", "pk")[:MAX_SHOWN]
