"""What the steering committee reads on one sheet: a few of each, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from engagements.display import lead_coverage_chart, milestone_chart
from engagements.domain import health
from engagements.models import Engagement, HealthRule

DECISION_WINDOW = timedelta(days=60)
MAX_ROWS = 5
MAX_MILESTONES = 8
MAX_LOGS = 3


@dataclass(frozen=True)
class StatusSheet:
    today: date
    health: health.Health | None
    lead: object
    vacant_since: date | None
    strip: lead_coverage_chart.Strip | None
    milestones: list
    timeline: milestone_chart.Timeline | None
    blockers: list
    decisions: list
    risks: list
    logs: list


def of(engagement, today):
    facts = Engagement.objects.with_facts(today).in_bulk([engagement.pk])[engagement.pk]
    leads = list(engagement.leads.select_related("contact").order_by("-starts_on", "-pk"))
    milestones = list(engagement.milestones.in_order())
    shown = _the_nearest(milestones, today)
    return StatusSheet(
        today=today,
        health=health.of(facts, today, HealthRule.objects.in_force()),
        lead=next(
            (lead for lead in leads if lead.starts_on <= today <= (lead.ends_on or today)), None
        ),
        vacant_since=facts.vacant_since,
        strip=lead_coverage_chart.of(engagement, leads, today),
        milestones=shown,
        timeline=milestone_chart.draw(shown, today) if shown else None,
        blockers=list(engagement.blockers.open().for_list()[:MAX_ROWS]),
        decisions=list(
            engagement.decisions.filter(
                Q(decided_on__gte=today - DECISION_WINDOW)
                | Q(done_on=None, due_on__lte=today + DECISION_WINDOW)
            )
            .for_list()
            .order_by("-decided_on", "-pk")[:MAX_ROWS]
        ),
        risks=list(engagement.risks.open().for_list()[:MAX_ROWS]),
        logs=list(engagement.logs.exclude(next="").for_feed()[:MAX_LOGS]),
    )


def _the_nearest(milestones, today):
    """In their order, those whose day lies nearest."""
    nearest = sorted(milestones, key=lambda m: abs(((m.done_on or m.planned_on) - today).days))[
        :MAX_MILESTONES
    ]
    return [milestone for milestone in milestones if milestone in nearest]
