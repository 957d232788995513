from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.audit.write import mark_of
from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from engagements.domain import health
from engagements.domain.stages import GATES, MOVES, Stage
from engagements.models import (
    Blocker,
    Engagement,
    GatePass,
    LeadAppointment,
    Milestone,
    ProgressLog,
)
from engagements.services import engagements, leads, milestones, progress
from tests.crm.factories import ContactFactory, person_as
from tests.engagements.factories import (
    LEARNED,
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    ProgressLogFactory,
    SolutionFactory,
)
from tests.impact.factories import BaselineFactory
from tests.volunteers.factories import AssignmentFactory

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
START = date(2026, 1, 5)
RULES = health.DEFAULTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def head(member):
    return person_as(Role.COORDINATOR, member, full_name="Hélène Head", is_head=True)


def contact_of(engagement):
    return ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)


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

    def test_a_stage_is_never_skipped(self, engagement, head):
        with pytest.raises(Refused):
            self.move(engagement, Stage.BUILD, head, reason="Hurry.")

    def test_a_stale_move_is_refused(self, engagement, head):
        self.move(engagement, Stage.DESIGN, head, reason="One.", seen=1)

        with pytest.raises(Stale):
            self.move(engagement, Stage.SCOPING, head, seen=1)

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


class TestLeads:
    def named(self, engagement, coordinator, **given):
        today = timezone.localdate()
        contact = given.pop("contact", contact_of(engagement))
        choice = leads.LeadChoice(contact, given.pop("new_name", ""))
        term = leads.LeadTerm(**{"starts_on": today} | given)
        return leads.appoint_lead(engagement, choice, term, by=coordinator), today

    def test_a_new_person_of_a_contacts_name_is_that_contact(self, engagement, coordinator):
        namesake = contact_of(engagement)
        somebody = contact_of(engagement)

        with pytest.raises(Refused) as refused:
            self.named(
                engagement, coordinator, contact=None, new_name=f" {namesake.full_name.upper()} "
            )
        assert list(refused.value.message_dict) == ["new_name"]

        appointment, today = self.named(engagement, coordinator, contact=somebody)
        with pytest.raises(Refused):
            leads.correct_lead(
                appointment,
                leads.LeadChoice(new_name=namesake.full_name),
                reason="Slip",
                by=coordinator,
                today=today,
            )

    def test_one_named_by_mistake_is_corrected_the_same_day_with_a_reason(
        self, engagement, coordinator
    ):
        appointment, today = self.named(engagement, coordinator, share=50)
        right_one = contact_of(engagement)

        leads.correct_lead(
            appointment,
            leads.LeadChoice(contact=right_one),
            reason="Namesakes",
            by=coordinator,
            today=today,
        )

        (row,) = LeadAppointment.objects.filter(engagement=engagement)
        assert (row.contact, row.starts_on, row.share) == (right_one, today, 50)
        assert row.history.first().history_change_reason == "Namesakes"

    def test_one_named_on_an_earlier_day_is_replaced_and_not_corrected(
        self, engagement, coordinator
    ):
        appointment, today = self.named(engagement, coordinator)
        choice, tomorrow = leads.LeadChoice(contact_of(engagement)), today + timedelta(days=1)

        with pytest.raises(Refused, match="replace them"):
            leads.correct_lead(appointment, choice, reason="Late", by=coordinator, today=tomorrow)

    def test_a_correction_names_somebody_else_of_the_organisation(self, engagement, coordinator):
        appointment, today = self.named(engagement, coordinator)

        for wrong in (appointment.contact, ContactFactory()):
            with pytest.raises(Refused) as refused:
                leads.correct_lead(
                    appointment,
                    leads.LeadChoice(contact=wrong),
                    reason="x",
                    by=coordinator,
                    today=today,
                )
            assert list(by_field(refused.value)) == ["contact"]

    def test_the_page_offers_it_on_that_day_and_does_it(self, client, engagement, coordinator):
        appointment, _today = self.named(engagement, coordinator)
        client.force_login(coordinator)
        address = reverse("engagements:lead-correct", args=[appointment.pk])

        assert address in client.get(engagement.get_absolute_url()).content.decode()
        assert client.post(address, {"new_name": "Zoé"}).status_code == 422
        assert (
            client.post(
                address, {"new_name": "Zoé", "reason": "Faute", "seen": mark_of(appointment)}
            ).status_code
            == 302
        )
        appointment.refresh_from_db()
        assert appointment.contact.full_name == "Zoé"

    def test_replacing_ends_the_present_one_the_day_before(self, engagement, coordinator):
        first = LeadAppointmentFactory(engagement=engagement)

        leads.appoint_lead(
            engagement,
            leads.LeadChoice(contact=contact_of(engagement)),
            leads.LeadTerm(starts_on=TODAY),
            by=coordinator,
        )

        first.refresh_from_db()
        assert first.ends_on == TODAY - timedelta(days=1)

    def test_refuses_days_that_another_lead_has(self, engagement, coordinator):
        LeadAppointmentFactory(engagement=engagement, ends_on=date(2026, 8, 1))

        with pytest.raises(Refused) as refused:
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=contact_of(engagement)),
                leads.LeadTerm(starts_on=TODAY),
                by=coordinator,
            )

        assert "starts_on" in by_field(refused.value)

    def test_refuses_full_time_in_two_places(self, engagement, coordinator, member):
        contact = contact_of(engagement)
        other = EngagementFactory(member=member, beneficiary=engagement.beneficiary)
        LeadAppointmentFactory(engagement=other, contact=contact)

        with pytest.raises(Refused) as refused:
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=contact),
                leads.LeadTerm(starts_on=TODAY),
                by=coordinator,
            )

        assert "contact" in by_field(refused.value)

    def test_refuses_somebody_of_another_organisation(self, engagement, coordinator):
        with pytest.raises(Refused):
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=ContactFactory()),
                leads.LeadTerm(starts_on=TODAY),
                by=coordinator,
            )

    def test_refuses_a_start_before_the_engagement(self, engagement, coordinator):
        with pytest.raises(Refused):
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=contact_of(engagement)),
                leads.LeadTerm(starts_on=date(2020, 1, 1)),
                by=coordinator,
            )

    @pytest.mark.parametrize(
        "second",
        [{"starts_on": TODAY}, {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 2, 2)}],
    )
    def test_the_database_refuses_overlaps_by_itself(self, engagement, second):
        LeadAppointmentFactory(engagement=engagement, ends_on=TODAY)

        with pytest.raises(IntegrityError), transaction.atomic():
            LeadAppointment.objects.create(
                engagement=engagement, contact=contact_of(engagement), share=50, **second
            )

    def test_the_database_refuses_full_time_in_two_places_by_itself(self, engagement, member):
        contact = contact_of(engagement)
        other = EngagementFactory(member=member, beneficiary=engagement.beneficiary)
        LeadAppointmentFactory(engagement=other, contact=contact)

        with pytest.raises(IntegrityError), transaction.atomic():
            LeadAppointment.objects.create(engagement=engagement, contact=contact, starts_on=TODAY)


