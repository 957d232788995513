"""An engagement is opened, changed, and moved from stage to stage."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from engagements.domain.stages import Stage
from engagements.models import GatePass, LeadAppointment
from engagements.services import engagements
from tests.crm.factories import person_as
from tests.engagements.factories import (
    LEARNED,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    SolutionFactory,
    contact_of,
)
from tests.engagements.refusals import refused_fields
from tests.impact.factories import BaselineFactory
from tests.volunteers.factories import AssignmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
START = date(2026, 1, 5)


@pytest.fixture
def head(member):
    return person_as(Role.COORDINATOR, member, full_name="Hélène Head", is_head=True)


class TestMoveStage:
    def move(self, engagement, to, by, seen=None, **more):
        return engagements.move_stage(
            engagement, engagements.StageMove(to, **more), by=by, at=NOW, seen=seen
        )

    def test_refuses_design_without_a_full_time_lead(self, engagement, coordinator):
        with pytest.raises(Refused) as refused:
            self.move(engagement, Stage.DESIGN, coordinator)

        assert by_field(refused.value) == {"to": ["Appoint a full-time project lead first."]}
        engagement.refresh_from_db()
        assert engagement.stage == Stage.SCOPING

    def test_a_half_time_lead_does_not_open_design(self, engagement, coordinator):
        LeadAppointmentFactory(engagement=engagement, share=50)

        with pytest.raises(Refused):
            self.move(engagement, Stage.DESIGN, coordinator)

    def test_enters_design_with_a_full_time_lead_and_says_so_in_history(
        self, engagement, coordinator
    ):
        LeadAppointmentFactory(engagement=engagement)

        moved = self.move(engagement, Stage.DESIGN, coordinator)

        latest = moved.history.latest()
        assert (moved.stage, moved.stage_entered_on, moved.version) == (Stage.DESIGN, TODAY, 2)
        assert (latest.history_user, str(latest.history_change_reason)) == (
            coordinator,
            "Moved to Design",
        )

    def test_build_names_all_that_is_missing_at_once(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_design=True)

        with pytest.raises(Refused) as refused:
            self.move(engagement, Stage.BUILD, coordinator)

        assert set(by_field(refused.value)["to"]) == {
            "Agree a running-cost ceiling with the organisation first.",
            "Confirm at least one volunteer first.",
            "Record a baseline first: how the work went before, by hand.",
        }

    def test_enters_build_once_nothing_is_missing(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_design=True, running_cost_ceiling=50)
        AssignmentFactory(engagement=engagement)
        BaselineFactory(metric__engagement=engagement)

        assert self.move(engagement, Stage.BUILD, coordinator).stage == Stage.BUILD

    def test_a_hypothesis_is_no_baseline(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_design=True, running_cost_ceiling=50)
        AssignmentFactory(engagement=engagement)
        BaselineFactory(metric__engagement=engagement, method="hypothesis")

        with pytest.raises(Refused):
            self.move(engagement, Stage.BUILD, coordinator)

    def test_enters_launch_with_an_accepted_milestone_and_an_address(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_build=True)
        MilestoneFactory(engagement=engagement, accepted=True)
        with pytest.raises(Refused):
            self.move(engagement, Stage.LAUNCH, coordinator)

        SolutionFactory(engagement=engagement, url="https://solution.example/")

        assert self.move(engagement, Stage.LAUNCH, coordinator).stage == Stage.LAUNCH

    def test_the_head_coordinator_lets_a_gate_pass_with_a_reason_kept_for_ever(
        self, engagement, head
    ):
        self.move(engagement, Stage.DESIGN, head, reason="The lead arrives on Monday.")

        gate_pass = GatePass.objects.get()
        assert (gate_pass.gate, gate_pass.reason, gate_pass.passed_by) == (
            "full-time-lead",
            "The lead arrives on Monday.",
            head,
        )

    def test_nobody_else_passes_a_gate_whatever_the_reason(self, engagement, coordinator):
        with pytest.raises(Refused):
            self.move(engagement, Stage.DESIGN, coordinator, reason="Please.")

        assert not GatePass.objects.exists()

    def test_the_head_passes_no_gate_without_a_reason(self, engagement, head):
        with pytest.raises(Refused):
            self.move(engagement, Stage.DESIGN, head, reason="  ")

    def test_stopping_wants_a_reason(self, engagement, coordinator):
        with pytest.raises(Refused) as refused:
            self.move(engagement, Stage.STOPPED, coordinator)
        assert "reason" in by_field(refused.value)

        stopped = self.move(
            engagement,
            Stage.STOPPED,
            coordinator,
            reason="The association closed.",
            post_mortem=LEARNED,
        )
        assert (stopped.stopped_on, stopped.stop_reason) == (TODAY, "The association closed.")

    def test_stopping_frees_the_lead_for_another_engagement(self, engagement, coordinator):
        next_month = TODAY + timedelta(days=30)
        present = {"starts_on": START, "ends_on": next_month - timedelta(days=1)}
        appointment = LeadAppointmentFactory(engagement=engagement, **present)
        to_come = LeadAppointmentFactory(engagement=engagement, starts_on=next_month)

        engagements.move_stage(
            engagement,
            engagements.StageMove(to=Stage.STOPPED, reason="No funds", post_mortem=LEARNED),
            by=coordinator,
            at=NOW,
        )

        appointment.refresh_from_db()
        assert appointment.ends_on == TODAY
        assert not LeadAppointment.objects.filter(pk=to_come.pk).exists()

    def test_a_stale_move_is_refused(self, engagement, head):
        self.move(engagement, Stage.DESIGN, head, reason="One.", seen=1)

        with pytest.raises(Stale):
            self.move(engagement, Stage.SCOPING, head, seen=1)


class TestOpening:
    def test_the_coordinator_belongs_to_the_member(self, member, coordinator, outsider):
        with pytest.raises(Refused) as refused:
            engagements.open_engagement(
                engagements.NewEngagement(
                    title="x",
                    beneficiary=contact_of(EngagementFactory()).organisation,
                    member=member,
                    coordinator=outsider,
                    started_on=START,
                ),
                by=coordinator,
            )
        assert "coordinator" in by_field(refused.value)


class TestChange:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": "x" * 300}, "title"),
            ({"title": ""}, "title"),
            ({"running_cost_ceiling": -1}, "running_cost_ceiling"),
            ({"running_cost_ceiling": 10**9}, "running_cost_ceiling"),
            ({"started_on": date(1999, 1, 1)}, "non_field_errors"),
        ],
    )
    def test_absurd_values_are_refused_whoever_calls(self, engagement, coordinator, changes, field):
        assert field in refused_fields(
            engagements.change_engagement, engagement, changes, by=coordinator
        )

    def test_the_stage_is_not_changed_by_the_back_door(self, engagement, coordinator):
        changed = engagements.change_engagement(
            engagement, {"title": "New", "stage": "autonomous"}, by=coordinator
        )

        assert (changed.title, changed.stage) == ("New", "scoping")

    def test_a_coordinator_of_another_member_is_refused(self, engagement, coordinator, outsider):
        with pytest.raises(Refused) as refused:
            engagements.change_engagement(engagement, {"coordinator": outsider}, by=coordinator)

        assert "coordinator" in by_field(refused.value)
