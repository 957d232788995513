"""What the steering committee reads on one sheet: a few of each, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from engagements.display import lead_coverage_chart, milestone_chart
from engagements.domain import health
from engagements.domain.health import Health
from engagements.models import (
    Blocker,
    Decision,
    Engagement,
    HealthRule,
    LeadAppointment,
    Milestone,
    ProgressLog,
    Risk,
)

DECISION_WINDOW = timedelta(days=60)
MAX_ROWS = 5
MAX_MILESTONES = 8
MAX_LOGS = 3


@dataclass(frozen=True)
class StatusSheet:
    today: date
    health: Health | None
    lead: LeadAppointment | None
    vacant_since: date | None
    strip: lead_coverage_chart.Strip | None
    milestones: list[Milestone]
    timeline: milestone_chart.Timeline | None
    blockers: list[Blocker]
    decisions: list[Decision]
    risks: list[Risk]
    logs: list[ProgressLog]


def status_sheet(engagement: Engagement, today: date) -> StatusSheet:
    facts = Engagement.objects.with_facts(today).in_bulk([engagement.pk])[engagement.pk]
    leads = list(engagement.leads.select_related("contact").order_by("-starts_on", "-pk"))
    milestones = list(engagement.milestones.in_order())
    nearest = _nearest(milestones, today)
    return StatusSheet(
        today=today,
        health=health.of(facts, today, HealthRule.objects.in_force()),
        lead=next(
            (lead for lead in leads if lead.starts_on <= today <= (lead.ends_on or today)), None
        ),
        vacant_since=facts.vacant_since,
        strip=lead_coverage_chart.of(engagement, leads, today),
        milestones=nearest,
        timeline=milestone_chart.draw(nearest, today) if nearest else None,
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


def _nearest(milestones: Sequence[Milestone], today: date) -> list[Milestone]:
    """In their order, those whose day lies nearest."""

    def distance(milestone: Milestone) -> int:
        return abs(((milestone.done_on or milestone.planned_on) - today).days)

    nearest = sorted(milestones, key=distance)[:MAX_MILESTONES]
    return [milestone for milestone in milestones if milestone in nearest]