class TestMilestones:
    def test_moving_keeps_what_was_planned_first(self, engagement, coordinator):
        milestone = milestones.add_milestone(
            engagement, milestones.MilestonePlan(title="Online", planned_on=TODAY), by=coordinator
        )

        moved = milestones.change_milestone(
            milestone,
            milestones.MilestonePlan(title="Online", planned_on=date(2026, 7, 1)),
            why="The server is late",
            by=coordinator,
        )

        assert (moved.planned_first_on, moved.planned_on, moved.slip) == (
            TODAY,
            date(2026, 7, 1),
            16,
        )
        assert moved.history.latest().history_change_reason == "The server is late"

    def test_the_database_never_moves_what_was_planned_first(self, engagement):
        milestone = MilestoneFactory(engagement=engagement)

        with pytest.raises(Exception, match="planned_first"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(planned_first_on=date(2027, 1, 1))

    def test_refuses_one_before_the_engagement_starts(self, engagement, coordinator):
        with pytest.raises(Refused):
            milestones.add_milestone(
                engagement,
                milestones.MilestonePlan(title="Too early", planned_on=date(2025, 1, 1)),
                by=coordinator,
            )

    def test_refuses_done_in_the_future(self, engagement, coordinator):
        with pytest.raises(Refused) as refused:
            milestones.finish_milestone(
                MilestoneFactory(engagement=engagement),
                done_on=date(2026, 7, 1),
                today=TODAY,
                by=coordinator,
            )
        assert "done_on" in by_field(refused.value)

    def test_accepts_once_and_only_what_is_done(self, engagement, coordinator):
        milestone = MilestoneFactory(engagement=engagement)
        with pytest.raises(Refused):
            milestones.accept_milestone(
                milestone, seen=milestone.version, today=TODAY, by=coordinator
            )
        milestone = milestones.finish_milestone(
            milestone, done_on=TODAY, today=TODAY, by=coordinator
        )

        milestones.accept_milestone(
            milestone, seen=milestone.version, today=TODAY, comment="Well done 🎉", by=coordinator
        )

        with pytest.raises(Refused):
            milestones.accept_milestone(
                milestone, seen=milestone.version, today=TODAY, by=coordinator
            )

    def test_an_accepted_one_is_never_removed(self, engagement, coordinator):
        with pytest.raises(Refused):
            milestones.remove_milestone(
                MilestoneFactory(engagement=engagement, accepted=True), by=coordinator, why="x"
            )


class TestProgress:
    def log(self, engagement, by, at=NOW, seen=None, **words):
        news = progress.WeekLog(**{"week": date(2026, 6, 8)} | words)
        return progress.log_progress(engagement, news, by=by, at=at, seen=seen)

    def test_logging_a_week_again_changes_it_and_keeps_the_old_words(self, engagement, coordinator):
        self.log(engagement, coordinator, done="First words")

        log = self.log(engagement, coordinator, done="Second words", seen=1)

        assert ProgressLog.objects.count() == 1
        assert [row.done for row in log.history.order_by("history_id")] == [
            "First words",
            "Second words",
        ]

    def test_a_blocker_opens_once_and_follows_its_words(self, engagement, coordinator):
        self.log(engagement, coordinator, blocked="No server", opens_blocker=True)

        self.log(engagement, coordinator, blocked="No server yet", opens_blocker=True)

        assert [blocker.text for blocker in Blocker.objects.all()] == ["No server yet"]

    def test_refuses_an_empty_week_that_is_not_called_nothing(self, engagement, coordinator):
        with pytest.raises(Exception, match="Nothing this week"):
            self.log(engagement, coordinator)

    def test_refuses_a_week_to_come_and_one_before_the_start(self, engagement, coordinator):
        for week in (date(2026, 6, 22), date(2025, 12, 22)):
            with pytest.raises(Refused):
                self.log(engagement, coordinator, week=week, done="x")

    def test_last_news_only_moves_forward(self, engagement, coordinator):
        self.log(engagement, coordinator, done="x")
        earlier = NOW - timedelta(days=30)

        self.log(engagement, coordinator, week=date(2026, 5, 11), done="y", at=earlier)

        engagement.refresh_from_db()
        assert engagement.last_news_on == TODAY

    def test_the_database_wants_mondays(self, engagement, coordinator):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProgressLogFactory(engagement=engagement, author=coordinator, week=date(2026, 6, 9))

    def test_a_blocker_is_resolved_once(self, engagement, coordinator):
        blocker = BlockerFactory(engagement=engagement)
        progress.resolve_blocker(blocker, by=coordinator, today=TODAY)

        with pytest.raises(Refused):
            progress.resolve_blocker(blocker, by=coordinator, today=TODAY)


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

    def test_the_database_keeps_the_stop_date_with_the_stage(self, engagement):
        with pytest.raises(IntegrityError), transaction.atomic():
            Engagement.objects.filter(pk=engagement.pk).update(stopped_on=TODAY)


DAYS_BACK = st.none() | st.integers(min_value=0, max_value=60)


class TestHealth:
    @given(
        vacant=DAYS_BACK,
        late=DAYS_BACK,
        blocked=DAYS_BACK,
        silent=st.integers(min_value=0, max_value=60),
    )
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_the_filter_and_the_reasons_agree(self, member, vacant, late, blocked, silent):
        with transaction.atomic():
            engagement = EngagementFactory(
                member=member,
                last_news_on=TODAY - timedelta(days=silent),
                started_on=TODAY - timedelta(days=90),
            )
            ends_on = None if vacant is None else TODAY - timedelta(days=max(vacant, 1))
            LeadAppointmentFactory(
                engagement=engagement, starts_on=engagement.started_on, ends_on=ends_on
            )
            if late:
                MilestoneFactory(
                    engagement=engagement, planned_first_on=TODAY - timedelta(days=late)
                )
            if blocked is not None:
                BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=blocked))

            facts = Engagement.objects.with_facts(TODAY)
            current = health.of(facts.get(pk=engagement.pk), TODAY, RULES)
            levels = [
                level
                for level in health.HealthLevel
                if level != health.HealthLevel.GOOD
                and facts.filter(health.where(level, TODAY, RULES))
            ]

            assert levels == ([current.level] if current.level != health.HealthLevel.GOOD else [])
            assert current.reasons
            transaction.set_rollback(True)

    def test_no_news_is_never_good(self, engagement):
        LeadAppointmentFactory(engagement=engagement)
        facts = Engagement.objects.with_facts(TODAY).get(pk=engagement.pk)

        assert health.of(facts, TODAY, RULES).level == health.HealthLevel.UNKNOWN

    def test_what_is_over_has_no_health(self):
        EngagementFactory(stopped=True)

        assert health.of(Engagement.objects.with_facts(TODAY).get(), TODAY, RULES) is None
