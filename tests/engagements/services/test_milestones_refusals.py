"""What is refused of a milestone, and where each sentence stands."""

from datetime import date

import pytest

from crm.domain.refusals import Refused, Stale, by_field
from engagements.models import Milestone
from engagements.services import milestones
from tests.engagements.factories import MilestoneFactory
from tests.engagements.refusals import refused_fields

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


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


class TestStates:
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
