"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

from datetime import date, timedelta

import pytest

from crm.domain.refusals import Stale
from engagements.models import Milestone
from engagements.services import milestones
from tests.engagements.factories import MilestoneFactory
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TODAY = date(2026, 6, 15)
TURNS = 8


class TestTwoAtOnce:
    def test_a_second_click_on_accept_is_told(self, member_and_head):
        member, head = member_and_head
        milestone = MilestoneFactory(engagement__member=member, done=True)

        def accept():
            return milestones.accept_milestone(
                Milestone.objects.get(pk=milestone.pk), seen=milestone.version, today=TODAY, by=head
            )

        outcomes = at_once(accept, accept)

        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, Milestone) for outcome in outcomes) == 1
        assert (
            milestone.history.filter(history_change_reason__isnull=False, history_type="~").count()
            == 1
        )

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_of_two_who_move_one_milestone_the_second_sees_the_first(self, member_and_head, turn):
        member, head = member_and_head
        milestone = MilestoneFactory(
            engagement__member=member, planned_on=TODAY, planned_first_on=TODAY
        )
        days = [TODAY + timedelta(days=n) for n in (3, 5)]

        outcomes = at_once(
            *(
                lambda day=day: milestones.change_milestone(
                    milestone,
                    milestones.MilestonePlan(title=milestone.title, planned_on=day),
                    by=head,
                    seen=milestone.version,
                )
                for day in days
            )
        )

        assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 1
        milestone.refresh_from_db()
        assert milestone.planned_on in days
        assert milestone.version == 2
        assert milestone.planned_first_on == TODAY
