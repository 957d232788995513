"""What the services of an engagement refuse beside the rules of test_life, with the field each sentence stands at."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from crm.domain.refusals import Refused, Stale, by_field
from crm.models import Interaction
from engagements.models import Blocker, LeadAppointment, Milestone, Solution
from engagements.services import engagements, leads, milestones, parts, progress, records
from tests.crm.factories import ContactFactory
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    SolutionFactory,
)

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


def contact_of(engagement):
    return ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)


def refused_fields(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        call(*args, **kwargs)
    return by_field(refused.value)


class TestLeads:
    def test_days_are_written_in_the_readers_language(self, engagement, coordinator):
        for language, day in (("fr", "5 janvier 2026"), ("en", "5 January 2026")):
            with translation.override(language):
                told = refused_fields(
                    leads.appoint_lead,
                    engagement,
                    leads.LeadChoice(contact_of(engagement)),
                    leads.LeadTerm(date(2025, 12, 1)),
                    by=coordinator,
                )
            assert day in told["starts_on"][0]

    def test_a_refused_appointment_changes_nothing(self, engagement, coordinator):
        present = LeadAppointmentFactory(engagement=engagement)
        busy = contact_of(engagement)
        LeadAppointmentFactory(engagement__beneficiary=engagement.beneficiary, contact=busy)

        refused_fields(
            leads.appoint_lead,
            engagement,
            leads.LeadChoice(busy),
            leads.LeadTerm(TODAY),
            by=coordinator,
        )

        present.refresh_from_db()
        assert present.ends_on is None
        assert present.history.get().history_type == "+"

    def test_one_who_leads_half_time_may_lead_half_time_elsewhere(self, engagement, coordinator):
        contact = contact_of(engagement)
        LeadAppointmentFactory(
            engagement__beneficiary=engagement.beneficiary, contact=contact, share=50
        )

        appointment = leads.appoint_lead(
            engagement,
            leads.LeadChoice(contact=contact),
            leads.LeadTerm(starts_on=TODAY, share=50),
            by=coordinator,
        )

        assert appointment.share == 50

    def test_wants_somebody(self, engagement, coordinator):
        nobody, term = leads.LeadChoice(), leads.LeadTerm(TODAY)

        assert "contact" in refused_fields(
            leads.appoint_lead, engagement, nobody, term, by=coordinator
        )
        assert not LeadAppointment.objects.exists()

    def test_an_end_before_the_start_is_refused_at_its_field(self, engagement, coordinator):
        appointment = LeadAppointmentFactory(engagement=engagement)

        assert "ends_on" in refused_fields(
            leads.end_lead, appointment, ends_on=date(2026, 1, 4), by=coordinator
        )

    def test_a_last_day_on_the_first_day_is_one_day(self, engagement, coordinator):
        appointment = LeadAppointmentFactory(engagement=engagement)

        assert leads.end_lead(
            appointment, ends_on=appointment.starts_on, by=coordinator
        ).ends_on == date(2026, 1, 5)

    def test_an_end_within_the_next_leads_days_is_refused(self, engagement, coordinator):
        first = LeadAppointmentFactory(engagement=engagement, ends_on=date(2026, 3, 1))
        LeadAppointmentFactory(engagement=engagement, starts_on=date(2026, 4, 1))

        assert "ends_on" in refused_fields(
            leads.end_lead, first, ends_on=date(2026, 4, 1), by=coordinator
        )

    def test_an_end_within_full_time_days_elsewhere_is_refused_in_words(
        self, engagement, coordinator
    ):
        """The database refused it alone once, and the page failed."""
        contact = contact_of(engagement)
        first = LeadAppointmentFactory(
            engagement=engagement, contact=contact, ends_on=date(2026, 3, 1)
        )
        LeadAppointmentFactory(
            engagement__beneficiary=engagement.beneficiary,
            contact=contact,
            starts_on=date(2026, 4, 1),
        )

        assert "ends_on" in refused_fields(
            leads.end_lead, first, ends_on=date(2026, 5, 1), by=coordinator
        )

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"), [(date(2100, 1, 1), None), (TODAY, date(9999, 12, 31))]
    )
    def test_absurd_days_are_refused_by_the_service_and_by_the_database(
        self, engagement, coordinator, starts_on, ends_on
    ):
        contact = contact_of(engagement)
        choice, term = leads.LeadChoice(contact), leads.LeadTerm(starts_on, ends_on)

        assert refused_fields(leads.appoint_lead, engagement, choice, term, by=coordinator)
        with pytest.raises(IntegrityError), transaction.atomic():
            LeadAppointment.objects.create(
                engagement=engagement, contact=contact, starts_on=starts_on, ends_on=ends_on
            )


class TestMilestones:
    def test_what_is_done_moves_no_more(self, engagement, coordinator):
        milestone = MilestoneFactory(engagement=engagement, done=True)

        errors = refused_fields(
            milestones.change_milestone,
            milestone,
            milestones.MilestonePlan("Online", date(2026, 9, 1)),
            by=coordinator,
        )

        assert "planned_on" in errors

    def test_what_is_done_may_be_renamed(self, engagement, coordinator):
        milestone = MilestoneFactory(engagement=engagement, done=True)

        changed = milestones.change_milestone(
            milestone,
            milestones.MilestonePlan(title="On line", planned_on=milestone.planned_on),
            by=coordinator,
        )

        assert (changed.title, changed.done_on) == ("On line", milestone.done_on)

    def test_a_move_before_the_engagement_is_refused(self, engagement, coordinator):
        errors = refused_fields(
            milestones.change_milestone,
            MilestoneFactory(engagement=engagement),
            milestones.MilestonePlan("Online", date(2025, 1, 1)),
            by=coordinator,
        )

        assert "planned_on" in errors

    def test_done_before_the_engagement_is_refused(self, engagement, coordinator):
        errors = refused_fields(
            milestones.finish_milestone,
            MilestoneFactory(engagement=engagement),
            done_on=date(2025, 1, 1),
            today=TODAY,
            by=coordinator,
        )

        assert "done_on" in errors

    def test_what_was_accepted_keeps_the_day_it_was_done(self, engagement, coordinator):
        """Finishing again once moved the day under an acceptance that was given for another."""
        milestone = MilestoneFactory(engagement=engagement, accepted=True)

        refused_fields(
            milestones.finish_milestone, milestone, done_on=TODAY, today=TODAY, by=coordinator
        )

        milestone.refresh_from_db()
        assert milestone.done_on == date(2026, 6, 10)

    def test_reopening_takes_the_acceptance_back_and_the_history_keeps_it(
        self, engagement, coordinator
    ):
        milestone = MilestoneFactory(engagement=engagement, done=True)
        milestones.accept_milestone(
            milestone, seen=milestone.version, today=TODAY, comment="Fine", by=coordinator
        )

        reopened = milestones.reopen_milestone(milestone, by=coordinator, why="It broke")

        assert (
            reopened.done_on,
            reopened.accepted_on,
            reopened.accepted_by,
            reopened.acceptance_comment,
        ) == (
            None,
            None,
            None,
            "",
        )
        latest, before = reopened.history.order_by("-history_id")[:2]
        assert (latest.history_change_reason, before.acceptance_comment) == ("It broke", "Fine")

    def test_an_open_one_is_not_reopened(self, engagement, coordinator):
        refused_fields(
            milestones.reopen_milestone,
            MilestoneFactory(engagement=engagement),
            by=coordinator,
            why="Mistake",
        )

    def test_removing_leaves_its_last_words_in_history(self, engagement, coordinator):
        milestone = milestones.add_milestone(
            engagement, milestones.MilestonePlan(title="Online", planned_on=TODAY), by=coordinator
        )
        key = milestone.pk

        milestones.remove_milestone(milestone, by=coordinator, why="Entered twice")

        assert not Milestone.objects.exists()
        assert (
            Milestone.history.get(id=key, history_type="-").history_change_reason == "Entered twice"
        )

    @pytest.mark.parametrize(
        ("verb", "given"),
        [
            (milestones.change_milestone, {"plan": milestones.MilestonePlan("His", TODAY)}),
            (milestones.finish_milestone, {"done_on": TODAY, "today": TODAY}),
            (milestones.accept_milestone, {"today": TODAY}),
        ],
    )
    def test_a_form_opened_before_somebody_elses_save_is_stale(
        self, engagement, coordinator, verb, given
    ):
        milestone = MilestoneFactory(
            engagement=engagement, done=verb is milestones.accept_milestone
        )
        milestones.change_milestone(
            milestone,
            milestones.MilestonePlan(title="Hers", planned_on=milestone.planned_on),
            by=coordinator,
            seen=1,
        )

        with pytest.raises(Stale):
            verb(milestone, **given, by=coordinator, seen=1)

    def test_the_database_wants_a_person_and_a_day_done_for_an_acceptance(self, engagement):
        milestone = MilestoneFactory(engagement=engagement)

        with pytest.raises(IntegrityError), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(accepted_on=TODAY)


class TestBlockers:
    def log(self, engagement, by, at=NOW, seen=None, **words):
        news = progress.WeekLog(**{"week": date(2026, 6, 8)} | words)
        return progress.log_progress(engagement, news, by=by, at=at, seen=seen)

    def test_one_without_words_is_refused_and_nothing_is_written(self, engagement, coordinator):
        errors = refused_fields(self.log, engagement, coordinator, done="Some", opens_blocker=True)

        assert "blocked" in errors
        assert not engagement.logs.exists()

    def test_a_resolved_one_that_is_ticked_again_blocks_again(self, engagement, coordinator):
        self.log(engagement, coordinator, blocked="No server", opens_blocker=True)
        progress.resolve_blocker(
            Blocker.objects.get(), by=coordinator, today=TODAY, resolution="Bought one"
        )

        self.log(engagement, coordinator, blocked="It burnt", opens_blocker=True)

        blocker = Blocker.objects.get()
        assert (blocker.text, blocker.resolved_on, blocker.resolution) == ("It burnt", None, "")
        assert "Bought one" in blocker.history.values_list("resolution", flat=True)

    def test_the_database_refuses_one_resolved_before_it_opened(self, engagement):
        with pytest.raises(IntegrityError), transaction.atomic():
            BlockerFactory(engagement=engagement, resolved_on=date(2026, 5, 1))


class TestRecords:
    def test_a_note_on_tomorrow_is_refused(self, engagement, coordinator):
        errors = refused_fields(
            records.log_interaction,
            engagement,
            records.InteractionNote("call", TODAY + timedelta(days=1), "x"),
            by=coordinator,
            today=TODAY,
        )

        assert "happened_on" in errors

    def test_a_contact_of_another_organisation_is_refused(self, engagement, coordinator):
        errors = refused_fields(
            records.log_interaction,
            engagement,
            records.InteractionNote(
                "call", TODAY, "x", contact=ContactFactory(kept_by=engagement.member)
            ),
            by=coordinator,
            today=TODAY,
        )

        assert "contact" in errors
        assert not Interaction.objects.exists()

    def test_a_note_is_kept_by_the_member_and_known_to_the_engagement(
        self, engagement, coordinator
    ):
        note = records.log_interaction(
            engagement,
            records.InteractionNote(kind="mail", happened_on=TODAY, text="Hello"),
            by=coordinator,
            today=TODAY,
        )

        assert (note.kept_by, note.organisation) == (engagement.member, engagement.beneficiary)
        assert engagement.interactions.get().interaction == note

    def test_a_stale_solution_is_refused(self, engagement, coordinator):
        solution = SolutionFactory(engagement=engagement)
        hers, his = Solution.objects.get(pk=solution.pk), Solution.objects.get(pk=solution.pk)
        hers.stack = "Django"
        parts.save_part(hers, by=coordinator, seen=1)

        his.stack = "Rails"
        with pytest.raises(Stale):
            parts.save_part(his, by=coordinator, seen=1)
        solution.refresh_from_db()
        assert solution.stack == "Django"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "ftp", "https://" + "x" * 300 + ".example/"]
    )
    def test_an_address_that_leads_nowhere_is_refused(self, engagement, coordinator, url):
        solution = SolutionFactory.build(engagement=engagement, url=url)

        assert "url" in refused_fields(parts.save_part, solution, by=coordinator)


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
