"""One rule, one refusal: whatever door one comes by, the same words in the reader's language, and nothing changed.

Each row sets a world up so that one rule of the guides stands in the way, then asks the service, the page and the API.
Where the stock administration edits the same model it is asked too (at the end).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone, translation

from crm import services as crm_services
from crm.models import Organisation
from crm.refusals import Refused, by_field
from crm.roles import Role
from engagements import services as running
from engagements.models import Decision, Drill, Risk, RunningCost, SteeringNote
from impact import services as impact
from impact.models import Indicator, Target
from tests.access.routes import all_routes
from tests.access.test_access import fingerprint
from tests.access.world import build_onlookers, build_world
from tests.api_client import ReadingBrowser
from tests.crm.factories import OrganisationFactory
from tests.drawn_forms import drawn_form
from tests.impact.factories import IndicatorFactory, MetricFactory, TargetFactory
from tests.volunteers.factories import StaffingNeedFactory
from volunteers import attestations
from volunteers import services as lending
from volunteers.models import Assignment

DAY = timedelta(days=1)
OURS = {"crm", "engagements", "volunteers", "impact"}


@dataclass(frozen=True)
class Rule:
    """`service(found, by)` acts on the object; `page` is (route,), and None where the page draws no form in that state;
    `api` is (route, method) and, where it is asked of another object, the kind of that. `prepare(world)` comes first;
    where a form is `drawn` with what is saved, what is sent is typed over that; what it calls otherwise is `typed`.
    """

    of: str
    service: object
    page: tuple
    api: tuple
    sent: object
    role: str = Role.COORDINATOR
    prepare: object = None
    words: tuple = ()
    drawn: bool = False
    typed: dict = field(default_factory=dict)


def today():
    return timezone.localdate()


def tomorrow():
    return today() + DAY


def cost_facts(world):
    facts = {"kind": "hosting", "label": "Dear", "quantity": "1", "unit_price": "1000", "period": "month"}
    return facts | {"payer": "beneficiary", "starts_on": today().isoformat()}


RULES = {
    "a milestone is done today or in the past": Rule(
        "milestone",
        lambda o, by: running.finish_milestone(o, done_on=tomorrow(), today=today(), by=by, seen=o.version),
        ("engagements:milestone-finish",),
        ("api:milestone-finish", "post"),
        lambda w: {"done_on": tomorrow().isoformat(), "seen": w.objects["milestone"].version},
    ),
    "only what is done is accepted": Rule(
        "milestone",
        lambda o, by: running.accept_milestone(o, today=today(), by=by, seen=o.version),
        ("engagements:milestone-accept",),
        ("api:milestone-accept", "post"),
        lambda w: {"seen": w.objects["milestone"].version},
        role=Role.LEAD,
    ),
    "a milestone does not come before the engagement": Rule(
        "engagement",
        lambda o, by: running.add_milestone(o, title="Early", planned_on=o.started_on - DAY, by=by),
        ("engagements:milestone-create",),
        ("api:engagement-add-milestone", "post"),
        lambda w: {
            "title": "Early",
            "planned_on": (w.objects["engagement"].started_on - DAY).isoformat(),
        },
    ),
    "a milestone that is open is not opened again": Rule(
        "milestone",
        lambda o, by: running.reopen_milestone(o, by=by, why="x"),
        ("engagements:milestone-reopen",),
        ("api:milestone-reopen", "post"),
        lambda w: {"why": "x"},
    ),
    "the gates of a stage": Rule(
        "engagement",
        lambda o, by: running.move_stage(o, to="launch", by=by, at=timezone.now(), seen=o.version),
        ("engagements:engagement-move",),
        ("api:engagement-move", "post"),
        lambda w: {"to": "launch", "seen": w.objects["engagement"].version},
    ),
    "stages are not jumped over": Rule(
        "engagement",
        lambda o, by: running.move_stage(o, to="autonomous", by=by, at=timezone.now(), seen=o.version),
        ("engagements:engagement-move",),
        ("api:engagement-move", "post"),
        lambda w: {"to": "autonomous", "seen": w.objects["engagement"].version},
    ),
    "the hand-over is signed in its stage": Rule(
        "engagement",
        lambda o, by: running.sign(
            o, occasion="handover", side="member", agrees=True, name="A", at=timezone.now(), by=by, seen="read"
        ),
        ("engagements:signature-create",),
        ("api:autonomy-sign", "post"),
        lambda w: {"occasion": "handover", "side": "member", "agrees": "True", "name": "A"},
        words=("member",),
    ),
    "a drill has happened": Rule(
        "engagement",
        lambda o, by: running.save_drill(
            Drill(
                engagement=o,
                kind="restore",
                done_on=tomorrow(),
                done_by="Rose",
                outcome="alone",
                evidence="It is back.",
            ),
            by=by,
            today=today(),
        ),
        ("engagements:drill-create",),
        ("api:drill-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "kind": "restore",
            "done_on": tomorrow().isoformat(),
            "done_by": "Rose",
            "outcome": "alone",
            "evidence": "Back.",
        },
        role=Role.LEAD,
    ),
    "the assessment at hand-over waits for the launch": Rule(
        "engagement",
        lambda o, by: running.assess_barriers(
            o,
            moment="handover",
            side="beneficiary",
            levels={"culture": 1, "expertise": 1, "finance": 1, "time": 1},
            by=by,
            today=today(),
            seen=0,
        ),
        ("engagements:assessment-change",),
        ("api:autonomy-assess", "post"),
        lambda w: {
            "moment": "handover",
            "side": "beneficiary",
            "culture": 1,
            "expertise": 1,
            "finance": 1,
            "time": 1,
            "seen": 0,
        },
        role=Role.LEAD,
        words=("handover", "beneficiary"),
    ),
    "health is set by hand for ninety days at most": Rule(
        "engagement",
        lambda o, by: running.override_health(
            o, level="good", reason="x", until=today() + 91 * DAY, by=by, at=timezone.now()
        ),
        ("engagements:health-override",),
        ("api:health-override-health", "post"),
        lambda w: {
            "level": "good",
            "reason": "x",
            "until": (today() + 91 * DAY).isoformat(),
            "seen": w.objects["override"].pk,  # what was read is the word that stands, not the engagement
        },
        drawn=True,
    ),
    "a pause does not end before it begins": Rule(
        "engagement",
        lambda o, by: running.pause(o, starts_on=today(), ends_on=today() - DAY, reason="x", by=by),
        ("engagements:pause-create",),
        ("api:health-pause", "post"),
        lambda w: {"starts_on": today().isoformat(), "ends_on": (today() - DAY).isoformat(), "reason": "x"},
    ),
    "two leads share no day": Rule(
        "engagement",
        lambda o, by: running.appoint_lead(
            o, contact=o.leads.get().contact, starts_on=o.started_on, ends_on=today(), share=100, by=by
        ),
        ("engagements:lead-appoint",),
        ("api:engagement-appoint-lead", "post"),
        lambda w: {
            "contact": w.objects["contact"].pk,
            "starts_on": w.objects["engagement"].started_on.isoformat(),
            "ends_on": today().isoformat(),
            "share": "100",
        },
    ),
    "a lead is somebody": Rule(
        "engagement",
        lambda o, by: running.appoint_lead(o, starts_on=today(), by=by),
        ("engagements:lead-appoint",),
        ("api:engagement-appoint-lead", "post"),
        lambda w: {"starts_on": today().isoformat(), "share": "100"},
    ),
    "a lead is one person": Rule(
        "engagement",
        lambda o, by: running.appoint_lead(o, contact=o.leads.get().contact, new_name="Rose", starts_on=today(), by=by),
        ("engagements:lead-appoint",),
        ("api:engagement-appoint-lead", "post"),
        lambda w: {
            "contact": w.objects["contact"].pk,
            "new_name": "Rose",
            "starts_on": today().isoformat(),
            "share": "100",
        },
    ),
    "a decision is not carried out before it is taken": Rule(
        "decision",
        lambda o, by: running.finish_decision(o, done_on=o.decided_on - DAY, today=today(), by=by, seen=o.version),
        ("engagements:decision-finish",),
        ("api:decision-finish", "post"),
        lambda w: {
            "done_on": (w.objects["decision"].decided_on - DAY).isoformat(),
            "seen": w.objects["decision"].version,
        },
    ),
    "a risk is closed today or in the past": Rule(
        "risk",
        lambda o, by: running.close_risk(o, closed_on=tomorrow(), today=today(), by=by, seen=o.version),
        ("engagements:risk-close",),
        ("api:risk-close", "post"),
        lambda w: {"closed_on": tomorrow().isoformat(), "seen": w.objects["risk"].version},
    ),
    "a note of a meeting tells what has happened": Rule(
        "engagement",
        lambda o, by: running.save_steering_note(
            SteeringNote(engagement=o, held_on=tomorrow(), present="A", text="x"), by=by, today=today()
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
        lambda o, by: running.log_interaction(o, kind="call", happened_on=tomorrow(), text="x", by=by, today=today()),
        ("engagements:interaction-create",),
        ("api:engagement-log-interaction", "post"),
        lambda w: {"kind": "call", "happened_on": tomorrow().isoformat(), "text": "x"},
    ),
    "what goes above the ceiling wants a decision": Rule(
        "engagement",
        lambda o, by: running.save_cost(
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
    "nobody is promised beyond their time": Rule(
        "engagement",
        lambda o, by: lending.assign(
            by_name(o, "A volunteer"),
            o,
            role="x",
            starts_on=today(),
            ends_on=today() + DAY,
            days_a_week=Decimal(5),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "volunteer": w.objects["volunteer"].pk,
            "role": "x",
            "starts_on": today().isoformat(),
            "ends_on": tomorrow().isoformat(),
            "days_a_week": "5",
        },
    ),
    "a mission is extended to a later day": Rule(
        "assignment",
        lambda o, by: lending.extend(o, ends_on=o.ends_on, by=by, seen=o.version),
        ("volunteers:assignment-extend",),
        ("api:mission-extend", "post"),
        lambda w: {
            "ends_on": w.objects["assignment"].ends_on.isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission made longer than a loan may last": Rule(
        "assignment",
        lambda o, by: lending.extend(o, ends_on=o.ends_on + 2_000 * DAY, by=by, seen=o.version),
        ("volunteers:assignment-extend",),
        ("api:mission-extend", "post"),
        lambda w: {
            "ends_on": (w.objects["assignment"].ends_on + 2_000 * DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission changed to be longer than a loan may last": Rule(
        "assignment",
        lambda o, by: lending.change_assignment(o, ends_on=o.ends_on + 2_000 * DAY, by=by, seen=o.version),
        ("volunteers:assignment-change",),
        ("api:assignment-detail", "patch"),
        lambda w: {
            "ends_on": (w.objects["assignment"].ends_on + 2_000 * DAY).isoformat(),
            "role": w.objects["assignment"].role,
            "starts_on": w.objects["assignment"].starts_on.isoformat(),
            "days_a_week": str(w.objects["assignment"].days_a_week),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission is shortened to an earlier day": Rule(
        "assignment",
        lambda o, by: lending.shorten(o, ends_on=o.ends_on, by=by, seen=o.version),
        ("volunteers:assignment-shorten",),
        ("api:mission-shorten", "post"),
        lambda w: {
            "ends_on": w.objects["assignment"].ends_on.isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "days that are logged are not cut off": Rule(
        "assignment",
        lambda o, by: lending.shorten(o, ends_on=o.starts_on + DAY, by=by, seen=o.version),
        ("volunteers:assignment-shorten",),
        ("api:mission-shorten", "post"),
        lambda w: {
            "ends_on": (w.objects["assignment"].starts_on + DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission is confirmed once": Rule(
        "assignment",
        lambda o, by: lending.confirm_assignment(o, by=by, today=today(), seen=o.version),
        ("volunteers:assignment-confirm",),
        ("api:assignment-confirm", "post"),
        lambda w: {},
    ),
    "a need that is open is not opened again": Rule(
        "need",
        lambda o, by: lending.reopen_need(o, by=by),
        ("volunteers:need-reopen",),
        ("api:staffingneed-reopen", "post"),
        lambda w: {},
    ),
    "a month is corrected once both have signed": Rule(
        "month sheet",
        lambda o, by: lending.correct_day(o, day=o.month, half_days=1, reason="x", by=by, at=timezone.now()),
        ("volunteers:month-correct",),
        ("api:monthsheet-correct", "post"),
        lambda w: {"day": w.objects["month sheet"].month.isoformat(), "half_days": "1", "reason": "x"},
    ),
    "an agreement ends early once both have signed": Rule(
        "agreement",
        lambda o, by: lending.end_agreement(o, on=o.starts_on, reason="x", by=by),
        ("volunteers:agreement-end",),
        ("api:sponsorshipagreement-end", "post"),
        lambda w: {"on": w.objects["agreement"].starts_on.isoformat(), "reason": "x"},
    ),
    "signatures are taken back where there are some": Rule(
        "agreement",
        lambda o, by: lending.take_signatures_back(o, reason="x", by=by),
        ("volunteers:agreement-take-back",),
        ("api:sponsorshipagreement-take-back", "post"),
        lambda w: {"reason": "x"},
    ),
    "nobody agreed tomorrow": Rule(
        "agreement",
        lambda o, by: lending.record_consent(o, on=tomorrow(), by=by, today=today(), seen=o.version),
        ("volunteers:agreement-consent",),
        ("api:sponsorshipagreement-consent", "post"),
        lambda w: {"on": tomorrow().isoformat()},
    ),
    "what the law wants is there before one signs": Rule(
        "agreement",
        lambda o, by: lending.sign_agreement(o, "sponsor", name="A", on=today(), by=by, today=today(), seen=o.version),
        ("volunteers:agreement-sign",),
        ("api:sponsorshipagreement-sign", "post"),
        lambda w: {"side": "sponsor", "name": "A", "on": today().isoformat()},
        words=("sponsor",),
    ),
    "a figure is of a window that is over": Rule(
        "metric",
        lambda o, by: impact.record_measurement(o, by=by, today=today(), **figure(tomorrow())),
        ("impact:measurement-create",),
        ("api:measurement-list", "post"),
        lambda w: {"metric": w.objects["metric"].pk} | as_sent(figure(tomorrow())),
    ),
    "only an approved figure is published": Rule(
        "draft",
        lambda o, by: impact.publish_measurement(o, by=by, at=timezone.now(), seen=o.version),
        ("impact:measurement-publish",),
        ("api:measurement-publish", "post"),
        lambda w: {},
    ),
    "only a submitted figure is approved": Rule(
        "draft",
        lambda o, by: impact.approve_measurement(o, by=by, seen=o.version),
        ("impact:measurement-approve",),
        ("api:measurement-approve", "post"),
        lambda w: {},
        role=Role.LEAD,
    ),
    "a request that was proposed is answered or taken back first": Rule(
        "request",
        lambda o, by: crm_services.qualify(o, by=by, at=timezone.now(), seen=o.version),
        ("crm:request-qualify",),
        ("api:supportrequest-qualify", "post"),
        lambda w: {"seen": w.objects["request"].version},
        role=Role.DESK,
    ),
    "a proposal that is open stands in the way of: nobody fits": Rule(
        "request",
        lambda o, by: crm_services.nobody_fits(o, next_step="x", review_on=today() + 9 * DAY, by=by, at=timezone.now()),
        ("crm:request-nobody",),
        ("api:supportrequest-nobody", "post"),
        lambda w: {"next_step": "x", "review_on": (today() + 9 * DAY).isoformat()},
        role=Role.DESK,
    ),
    "a milestone that is done is not moved": Rule(
        "done milestone",
        lambda o, by: running.change_milestone(o, title=o.title, planned_on=today(), by=by),
        ("engagements:milestone-change",),
        ("api:milestone-detail", "patch"),
        lambda w: {
            "title": w.objects["done milestone"].title,
            "planned_on": today().isoformat(),
            "seen": w.objects["done milestone"].version,
        },
    ),
    "what is done is done once": Rule(
        "done milestone",
        lambda o, by: running.finish_milestone(o, done_on=today(), today=today(), by=by, seen=o.version),
        ("engagements:milestone-finish",),
        ("api:milestone-finish", "post"),
        lambda w: {"done_on": today().isoformat(), "seen": w.objects["done milestone"].version},
    ),
    "a lead is corrected on the day of the appointment alone": Rule(
        "appointment",
        lambda o, by: running.correct_lead(o, contact=o.contact, reason="x", by=by, today=today()),
        ("engagements:lead-correct",),
        ("api:engagement-correct-lead", "post", "engagement"),
        lambda w: {"contact": w.objects["contact"].pk, "reason": "x"},
        prepare=lambda w: w.objects["appointment"].history.update(history_date=timezone.now() - 2 * DAY),
    ),
    "an engagement is stopped with a post-mortem": Rule(
        "engagement",
        lambda o, by: running.move_stage(o, to="stopped", reason="x", by=by, at=timezone.now(), seen=o.version),
        ("engagements:engagement-move",),
        ("api:engagement-move", "post"),
        lambda w: {"to": "stopped", "reason": "x", "seen": w.objects["engagement"].version},
    ),
    "a week begins on a Monday": Rule(
        "engagement",
        lambda o, by: running.log_progress(o, week=monday() + DAY, done="x", by=by, at=timezone.now()),
        None,
        ("api:engagement-log-progress", "post"),
        lambda w: {"week": (monday() + DAY).isoformat(), "done": "x"},
    ),
    "a mission is replaced by somebody else": Rule(
        "assignment",
        lambda o, by: lending.replace(
            o,
            volunteer=o.volunteer,
            last_day=today(),
            overlap_days=0,
            ends_on=today() + 9 * DAY,
            by=by,
            today=today(),
            seen=o.version,
        ),
        None,
        ("api:mission-replace", "post"),
        lambda w: {
            "volunteer": w.objects["volunteer"].pk,
            "last_day": today().isoformat(),
            "overlap_days": 0,
            "ends_on": (today() + 9 * DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "nobody's time is cut below what is promised": Rule(
        "volunteer",
        lambda o, by: lending.change_volunteer(
            o, days_a_week=Decimal("0.5"), available_from=o.available_from, available_to=None, by=by, today=today()
        ),
        ("volunteers:volunteer-change",),
        ("api:volunteer-detail", "patch"),
        lambda w: {
            "days_a_week": "0.5",
            "available_from": w.objects["volunteer"].available_from.isoformat(),
            "seen": w.objects["volunteer"].version,
        },
    ),
    "a company that one changes to is another one": Rule(
        "volunteer",
        lambda o, by: lending.change_company(o, to=o.sponsor, on=today(), by=by, today=today()),
        None,
        ("api:volunteer-change-company", "post"),
        lambda w: {
            "to": w.objects["sponsor"].pk,
            "on": today().isoformat(),
            "seen": w.objects["volunteer"].version,
        },
    ),
    "what both have signed stands before a change of company": Rule(
        "volunteer",
        lambda o, by: lending.change_company(
            o, to=other_company(), on=o.available_from + 9 * DAY, by=by, today=today()
        ),
        ("volunteers:volunteer-company",),
        ("api:volunteer-change-company", "post"),
        lambda w: {
            "to": other_company().pk,
            "on": (w.objects["volunteer"].available_from + 9 * DAY).isoformat(),
            "seen": w.objects["volunteer"].version,
        },
        prepare=lambda w: other_company(),
    ),
    "words that somebody has signed stand": Rule(
        "agreement",
        lambda o, by: lending.change_agreement(o, missions="Other", by=by),
        None,
        ("api:sponsorshipagreement-detail", "patch"),
        lambda w: {"missions": "Other", "seen": w.objects["agreement"].version},
        prepare=lambda w: consented(w),
    ),
    "the employee agrees once": Rule(
        "agreement",
        lambda o, by: lending.record_consent(o, on=today(), by=by, today=today(), seen=o.version),
        ("volunteers:agreement-consent",),
        ("api:sponsorshipagreement-consent", "post"),
        lambda w: {"on": today().isoformat()},
        prepare=lambda w: consented(w),
    ),
    "a mission has one attestation that stands": Rule(
        "assignment",
        lambda o, by: lending.issue_attestation(
            o,
            signer="A",
            function="B",
            language="fr",
            milestones=[],
            skills=[],
            by=by,
            today=today(),
            seen=attestations.seal_of(o),
        ),
        ("volunteers:attestation-create",),
        ("api:attestation-list", "post"),
        lambda w: {
            "assignment": w.objects["assignment"].pk,
            "signer": "A",
            "function": "B",
            "language": "fr",
            "seen": attestations.seal_of(w.objects["assignment"]),
        },
    ),
    "an attestation waits for the end of the mission": Rule(
        "proposed assignment",
        lambda o, by: lending.issue_attestation(
            o,
            signer="A",
            function="B",
            language="fr",
            milestones=[],
            skills=[],
            by=by,
            today=today(),
            seen=attestations.seal_of(o),
        ),
        ("volunteers:attestation-create",),
        ("api:attestation-list", "post"),
        lambda w: {
            "assignment": w.objects["proposed assignment"].pk,
            "signer": "A",
            "function": "B",
            "language": "fr",
            "seen": attestations.seal_of(w.objects["proposed assignment"]),
        },
    ),
    "nobody takes the same need twice": Rule(
        "engagement",
        lambda o, by: lending.assign(
            by_name(o, "Another volunteer"),
            o,
            role="x",
            starts_on=today(),
            ends_on=today() + DAY,
            days_a_week=Decimal("0.5"),
            need=o.staffing_needs.get(),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "volunteer": w.objects["proposed assignment"].volunteer_id,
            "need": w.objects["need"].pk,
            "role": "x",
            "starts_on": today().isoformat(),
            "ends_on": tomorrow().isoformat(),
            "days_a_week": "0.5",
        },
        prepare=lambda w: Assignment.objects.filter(pk=w.objects["proposed assignment"].pk).update(
            need=w.objects["need"]
        ),
    ),
    "a mission of more than three years is looked up first": Rule(
        "engagement",
        lambda o, by: lending.assign(
            by_name(o, "Another volunteer"),
            o,
            role="x",
            starts_on=today() + 40 * DAY,
            ends_on=today() + 1200 * DAY,
            days_a_week=Decimal("0.5"),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "volunteer": w.objects["proposed assignment"].volunteer_id,
            "role": "x",
            "starts_on": (today() + 40 * DAY).isoformat(),
            "ends_on": (today() + 1200 * DAY).isoformat(),
            "days_a_week": "0.5",
        },
    ),
    "a closed need is opened before it is changed": Rule(
        "need",
        lambda o, by: lending.change_need(o, note="x", by=by),
        None,
        ("api:staffingneed-detail", "patch"),
        lambda w: {"note": "x", "seen": w.objects["need"].version},
        prepare=lambda w: lending.close_need(w.objects["need"], by=w.people[Role.COORDINATOR], today=today()),
    ),
    "a month with a disagreement is settled first": Rule(
        "month sheet",
        lambda o, by: lending.confirm_month(o, "sponsor", by=by, at=timezone.now(), seen=o.version),
        ("volunteers:month-confirm",),
        ("api:monthsheet-confirm", "post"),
        lambda w: {"seen": w.objects["month sheet"].version},
        role=Role.SPONSOR,
    ),
    "whoever wrote a figure does not approve it": Rule(
        "draft",
        lambda o, by: impact.approve_measurement(o, by=by, seen=o.version),
        ("impact:measurement-approve",),
        ("api:measurement-approve", "post"),
        lambda w: {},
        prepare=lambda w: impact.submit_measurement(w.objects["draft"], by=w.people[Role.COORDINATOR]),
    ),
    "a figure that is published is no longer changed": Rule(
        "measurement",
        lambda o, by: impact.change_draft(o, by=by, today=today(), source="Other"),
        None,
        ("api:measurement-detail", "patch"),
        lambda w: {"source": "Other", "seen": w.objects["measurement"].version},
    ),
    "no more people in common than the smaller figure has": Rule(
        "overlap",
        lambda o, by: impact.change_overlap(o, people=31, why="x", by=by, today=today()),
        ("impact:overlap-change",),
        ("api:overlap-detail", "patch"),
        lambda w: {
            "people": "31",
            "bound": "exactly",
            "source": w.objects["overlap"].source,
            "why": "x",
            "seen": w.objects["overlap"].version,
        },
    ),
    "a change of people in common wants a reason": Rule(
        "overlap",
        lambda o, by: impact.change_overlap(o, people=20, by=by, today=today()),
        ("impact:overlap-change",),
        ("api:overlap-detail", "patch"),
        lambda w: {
            "people": "20",
            "bound": "exactly",
            "why": "",
            "source": w.objects["overlap"].source,
            "seen": w.objects["overlap"].version,
        },
    ),
    "a target whose period has begun is changed with a reason": Rule(
        "target",
        lambda o, by: impact.change_target(o, by=by, today=today(), window_start=o.window_start, window_end=tomorrow()),
        ("impact:target-change",),
        ("api:target-detail", "patch"),
        lambda w: {
            "window_start": w.objects["target"].window_start.isoformat(),
            "window_end": tomorrow().isoformat(),
            "why": "",
            "seen": w.objects["target"].version,
        },
        drawn=True,
        prepare=lambda w: begun(w),
    ),
    "a baseline is changed with a reason": Rule(
        "baseline",
        lambda o, by: impact.change_baseline(o, by=by, today=today(), source="Other"),
        ("impact:baseline-change",),
        ("api:baseline-detail", "patch"),
        lambda w: {"source": "Other", "why": "", "seen": w.objects["baseline"].version},
        drawn=True,
    ),
    "a link to a report opens for a year at most": Rule(
        "report",
        lambda o, by: impact.share_report(o, sent_to="Board", until=today() + 400 * DAY, by=by, at=timezone.now()),
        ("impact:report-share",),
        ("api:impactreport-share", "post"),
        lambda w: {"sent_to": "Board", "until": (today() + 400 * DAY).isoformat()},
    ),
    "who disagrees with a report says with what": Rule(
        "report",
        lambda o, by: impact.sign_report(o, agrees=False, by=by, today=today()),
        ("impact:report-sign",),
        ("api:impactreport-sign", "post"),
        lambda w: {"agrees": False},
        typed={"word": "disagree"},
        role=Role.LEAD,
    ),
    "a baseline that is questioned is told what is not so": Rule(
        "baseline",
        lambda o, by: impact.question_baseline(o, reason=" ", by=by, seen=o.version),
        ("impact:baseline-question",),
        ("api:baseline-question", "post"),
        lambda w: {"reason": ""},
        role=Role.LEAD,
    ),
    "a definition that targets rest on stays": Rule(
        "indicator",
        lambda o, by: impact.change_indicator(o, wanted={"less": "more", "more": "less"}[o.wanted], why="x", by=by),
        None,
        ("api:indicator-detail", "patch"),
        lambda w: {
            "wanted": {"less": "more", "more": "less"}[w.objects["indicator"].wanted],
            "why": "x",
            "seen": w.objects["indicator"].version,
        },
        role=Role.ADMINISTRATOR,
    ),
}


def over(world):
    """The engagement was stopped yesterday, with one need closed and one milestone open."""
    engagement = world.objects["engagement"]
    day = today() - DAY
    type(engagement).objects.filter(pk=engagement.pk).update(
        stage="stopped", stage_entered_on=day, stopped_on=day, stop_reason="x"
    )
    world.objects["closed need"] = StaffingNeedFactory(engagement=engagement, closed_on=day)


def planned(**changes):
    """Of a milestone's form."""
    return lambda w: (
        {
            "title": "Other",
            "planned_on": (today() + 30 * DAY).isoformat(),
            "owner": "",
            "seen": w.objects["milestone"].version,
        }
        | changes
    )


