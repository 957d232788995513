"""How an engagement stands, by the rules in force."""

from datetime import date

from engagements.domain import health
from engagements.models import Engagement, HealthRule

TODAY = date(2026, 6, 15)


GOOD, WATCH, ACT, UNKNOWN = (
    health.HealthLevel.GOOD,
    health.HealthLevel.WATCH,
    health.HealthLevel.ACT,
    health.HealthLevel.UNKNOWN,
)


def of(engagement, today=TODAY):
    facts = Engagement.objects.with_facts(today).get(pk=engagement.pk)
    return health.of(facts, today, HealthRule.objects.in_force())


def found(level, today=TODAY):
    return list(
        Engagement.objects.with_facts(today).filter(
            health.where(level, today, HealthRule.objects.in_force())
        )
    )
