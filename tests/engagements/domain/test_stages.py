"""The life of an engagement follows its table of moves."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from engagements.domain.stages import GATES, MOVES, Stage, missing_for
from engagements.services import engagements
from tests.crm.factories import person_as
from tests.engagements.factories import LEARNED, EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def head(member):
    return person_as(Role.COORDINATOR, member, full_name="Hélène Head", is_head=True)


class TestTable:
    def move(self, engagement, to, by, seen=None, **more):
        return engagements.move_stage(
            engagement, engagements.StageMove(to, **more), by=by, at=NOW, seen=seen
        )

    def test_a_stage_is_never_skipped(self, engagement, head):
        with pytest.raises(Refused):
            self.move(engagement, Stage.BUILD, head, reason="Hurry.")

    @given(wishes=st.lists(st.sampled_from(list(Stage)), max_size=12))
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_whatever_one_asks_the_life_follows_its_table(self, member, head, wishes):
        with transaction.atomic():
            engagement = EngagementFactory(member=member)
            for wish in wishes:
                before = Stage(engagement.stage)
                try:
                    engagement = self.move(
                        engagement, wish, head, reason="Tried.", post_mortem=LEARNED
                    )
                except Refused:
                    assert wish not in MOVES[before]
                else:
                    assert wish in MOVES[before]
                    assert (engagement.stopped_on is not None) == (wish == Stage.STOPPED)
            transaction.set_rollback(True)

    def test_every_gate_of_every_stage_is_known(self):
        assert {
            stage.value: sorted(gate.key for gate in gates) for stage, gates in GATES.items()
        } == {
            "scoping": [],
            "design": ["full-time-lead"],
            "build": ["baseline", "confirmed-assignment", "running-cost-ceiling"],
            "launch": ["accepted-milestone", "address"],
            "handover": ["owners", "running-costs"],
            "autonomous": ["drills", "signatures"],
            "stopped": [],
        }


class TestGates:
    def missing(self, engagement, to):
        return [gate.key for gate in missing_for(engagement, to, NOW.date())]

    def test_name_what_is_missing_on_the_way_forward(self):
        engagement = EngagementFactory()
        assert self.missing(engagement, Stage.DESIGN) == ["full-time-lead"]

        LeadAppointmentFactory(engagement=engagement)
        assert self.missing(engagement, Stage.DESIGN) == []

    def test_ask_nothing_on_the_way_back(self):
        assert self.missing(EngagementFactory(in_build=True), Stage.LAUNCH)
        assert self.missing(EngagementFactory(in_handover=True), Stage.LAUNCH) == []
