"""The life of an engagement through its own API, against a model of a page: any order of steps, any actor.

The model knows what is there and what the gates want, in plain Python; the API must refuse and allow exactly that.
"""

from contextlib import suppress
from datetime import timedelta
from os import environ

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crm.domain.roles import Role
from engagements.domain.stages import ACTIVE, MOVES, Stage
from engagements.models import Engagement, OwnershipItem
from tests.api_client import ReadingClient
from tests.crm.factories import ContactFactory, OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory
from tests.volunteers.factories import AssignmentFactory

RUNS, STEPS = int(environ.get("RELAIS_LIFE_RUNS", "50")), 30
STAGES = [stage.value for stage in Stage]
REQUIRED = {"deploy", "restore", "text", "secret", "onboard"}
PARTS = set(OwnershipItem.Kind.values)
counted = {"runs": 0, "steps": 0, "moves": 0}


class Life(RuleBasedStateMachine):
    """What the model knows: `facts` of the engagement; each rule says what it expects and compares."""

    @initialize(start=st.sampled_from([str(stage) for stage in ACTIVE]))
    def begin(self, start):
        self.undo = transaction.atomic()
        self.undo.__enter__()
        counted["runs"] += 1
        self.today = timezone.localdate()
        member = OrganisationFactory(member=True)
        self.coordinator = self.client(person_as(Role.COORDINATOR, member))
        self.outsider = self.client(person_as(Role.COORDINATOR))
        engagement = EngagementFactory(
            member=member,
            started_on=self.today - timedelta(days=30),
            stage_entered_on=self.today,
            stage=start,
        )
        self.lead = self.client(person_as(Role.LEAD, engagement.beneficiary))
        self.number = engagement.pk
        self.contact = ContactFactory(organisation=engagement.beneficiary, kept_by=member).pk
        self.indicator = IndicatorFactory().pk
        self.stage, self.version = start, 1
        self.has_lead = self.has_ceiling = self.has_baseline = self.has_volunteer = False
        self.ceiling = None
        self.has_address = self.has_cost = False
        self.milestones, self.parts, self.drills, self.words = {}, set(), set(), {}

    def client(self, person):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(person)
        return client

    def teardown(self):
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            with suppress(transaction.TransactionManagementError):
                self.undo.__exit__(None, None, None)

    def post(self, name, body, *, by=None, pk=None):
        counted["steps"] += 1
        address = reverse(f"api:{name}", args=[self.number if pk is None else pk])
        return (by or self.coordinator).post(address, body)

    def is_over(self):
        return not MOVES[Stage(self.stage)]

    # --- what the gates want ---

    def missing(self, to):
        wants = {
            "design": [self.has_lead],
            "build": [self.has_ceiling, self.has_baseline, self.has_volunteer],
            "launch": [
                any(state == "accepted" for state in self.milestones.values()),
                self.has_address,
            ],
            "handover": [self.has_cost, self.parts == PARTS],
            "autonomous": [
                self.drills >= REQUIRED,
                set(self.words) == {"beneficiary", "member"} and all(self.words.values()),
            ],
        }
        forward = STAGES.index(to) > STAGES.index(self.stage)
        return forward and not all(wants.get(to, [True]))

    @precondition(lambda self: not self.is_over())
    @rule(data=st.data())
    def move_on_or_back(self, data):
        self.move(
            to=str(data.draw(st.sampled_from(sorted(MOVES[Stage(self.stage)] - {Stage.STOPPED})))),
            has_reason=False,
        )

    @rule(to=st.sampled_from(STAGES), has_reason=st.booleans())
    def move(self, to, has_reason):
        allowed = to in MOVES[Stage(self.stage)]
        expected = allowed and (has_reason if to == "stopped" else not self.missing(to))
        body = {"to": to, "reason": "Because." if has_reason else "", "seen": self.version}
        if has_reason and to == "stopped":
            body["post_mortem"] = {
                "what_happened": "A",
                "what_we_learned": "B",
                "what_we_would_do": "C",
            }
        response = self.post("engagement-move", body)
        assert response.status_code == (200 if expected else 400), (self.stage, to, response.json())
        if expected:
            counted["moves"] += 1
            self.stage, self.version = to, self.version + 1
            if to == "stopped":
                self.has_lead = False

    @rule(to=st.sampled_from(STAGES))
    def move_by_a_stranger_is_as_if_missing(self, to):
        assert self.post("engagement-move", {"to": to}, by=self.outsider).status_code == 404

    @rule(to=st.sampled_from(STAGES))
    def move_by_the_lead_is_refused(self, to):
        assert self.post("engagement-move", {"to": to}, by=self.lead).status_code == 403

    @rule(to=st.sampled_from(STAGES))
    def move_with_an_old_page_is_refused(self, to):
        assert self.post("engagement-move", {"to": to, "seen": self.version - 1}).status_code == 409

    # --- what fills the gates ---

    @precondition(lambda self: not self.has_lead and not self.is_over())
    @rule()
    def appoint(self):
        body = {"contact": self.contact, "starts_on": str(self.today)}
        assert self.post("engagement-appoint-lead", body).status_code == 201
        self.has_lead = True

    @rule(ceiling=st.integers(500, 900))
    def agree_on_a_ceiling(self, ceiling):
        counted["steps"] += 1
        address = reverse("api:engagement-detail", args=[self.number])
        assert self.coordinator.patch(address, {"running_cost_ceiling": ceiling}).status_code == 200
        self.version += ceiling != self.ceiling  # what says the same again changes nothing
        self.has_ceiling, self.ceiling = True, ceiling

    @precondition(lambda self: not self.has_volunteer)
    @rule()
    def staff(self):
        engagement = Engagement.objects.get(pk=self.number)
        AssignmentFactory(
            engagement=engagement, starts_on=self.today, ends_on=self.today + timedelta(days=60)
        )
        self.has_volunteer = True

    @precondition(lambda self: not self.has_baseline)
    @rule()
    def record_a_baseline(self):
        counted["steps"] += 1
        metric = self.coordinator.post(
            reverse("api:metric-list"),
            {"engagement": self.number, "indicator": self.indicator, "reading": "periods"},
        )
        assert metric.status_code == 201, metric.json()
        baseline = {
            "metric": metric.json()["id"],
            "method": "measured",
            "count": 10,
            "exposure_months": 12,
            "window_start": "2025-01-01",
            "window_end": "2025-12-31",
            "source": "Register",
            "grade": "counted",
        }
        response = self.coordinator.post(reverse("api:baseline-list"), baseline)
        assert response.status_code == 201, response.json()
        self.has_baseline = True

    @precondition(lambda self: len(self.milestones) < 3)
    @rule()
    def add_a_milestone(self):
        body = {"title": f"Milestone {len(self.milestones)}", "planned_on": str(self.today)}
        response = self.post("engagement-add-milestone", body)
        assert response.status_code == (400 if self.is_over() else 201), (
            self.stage,
            response.json(),
        )
        if not self.is_over():
            self.milestones[response.json()["id"]] = "open"

    @precondition(lambda self: self.milestones)
    @rule(
        data=st.data(), verb=st.sampled_from(["finish", "accept", "reopen"]), by_lead=st.booleans()
    )
    def act_on_a_milestone(self, data, verb, by_lead):
        number = data.draw(st.sampled_from(sorted(self.milestones)))
        state = self.milestones[number]
        possible, after, body = {
            "finish": (state == "open", "done", {"done_on": str(self.today)}),
            "accept": (state == "done", "accepted", {}),
            "reopen": (state != "open" and not self.is_over(), "open", {"why": "Not yet."}),
        }[verb]
        by = self.lead if by_lead else self.coordinator
        response = self.post(f"milestone-{verb}", body, by=by, pk=number)
        may = not by_lead or verb == "accept"
        assert response.status_code == (403 if not may else 200 if possible else 400), (
            verb,
            state,
            response.json(),
        )
        if may and possible:
            self.milestones[number] = after

    @precondition(lambda self: not self.has_address)
    @rule()
    def write_down_the_address(self):
        Engagement.objects.get(pk=self.number).solutions.create(
            name="A", kind="site", url="https://a.example/"
        )
        self.has_address = True

    @rule(price=st.integers(1, 400))
    @precondition(lambda self: not self.has_cost)
    def write_down_a_cost(self, price):
        counted["steps"] += 1
        body = {"engagement": self.number, "kind": "hosting", "label": "A", "unit_price": price}
        response = self.coordinator.post(
            reverse("api:runningcost-list"), body | {"starts_on": str(self.today)}
        )
        assert response.status_code == 201, response.json()
        self.has_cost = True

    @precondition(lambda self: self.parts != PARTS)
    @rule(rest=st.booleans())
    def write_down_owners(self, rest):
        for kind in sorted(PARTS - self.parts)[: None if rest else 1]:
            counted["steps"] += 1
            body = {"engagement": self.number, "kind": kind, "label": "A", "holder": "beneficiary"}
            response = self.coordinator.post(
                reverse("api:ownershipitem-list"), body | {"since": str(self.today)}
            )
            assert response.status_code == 201, response.json()
            self.parts.add(kind)

    @rule(
        kinds=st.sets(st.sampled_from(sorted(REQUIRED)), min_size=1),
        outcome=st.sampled_from(["alone", "failed"]),
    )
    def drill(self, kinds, outcome):
        for kind in sorted(kinds):
            counted["steps"] += 1
            body = {
                "engagement": self.number,
                "kind": kind,
                "done_on": str(self.today),
                "done_by": "Rose",
            }
            response = self.lead.post(
                reverse("api:drill-list"), body | {"outcome": outcome, "evidence": "It works."}
            )
            assert response.status_code == 201, response.json()
        self.drills |= kinds if outcome == "alone" else set()

    @rule(agrees=st.booleans(), by_lead=st.booleans())
    def sign(self, agrees, by_lead):
        side, by = ("beneficiary", self.lead) if by_lead else ("member", self.coordinator)
        body = {
            "occasion": "handover",
            "side": side,
            "agrees": agrees,
            "comment": "So it is.",
            "name": "Rose",
        }
        body["seen"] = by.get(reverse("api:autonomy-to-sign", args=[self.number])).json()["seen"]
        response = self.post("autonomy-sign", body, by=by)
        expected = self.stage == "handover" and self.words.get(side) != agrees
        assert response.status_code == (201 if expected else 400), (self.stage, response.json())
        if expected:
            self.words[side] = agrees

    @precondition(lambda self: not self.is_over())
    @rule()
    def prepare_all_that_the_gates_want(self):
        """Without this, walks of thirty steps seldom come past two gates."""
        if not self.has_lead:
            self.appoint()
        self.agree_on_a_ceiling(ceiling=700)
        for done, fill in [
            (self.has_volunteer, self.staff),
            (self.has_baseline, self.record_a_baseline),
            (self.has_address, self.write_down_the_address),
        ]:
            if not done:
                fill()
        if not self.has_cost:
            self.write_down_a_cost(price=10)
        if "accepted" not in self.milestones.values():
            self.add_an_accepted_milestone()
        self.write_down_owners(rest=True)
        self.drill(kinds=REQUIRED, outcome="alone")

    def add_an_accepted_milestone(self):
        self.add_a_milestone()
        newest = max(self.milestones)
        assert (
            self.post("milestone-finish", {"done_on": str(self.today)}, pk=newest).status_code
            == 200
        )
        assert self.post("milestone-accept", {}, pk=newest).status_code == 200
        self.milestones[newest] = "accepted"

    @precondition(lambda self: self.stage == "handover")
    @rule()
    def sign_on_both_sides(self):
        self.sign(agrees=True, by_lead=True)
        self.sign(agrees=True, by_lead=False)

    # --- what always holds ---

    @invariant()
    def the_page_says_what_the_model_knows(self):
        if not hasattr(self, "number"):
            return
        body = self.coordinator.get(reverse("api:engagement-detail", args=[self.number])).json()
        assert (body["stage"], body["version"]) == (self.stage, self.version)
        assert (body["stopped_on"] is not None) == (self.stage == "stopped")
        assert (body["health"] is None) == self.is_over()

    @invariant()
    def each_change_left_its_history(self):
        if hasattr(self, "number"):
            assert Engagement.history.filter(id=self.number).count() == self.version


@pytest.mark.thorough
@pytest.mark.one_database
@pytest.mark.django_db
def test_any_order_of_steps_goes_as_the_model_says():
    counted.update(runs=0, steps=0, moves=0)
    quiet = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=False,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=quiet)

    assert counted["runs"] >= RUNS
    assert counted["steps"] > RUNS * 5
    assert counted["moves"] > 0  # which ones is up to chance: each of them is made below


@pytest.fixture
def life(db):
    life = Life()
    yield life
    life.teardown()


@pytest.mark.parametrize(
    ("start", "to"), [(start, to) for start in ACTIVE for to in sorted(MOVES[start])]
)
def test_each_move_is_made_once_all_that_its_gate_wants_is_there(life, start, to):
    life.begin(start=str(start))
    life.prepare_all_that_the_gates_want()
    if start == Stage.HANDOVER:
        life.sign_on_both_sides()

    life.move(to=str(to), has_reason=to == Stage.STOPPED)

    assert life.stage == to
    life.the_page_says_what_the_model_knows()
    life.each_change_left_its_history()
