"""The talk around an engagement: leads, decisions, risks, notes, costs, health, the week."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from engagements.models import RunningCost, SteeringNote
from engagements.services import costs, health, leads, progress, records, steering
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door, tomorrow


def cost_facts(world):
    facts = {
        "kind": "hosting",
        "label": "Dear",
        "quantity": "1",
        "unit_price": "1000",
        "period": "month",
    }
    return facts | {"payer": "beneficiary", "starts_on": today().isoformat()}


def monday():
    return today() - timedelta(days=today().weekday())


RULES = {
    "health is set by hand for ninety days at most": Rule(
        "engagement",
        lambda o, by: health.override_health(
            o,
            health.HandSetLevel(level="good", reason="x", until=today() + 91 * DAY),
            by=by,
            at=timezone.now(),
        ),
        ("engagements:health-override",),
        ("api:health-override-health", "post"),
        lambda w: {
            "level": "good",
            "reason": "x",
            "until": (today() + 91 * DAY).isoformat(),
            "seen": w.objects[
                "override"
            ].pk,  # what was read is the word that stands, not the engagement
        },
        drawn=True,
    ),
    "a pause does not end before it begins": Rule(
        "engagement",
        lambda o, by: health.pause_engagement(
            o, starts_on=today(), ends_on=today() - DAY, reason="x", by=by
        ),
        ("engagements:pause-create",),
        ("api:health-pause", "post"),
        lambda w: {
            "starts_on": today().isoformat(),
            "ends_on": (today() - DAY).isoformat(),
            "reason": "x",
        },
    ),
    "two leads share no day": Rule(
        "engagement",
        lambda o, by: leads.appoint_lead(
            o,
            leads.LeadChoice(contact=o.leads.get().contact),
            leads.LeadTerm(starts_on=o.started_on, ends_on=today(), share=100),
            by=by,
        ),
        ("engagements:lead-appoint",),
        ("api:engagement-appoint-lead", "post"),
        lambda w: {
            "contact": w.objects["contact"].pk,
            "starts_on": w.objects["engagement"].started_on.isoformat(),
            "ends_on": today().isoformat(),
            "share": "100",
        },
        drawn=True,
    ),
    "a lead is somebody": Rule(
        "engagement",
        lambda o, by: leads.appoint_lead(
            o, leads.LeadChoice(), leads.LeadTerm(starts_on=today()), by=by
        ),
        ("engagements:lead-appoint",),
        ("api:engagement-appoint-lead", "post"),
        lambda w: {"starts_on": today().isoformat(), "share": "100"},
        drawn=True,
    ),
    "a lead is one person": Rule(
        "engagement",
        lambda o, by: leads.appoint_lead(
            o,
            leads.LeadChoice(contact=o.leads.get().contact, new_name="Rose"),
            leads.LeadTerm(starts_on=today()),
            by=by,
        ),
        ("engagements:lead-appoint",),
        ("api:engagement-appoint-lead", "post"),
        lambda w: {
            "contact": w.objects["contact"].pk,
            "new_name": "Rose",
            "starts_on": today().isoformat(),
            "share": "100",
        },
        drawn=True,
    ),
    "a lead is corrected on the day of the appointment alone": Rule(
        "appointment",
        lambda o, by: leads.correct_lead(
            o, leads.LeadChoice(contact=o.contact), reason="x", by=by, today=today()
        ),
        ("engagements:lead-correct",),
        ("api:engagement-correct-lead", "post", "engagement"),
        lambda w: {"contact": w.objects["contact"].pk, "reason": "x"},
        prepare=lambda w: w.objects["appointment"].history.update(
            history_date=timezone.now() - 2 * DAY
        ),
        drawn=True,
    ),
    "a decision is not carried out before it is taken": Rule(
        "decision",
        lambda o, by: steering.finish_decision(
            o, done_on=o.decided_on - DAY, today=today(), by=by, seen=o.version
        ),
        ("engagements:decision-finish",),
        ("api:decision-finish", "post"),
        lambda w: {
            "done_on": (w.objects["decision"].decided_on - DAY).isoformat(),
            "seen": w.objects["decision"].version,
        },
    ),
    "a risk is closed today or in the past": Rule(
        "risk",
        lambda o, by: steering.close_risk(
            o, closed_on=tomorrow(), today=today(), by=by, seen=o.version
        ),
        ("engagements:risk-close",),
        ("api:risk-close", "post"),
        lambda w: {"closed_on": tomorrow().isoformat(), "seen": w.objects["risk"].version},
    ),
    "a note of a meeting tells what has happened": Rule(
        "engagement",
        lambda o, by: steering.save_steering_note(
            SteeringNote(engagement=o, held_on=tomorrow(), present="A", text="x"),
            by=by,
            today=today(),
        ),
        ("engagements:steering-note-create",),
        ("api:steeringnote-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "held_on": tomorrow().isoformat(),
            "present": "A",
            "text": "x",
        },
    ),
    "a call is written down once it has happened": Rule(
        "engagement",
        lambda o, by: records.log_interaction(
            o,
            records.InteractionNote(kind="call", happened_on=tomorrow(), text="x"),
            by=by,
            today=today(),
        ),
        ("engagements:interaction-create",),
        ("api:engagement-log-interaction", "post"),
        lambda w: {"kind": "call", "happened_on": tomorrow().isoformat(), "text": "x"},
    ),
    "what goes above the ceiling wants a decision": Rule(
        "engagement",
        lambda o, by: costs.save_cost(
            RunningCost(
                engagement=o,
                kind="hosting",
                label="Dear",
                quantity=1,
                unit_price=1000,
                period="month",
                payer="beneficiary",
                starts_on=today(),
            ),
            by=by,
            today=today(),
        ),
        ("engagements:cost-create",),
        ("api:runningcost-list", "post"),
        lambda w: {"engagement": w.objects["engagement"].pk} | cost_facts(w),
    ),
    "a week begins on a Monday": Rule(
        "engagement",
        lambda o, by: progress.log_progress(
            o, progress.WeekLog(week=monday() + DAY, done="x"), by=by, at=timezone.now()
        ),
        None,
        ("api:engagement-log-progress", "post"),
        lambda w: {"week": (monday() + DAY).isoformat(), "done": "x"},
    ),
    "two pauses share no day": Rule(
        "engagement",
        lambda o, by: health.pause_engagement(
            o, starts_on=o.started_on, ends_on=None, reason="x", by=by
        ),
        ("engagements:pause-create",),
        ("api:health-pause", "post"),
        lambda w: {"starts_on": w.objects["engagement"].started_on.isoformat(), "reason": "x"},
    ),
    "a blocker is resolved once": Rule(
        "blocker",
        lambda o, by: progress.resolve_blocker(o, by=by, today=today()),
        ("engagements:blocker-resolve",),
        ("api:blocker-resolve", "post"),
        lambda w: {},
        prepare=lambda w: progress.resolve_blocker(
            w.objects["blocker"], by=w.people[Role.COORDINATOR], today=today()
        ),
        drawn=True,
    ),
    "what was set by hand is taken back once": Rule(
        "override",
        lambda o, by: health.take_back_override(o, by=by, at=timezone.now()),
        ("engagements:health-override-end",),
        ("api:healthoverride-take-back", "post"),
        lambda w: {},
        prepare=lambda w: health.take_back_override(
            w.objects["override"], by=w.people[Role.COORDINATOR], at=timezone.now()
        ),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
