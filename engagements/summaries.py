"""What the home page asks of engagements, in a fixed number of statements."""

from dataclasses import dataclass

from django.db.models import Q

from crm.roles import Role
from engagements import health
from engagements.models import Engagement, Milestone

MOST = 20


@dataclass(frozen=True)
class Trouble:
    engagement: Engagement
    health: health.Health


def troubles_of(user, today):
    """[Trouble] of the active engagements that the person runs, worst first, MOST at the most."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    found = (
        Engagement.objects.run_by(user)
        .active()
        .with_facts(today)
        .filter(health.fires(today))
        .select_related("beneficiary")
        .order_by(health.rank(today), "last_news_on", "pk")[:MOST]
    )
    return [Trouble(engagement, health.of(engagement, today)) for engagement in found]


def own_of(user):
    """The active engagements that the person coordinates or leads, by name: the way in from the home page."""
    own = Q(coordinator=user)
    if user.holds(Role.LEAD):
        own |= Q(beneficiary__in=user.organisations_as(Role.LEAD))
    visible = Engagement.objects.visible_to(user).active().filter(own)
    return visible.select_related("beneficiary").order_by("title", "pk")[:MOST]


def acceptances_of(user):
    """Milestones that are done and wait for the person's word as lead."""
    if not user.holds(Role.LEAD):
        return []
    return (
        Milestone.objects.filter(
            engagement__beneficiary__in=user.organisations_as(Role.LEAD), done_on__isnull=False, accepted_on=None
        )
        .select_related("engagement")
        .order_by("done_on", "pk")[:MOST]
    )
