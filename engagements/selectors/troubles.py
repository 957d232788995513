"""What the home page reads of engagements, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from crm.domain.roles import Role
from crm.domain.todos import MAX_SHOWN
from crm.models import User
from engagements.domain import health
from engagements.domain.health import Health, HealthLevel, Rule
from engagements.models import Engagement, EngagementQuerySet, HealthRule

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Trouble:
    """An engagement whose health is not good; `before` is its level a week ago, where that was better."""

    engagement: Engagement
    health: Health
    before: HealthLevel | None = None


def troubles_of(user: User, today: date, limit: int = MAX_SHOWN) -> list[Trouble]:
    """The troubles of the active engagements that the person runs, worst first, `limit` at most."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    rules = HealthRule.objects.in_force()
    engagements = (
        Engagement.objects.run_by(user)
        .active()
        .with_facts(today)
        .filter(health.in_trouble(today, rules))
        .select_related("beneficiary")
        .order_by(health.severity(today, rules).desc(), "last_news_on", "pk")[:limit]
    )
    healths = ((engagement, health.of(engagement, today, rules)) for engagement in engagements)
    return [
        Trouble(engagement, current, _better_a_week_ago(engagement, current, today, rules))
        for engagement, current in healths
        if current is not None
    ]


def _better_a_week_ago(
    engagement: Engagement, current: Health, today: date, rules: Sequence[Rule]
) -> HealthLevel | None:
    """The level of a week ago, where it was better than today's; None where it had not begun then."""
    if engagement.started_on > today - WEEK:
        return None
    before = health.level(engagement, today - WEEK, rules)
    worse = health.SEVERITY[current.level] > health.SEVERITY[before]
    return before if worse else None


def own_of(user: User) -> EngagementQuerySet:
    """The active engagements that the person coordinates or leads, by name: the way in from the home page."""
    condition = Q(coordinator=user)
    if user.holds(Role.LEAD):
        condition |= Q(beneficiary__in=user.organisations_as(Role.LEAD))
    visible = Engagement.objects.visible_to(user).active().filter(condition)
    return visible.select_related("beneficiary").order_by("sort_title", "pk")[:MAX_SHOWN]
