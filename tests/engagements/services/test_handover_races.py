"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

import pytest
from django.utils import timezone

from engagements.domain.stages import Stage
from engagements.models import Signature
from engagements.selectors import autonomy
from engagements.services import handover
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TURNS = 8


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_second_click_on_the_signature_signs_once(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member, stage=Stage.HANDOVER)
        word = handover.SignedWord("handover", "member", agrees=True, name="Camille")
        seen = autonomy.seal_of(engagement)

        outcomes = at_once(
            *[lambda: handover.sign(engagement, word, by=head, at=timezone.now(), seen=seen)] * 2
        )

        assert unexpected(outcomes) == []
        assert Signature.objects.count() == 1
