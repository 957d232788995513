"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

import pytest
from django.utils import timezone

from crm.domain.refusals import Refused
from engagements.domain.stages import Stage
from engagements.services import engagements
from tests.engagements.factories import LEARNED, EngagementFactory
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TURNS = 8


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_stage_moves_are_one_move(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)

        def move(to):
            return engagements.move_stage(
                engagement,
                engagements.StageMove(to=to, reason="Hurry", post_mortem=LEARNED),
                by=head,
                at=timezone.now(),
                seen=1,
            )

        outcomes = at_once(lambda: move(Stage.DESIGN), lambda: move(Stage.STOPPED))

        engagement.refresh_from_db()
        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
        assert engagement.version == 2
        assert (engagement.stopped_on is not None) == (engagement.stage == Stage.STOPPED)

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_gate_is_passed_once(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)

        def move():
            return engagements.move_stage(
                engagement,
                engagements.StageMove(to=Stage.DESIGN, reason="Hurry"),
                by=head,
                at=timezone.now(),
            )

        outcomes = at_once(move, move)

        assert unexpected(outcomes) == []
        assert engagement.gate_passes.count() == 1