def wanted(**changes):
    """Of a need's form."""
    return lambda w: (
        {
            "skill": w.objects["need"].skill_id,
            "level": 2,
            "starts_on": today().isoformat(),
            "ends_on": tomorrow().isoformat(),
            "days_a_week": "1",
            "note": "",
        }
        | {name: change(w) if callable(change) else change for name, change in changes.items()}
    )


def of_the_engagement(facts):
    """A page is about one engagement; the API is told which."""
    return lambda w: {"engagement": w.objects["engagement"].pk} | facts(w)


def decided(w):
    facts = {"title": "Other", "text": "x", "decided_on": today().isoformat()}
    return facts | {"owner": w.objects["engagement"].coordinator_id}


def feared(w):
    facts = {
        "title": "Other",
        "text": "x",
        "likelihood": 1,
        "impact": 1,
        "response": "x",
        "review_on": tomorrow().isoformat(),
    }
    return facts | {"owner": w.objects["engagement"].coordinator_id}


OVER = {
    "a milestone is added": Rule(
        "engagement",
        lambda o, by: running.add_milestone(o, title="Late", planned_on=tomorrow(), by=by),
        ("engagements:milestone-create",),
        ("api:engagement-add-milestone", "post"),
        lambda w: {"title": "Late", "planned_on": tomorrow().isoformat()},
    ),
    "milestones are planned": Rule(
        "engagement",
        lambda o, by: running.plan_roadmap(o, [], by=by),
        None,
        ("api:engagement-plan-roadmap", "post"),
        lambda w: {"kind": "site", "first_on": tomorrow().isoformat()},
    ),
    "a milestone is changed": Rule(
        "milestone",
        lambda o, by: running.change_milestone(o, title="Other", planned_on=o.planned_on, by=by),
        ("engagements:milestone-change",),
        ("api:milestone-detail", "patch"),
        planned(),
    ),
    "a milestone is moved": Rule(
        "milestone",
        lambda o, by: running.change_milestone(o, title=o.title, planned_on=tomorrow(), by=by),
        ("engagements:milestone-move",),
        ("api:milestone-detail", "patch"),
        lambda w: {"planned_on": tomorrow().isoformat(), "seen": w.objects["milestone"].version},
    ),
    "a milestone is opened again": Rule(
        "done milestone",
        lambda o, by: running.reopen_milestone(o, by=by, why="x"),
        ("engagements:milestone-reopen",),
        ("api:milestone-reopen", "post"),
        lambda w: {"why": "x"},
    ),
    "a milestone is removed": Rule(
        "milestone",
        lambda o, by: running.remove_milestone(o, by=by, why="x"),
        ("engagements:milestone-remove",),
        None,
        lambda w: {"why": "x"},
    ),
    "a decision is added": Rule(
        "engagement",
        lambda o, by: running.save_decision(
            Decision(engagement=o, title="x", owner=o.coordinator), by=by, today=today()
        ),
        ("engagements:decision-create",),
        ("api:decision-list", "post"),
        of_the_engagement(decided),
    ),
    "a decision is changed": Rule(
        "decision",
        lambda o, by: running.save_decision(o, by=by, today=today()),
        ("engagements:decision-change",),
        ("api:decision-detail", "patch"),
        lambda w: decided(w) | {"seen": w.objects["decision"].version},
    ),
    "a risk is added": Rule(
        "engagement",
        lambda o, by: running.save_risk(Risk(engagement=o, title="x", owner=o.coordinator), by=by, today=today()),
        ("engagements:risk-create",),
        ("api:risk-list", "post"),
        of_the_engagement(feared),
    ),
    "a risk is changed": Rule(
        "risk",
        lambda o, by: running.save_risk(o, by=by, today=today()),
        ("engagements:risk-change",),
        ("api:risk-detail", "patch"),
        lambda w: feared(w) | {"seen": w.objects["risk"].version},
    ),
    "a need is stated": Rule(
        "engagement",
        lambda o, by: lending.state_need(
            o, skill=None, level=2, starts_on=today(), ends_on=today(), days_a_week=1, by=by
        ),
        ("volunteers:need-create",),
        ("api:staffingneed-list", "post"),
        of_the_engagement(wanted()),
    ),
    "a need is changed": Rule(
        "need",
        lambda o, by: lending.change_need(o, by=by, note="x"),
        ("volunteers:need-change",),
        ("api:staffingneed-detail", "patch"),
        wanted(seen=lambda w: w.objects["need"].version),
    ),
    "a need is opened again": Rule(
        "closed need",
        lambda o, by: lending.reopen_need(o, by=by),
        ("volunteers:need-reopen",),
        ("api:staffingneed-reopen", "post"),
        lambda w: {},
    ),
    "somebody is assigned": Rule(
        "engagement",
        lambda o, by: lending.assign(
            by_name(o, "A volunteer"),
            o,
            role="x",
            starts_on=today(),
            ends_on=tomorrow(),
            days_a_week=Decimal("0.5"),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        of_the_engagement(
            lambda w: {
                "volunteer": w.objects["volunteer"].pk,
                "role": "x",
                "starts_on": today().isoformat(),
                "ends_on": tomorrow().isoformat(),
                "days_a_week": "0.5",
            }
        ),
    ),
    "a mission is extended": Rule(
        "assignment",
        lambda o, by: lending.extend(o, ends_on=o.ends_on + DAY, by=by, seen=o.version),
        ("volunteers:assignment-extend",),
        ("api:mission-extend", "post"),
        lambda w: {
            "ends_on": (w.objects["assignment"].ends_on + DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
}


def monday():
    return today() - timedelta(days=today().weekday())


def other_company():
    return Organisation.objects.filter(name="Another company").first() or OrganisationFactory(
        name="Another company", sponsor=True
    )


def consented(world):
    agreement = world.objects["agreement"]
    lending.record_consent(
        agreement, on=today(), by=world.people[Role.COORDINATOR], today=today(), seen=agreement.version
    )


def begun(world):
    Target.objects.filter(pk=world.objects["target"].pk).update(window_start=today() - 9 * DAY, window_end=today())


ROUTE = {route.name: route for route in all_routes()}


def by_name(engagement, start):
    return engagement.assignments.get(volunteer__user__full_name__startswith=start).volunteer


def figure(last):
    return {
        "window_start": last - 30 * DAY,
        "window_end": last,
        "count": 5,
        "population": "all",
        "source": "Database",
        "grade": "counted",
    }


def as_sent(facts):
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in facts.items()}


@pytest.fixture
def world(db):
    world = build_world("A")
    build_onlookers(world)
    return world


def told_by_service(rule, found, by):
    with pytest.raises(Refused) as refused:
        rule.service(found, by)
    return sorted(sentence for sentences in by_field(refused.value).values() for sentence in sentences)


def told_by_page(client, rule, found, sent):
    url = ROUTE[rule.page[0]].url(found.pk, rule.words)
    if rule.drawn:
        return answered(client.post(url, drawn_form(client.get(url), holding=["seen"]) | sent))
    return answered(client.post(url, {"seen": getattr(found, "version", "")} | (rule.typed or sent)))


def answered(answer):
    """What a page says: beside its fields, or on the next page."""
    if answer.status_code == 302:
        return sorted(str(message) for message in get_messages(answer.wsgi_request))
    assert answer.status_code == 422, answer.status_code
    forms = [value for value in (answer.context_data or {}).values() if hasattr(value, "errors") and value.errors]
    return sorted(str(error) for form in forms for errors in form.errors.values() for error in errors)


def told_by_api(client, rule, found, sent):
    name, method = rule.api[:2]
    answer = getattr(client, method)(ROUTE[name].url(found.pk), sent, content_type="application/json")
    assert answer.status_code in {400, 409}, (answer.status_code, answer.content)
    problem = answer.json()
    found = problem.get("errors") or {"": [problem["title"]]}
    return sorted(sentence for sentences in found.values() for sentence in sentences)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]


@pytest.mark.parametrize("name", OVER)
def test_nothing_is_planned_any_more_in_what_is_over(world, name):
    over(world)

    told = told_at_every_door(world, OVER[name])

    assert [sentence.split(":")[0] for sentence in told["en"]] == ["This engagement is over"]


def told_at_every_door(world, rule):
    """What the service says, in each language: the page and the API say the same, and nothing changes."""
    if rule.prepare:
        rule.prepare(world)
    for row in world.objects.values():
        if isinstance(row, Model):
            row.refresh_from_db()
    by, found = world.people[rule.role], world.objects[rule.of]
    clients = {language: ReadingBrowser(headers={"accept-language": language}) for language in ("fr", "en")}
    for client in clients.values():
        client.force_login(by)
    sent, before, told = rule.sent(world), fingerprint(), {}

    for language, client in clients.items():
        with translation.override(language):
            told[language] = told_by_service(rule, found, by)
        assert told[language]
        if rule.page:
            assert told_by_page(client, rule, found, sent) == told[language]
        if rule.api:
            asked = world.objects[rule.api[2]] if rule.api[2:] else found
            assert told_by_api(client, rule, asked, sent) == told[language]

    assert fingerprint() == before
    return told


def test_what_is_open_may_be_finished_or_closed_when_all_is_over(world):
    over(world)
    by, day = world.people[Role.COORDINATOR], today() - 2 * DAY
    acts = [
        running.finish_milestone(world.objects["milestone"], done_on=day, today=today(), by=by),
        running.finish_decision(world.objects["decision"], done_on=today(), today=today(), by=by),
        running.close_risk(world.objects["risk"], closed_on=today(), today=today(), by=by),
        lending.close_need(world.objects["need"], today=today(), by=by),
    ]

    assert [getattr(row, "done_on", None) or row.closed_on for row in acts] == [day, today(), today(), today()]


class TestTheAdministration:
    """Of what it edits, the library of indicators alone has rules beyond those that the database keeps."""

    @pytest.fixture
    def staff(self, client, administrator):
        administrator.is_staff = administrator.is_superuser = True
        administrator.save()
        client.force_login(administrator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    @pytest.fixture
    def indicator(self):
        return IndicatorFactory()

    def send(self, client, indicator, **changes):
        url = reverse("admin:impact_indicator_change", args=[indicator.pk])
        form = client.get(url).context["adminform"].form
        fields = {name: form[name].value() for name in form.fields}
        return client.post(url, {name: value for name, value in (fields | changes).items() if value is not None})

    def told(self, answer):
        form = answer.context["adminform"].form
        return {field: list(errors) for field, errors in form.errors.items()}

    def test_words_are_mended_with_a_reason_as_by_the_service(self, staff, administrator, indicator):
        with translation.override("en"), pytest.raises(Refused) as refused:
            impact.change_indicator(indicator, name_en="Other", by=administrator)

        answer = self.send(staff, indicator, name_en="Other")

        assert self.told(answer) == by_field(refused.value)
        assert Indicator.objects.get(pk=indicator.pk).name_en == indicator.name_en

        assert self.send(staff, indicator, name_en="Other", why="It was unclear.").status_code == 302
        row = indicator.history.latest()
        assert (row.name_en, row.history_user, row.history_change_reason) == ("Other", administrator, "It was unclear.")

    def test_what_is_wanted_stays_once_there_is_a_target(self, staff, administrator, indicator):
        TargetFactory(metric=MetricFactory(indicator=indicator))
        other = {"less": "more", "more": "less"}[indicator.wanted]
        with translation.override("en"), pytest.raises(Refused) as refused:
            impact.change_indicator(indicator, wanted=other, why="x", by=administrator)

        answer = self.send(staff, indicator, wanted=other, why="x")

        assert self.told(answer) == by_field(refused.value)
        assert Indicator.objects.get(pk=indicator.pk).wanted == indicator.wanted

    def test_edits_what_is_listed_here_and_nothing_else(self):
        """A model that comes to the administration comes with its rules, or with fields that are read alone."""
        ours = {model._meta.label for model in admin.site._registry if model._meta.app_label in OURS}

        assert ours == {
            *("crm.User", "crm.Membership", "crm.Sdg", "crm.LegalCategory", "crm.Need", "crm.ReferenceFigure"),
            *("engagements.MilestoneTemplate", "volunteers.Skill", "impact.Indicator"),
        }
