"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

import pytest

from crm.domain.refusals import Refused
from engagements.models import Dependency
from engagements.services import milestones
from tests.engagements.factories import MilestoneFactory
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TURNS = 8


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_opposite_dependencies_never_close_a_loop(self, member_and_head, turn):
        member, head = member_and_head
        one = MilestoneFactory(engagement__member=member)
        other = MilestoneFactory(engagement=one.engagement)

        outcomes = at_once(
            *(
                lambda first=first, second=second: milestones.change_milestone(
                    first,
                    milestones.MilestonePlan(
                        title=first.title, planned_on=first.planned_on, after=[second]
                    ),
                    by=head,
                )
                for first, second in ((one, other), (other, one))
            )
        )

        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
        assert Dependency.objects.count() == 1
