"""A milestone in the words of the service: each refusal on the day it begins to hold, each line of the history."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from crm.domain.refusals import ChangedSinceRead, Stale, Unread
from engagements.models import Dependency, Milestone
from engagements.services import milestones
from tests.crm.factories import UserFactory
from tests.engagements.factories import STARTED_ON, EngagementFactory, MilestoneFactory
from tests.services import WHOLE, last_line, refusal

pytestmark = pytest.mark.django_db

TODAY, DAY = date(2026, 6, 15), timedelta(days=1)
TOO_EARLY = ["A milestone cannot come before the engagement starts."]
OVER = {
    WHOLE: [
        "This engagement is over: what is open may be finished or closed, and nothing else is planned."
    ]
}
STALE = "Somebody else changed this while you were writing."


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def over():
    return EngagementFactory(stopped=True)


@pytest.fixture
def open_one(engagement):
    return MilestoneFactory(engagement=engagement, title="Pilot", planned_first_on=date(2026, 6, 1))


@pytest.fixture
def done(engagement):
    return MilestoneFactory(engagement=engagement, title="Online", done=True)


@pytest.fixture
def accepted(engagement, coordinator):
    return MilestoneFactory(
        engagement=engagement,
        title="Survey",
        accepted=True,
        accepted_by=coordinator,
        acceptance_comment="Thank you",
    )


class TestAdd:
    def test_keeps_what_was_given(self, engagement, coordinator, open_one):
        owner = UserFactory()

        milestone = milestones.add_milestone(
            engagement,
            milestones.MilestonePlan(
                title="Online", planned_on=TODAY, owner=owner, after=[open_one]
            ),
            by=coordinator,
        )

        milestone = Milestone.objects.get(pk=milestone.pk)
        assert (milestone.engagement, milestone.title, milestone.owner) == (
            engagement,
            "Online",
            owner,
        )
        assert (milestone.planned_first_on, milestone.planned_on, milestone.done_on) == (
            TODAY,
            TODAY,
            None,
        )
        assert last_line(milestone) == (coordinator, "Added")
        wait = Dependency.objects.get(milestone=milestone)
        assert (wait.after, last_line(wait)) == (open_one, (coordinator, "Waits"))

    def test_from_the_first_day_of_the_engagement_on(self, engagement, coordinator):
        assert refusal(
            milestones.add_milestone,
            engagement,
            milestones.MilestonePlan("Online", STARTED_ON - DAY),
            by=coordinator,
        ) == {"planned_on": TOO_EARLY}
        assert milestones.add_milestone(
            engagement,
            milestones.MilestonePlan(title="Online", planned_on=STARTED_ON),
            by=coordinator,
        ).pk

    def test_not_once_the_engagement_is_over(self, over, coordinator):
        assert (
            refusal(
                milestones.add_milestone,
                over,
                milestones.MilestonePlan("Online", TODAY),
                by=coordinator,
            )
            == OVER
        )
        assert not over.milestones.exists()


class TestChange:
    def change(self, milestone, by, seen=None, why="", **facts):
        fields = {
            "title": milestone.title,
            "planned_on": milestone.planned_on,
            "owner": milestone.owner,
        } | facts
        plan = milestones.MilestonePlan(**fields)
        return milestones.change_milestone(milestone, plan, by=by, why=why, seen=seen)

    def test_keeps_what_was_given(self, open_one, coordinator):
        owner = UserFactory()

        self.change(open_one, coordinator, title="Pilot 2", planned_on=TODAY, owner=owner)

        open_one.refresh_from_db()
        assert (open_one.title, open_one.owner, open_one.planned_on) == ("Pilot 2", owner, TODAY)
        assert (open_one.planned_first_on, open_one.version) == (date(2026, 6, 1), 2)
        assert last_line(open_one) == (coordinator, "Moved")

    def test_says_moved_where_the_day_moves_alone(self, open_one, coordinator):
        self.change(open_one, coordinator, title="Pilot 2")

        assert last_line(open_one) == (coordinator, "Changed")

    def test_says_in_one_s_own_words_why(self, open_one, coordinator):
        self.change(open_one, coordinator, planned_on=TODAY, why="The server is late")

        assert last_line(open_one) == (coordinator, "The server is late")

    def test_from_the_first_day_of_the_engagement_on(self, open_one, coordinator):
        assert refusal(self.change, open_one, coordinator, planned_on=STARTED_ON - DAY) == {
            "planned_on": TOO_EARLY
        }
        assert self.change(open_one, coordinator, planned_on=STARTED_ON).planned_on == STARTED_ON

    def test_a_done_one_is_renamed_and_not_moved(self, done, coordinator):
        assert self.change(done, coordinator, title="Online at last").title == "Online at last"
        assert refusal(self.change, done, coordinator, planned_on=done.planned_on + DAY) == {
            "planned_on": ["This milestone is done: reopen it before you move it."]
        }

    def test_waits_for_those_that_are_named(self, open_one, done, accepted, coordinator):
        self.change(open_one, coordinator, after=[done])
        wait = open_one.waits_for.get()
        assert (wait.after, last_line(wait)) == (done, (coordinator, "Waits"))
        assert last_line(open_one) == (coordinator, "Changed")

        self.change(open_one, coordinator, after=[accepted])
        assert [row.after for row in open_one.waits_for.all()] == [accepted]

        self.change(open_one, coordinator, title="Pilot 2")  # says nothing of what it waits for
        assert [row.after for row in open_one.waits_for.all()] == [accepted]

        self.change(open_one, coordinator, title="Pilot 2", after=[])
        assert not open_one.waits_for.exists()

    def test_other_waits_alone_are_a_change(self, open_one, done, coordinator):
        self.change(open_one, coordinator, after=[done])
        assert Milestone.objects.get(pk=open_one.pk).version == 2

        self.change(open_one, coordinator, after=[done])
        assert Milestone.objects.get(pk=open_one.pk).version == 2

    def test_not_over_what_somebody_saved_meanwhile(self, open_one, coordinator):
        self.change(open_one, coordinator, title="Pilot 2", seen=1)

        with pytest.raises(Stale, match=STALE):
            self.change(open_one, coordinator, title="Pilot 3", seen=1)

    def test_not_once_the_engagement_is_over(self, over, coordinator):
        assert (
            refusal(self.change, MilestoneFactory(engagement=over), coordinator, title="Online")
            == OVER
        )


class TestFinish:
    def finish(self, milestone, by, done_on=TODAY, **more):
        return milestones.finish_milestone(milestone, done_on=done_on, today=TODAY, by=by, **more)

    def test_today_or_in_the_past(self, open_one, coordinator):
        assert refusal(self.finish, open_one, coordinator, TODAY + DAY) == {
            "done_on": ["A milestone is done today or in the past."]
        }

        self.finish(open_one, coordinator, TODAY)

        open_one.refresh_from_db()
        assert (open_one.done_on, last_line(open_one)) == (TODAY, (coordinator, "Done"))

    def test_from_the_first_day_of_the_engagement_on(self, open_one, coordinator):
        assert refusal(self.finish, open_one, coordinator, STARTED_ON - DAY) == {
            "done_on": TOO_EARLY
        }
        assert self.finish(open_one, coordinator, STARTED_ON).done_on == STARTED_ON

    def test_once(self, done, coordinator):
        assert refusal(self.finish, done, coordinator) == {
            WHOLE: ["This milestone is done already: reopen it to change the day."]
        }

    def test_after_all_that_it_waits_for(self, engagement, open_one, done, coordinator):
        late = MilestoneFactory(
            engagement=engagement, title="Contract", planned_first_on=date(2026, 7, 1)
        )
        early = MilestoneFactory(
            engagement=engagement, title="Audit", planned_first_on=date(2026, 5, 1)
        )
        MilestoneFactory(engagement=engagement, title="Nobody waits for it")
        milestones.change_milestone(
            open_one,
            milestones.MilestonePlan(
                title="Pilot", planned_on=open_one.planned_on, after=[late, early, done]
            ),
            by=coordinator,
        )

        assert refusal(self.finish, open_one, coordinator) == {
            WHOLE: ["It waits for what is not done yet: Audit, Contract."]
        }

        for awaited in (late, early):
            self.finish(awaited, coordinator)
        assert self.finish(open_one, coordinator).done_on == TODAY

    def test_even_once_the_engagement_is_over(self, over, coordinator):
        assert self.finish(MilestoneFactory(engagement=over), coordinator).done_on == TODAY

    def test_not_over_what_somebody_saved_meanwhile(self, open_one, coordinator):
        with pytest.raises(Stale, match=STALE):
            self.finish(open_one, coordinator, seen=open_one.version + 1)


class TestAccept:
    def accept(self, milestone, by, **more):
        return milestones.accept_milestone(
            milestone, **{"today": TODAY, "by": by, "seen": milestone.version} | more
        )

    def test_says_who_and_when(self, done, coordinator):
        self.accept(done, coordinator, comment=" Well done 🎉 ")

        done.refresh_from_db()
        assert (done.accepted_on, done.accepted_by, done.acceptance_comment) == (
            TODAY,
            coordinator,
            "Well done 🎉",
        )
        assert last_line(done) == (coordinator, "Accepted")

    def test_without_a_comment(self, done, coordinator):
        assert self.accept(done, coordinator).acceptance_comment == ""

    def test_only_what_is_done_and_once(self, open_one, accepted, coordinator):
        assert refusal(self.accept, open_one, coordinator) == {
            WHOLE: ["Only a milestone that is done can be accepted."]
        }
        assert refusal(self.accept, accepted, coordinator) == {
            WHOLE: ["This milestone is accepted already."]
        }

    def test_of_what_was_read(self, done, coordinator):
        with pytest.raises(Unread):
            self.accept(done, coordinator, seen=None)
        with pytest.raises(ChangedSinceRead):
            self.accept(done, coordinator, seen=done.version - 1)


class TestReopen:
    def test_takes_the_acceptance_back_with_it(self, accepted, coordinator):
        milestones.reopen_milestone(accepted, by=coordinator, why="It fell over")

        accepted.refresh_from_db()
        assert (accepted.done_on, accepted.accepted_on, accepted.accepted_by) == (None, None, None)
        assert (accepted.acceptance_comment, last_line(accepted)) == (
            "",
            (coordinator, "It fell over"),
        )

    def test_without_a_reason_says_what_it_did(self, done, coordinator):
        milestones.reopen_milestone(done, by=coordinator, why="")

        assert last_line(done) == (coordinator, "Reopened")

    def test_only_what_is_done(self, open_one, coordinator):
        assert refusal(milestones.reopen_milestone, open_one, by=coordinator, why="x") == {
            WHOLE: ["This milestone is open already."]
        }

    def test_not_over_what_somebody_saved_meanwhile(self, done, coordinator):
        with pytest.raises(Stale, match=STALE):
            milestones.reopen_milestone(done, by=coordinator, why="x", seen=done.version + 1)

    def test_not_once_the_engagement_is_over(self, over, coordinator):
        milestone = MilestoneFactory(engagement=over, done=True)

        assert refusal(milestones.reopen_milestone, milestone, by=coordinator, why="x") == OVER


class TestRemove:
    @pytest.mark.parametrize(("why", "told"), [("It was a twin", "It was a twin"), ("", "Removed")])
    def test_leaves_a_line(self, done, coordinator, why, told):
        pk = done.pk

        milestones.remove_milestone(done, by=coordinator, why=why)

        assert not Milestone.objects.filter(pk=pk).exists()
        assert last_line(Milestone(pk=pk)) == (coordinator, told)

    def test_an_accepted_one_stays(self, accepted, coordinator):
        assert refusal(milestones.remove_milestone, accepted, by=coordinator, why="x") == {
            WHOLE: ["An accepted milestone stays: it is part of what was agreed."]
        }

    def test_not_over_what_somebody_saved_meanwhile(self, open_one, coordinator):
        with pytest.raises(Stale, match=STALE):
            milestones.remove_milestone(
                open_one, by=coordinator, why="x", seen=open_one.version + 1
            )

    def test_not_once_the_engagement_is_over(self, over, coordinator):
        milestone = MilestoneFactory(engagement=over)

        assert refusal(milestones.remove_milestone, milestone, by=coordinator, why="x") == OVER
