"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

from datetime import date

import pytest
from django.utils import timezone

from engagements.models import ProgressLog
from engagements.services import progress
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TURNS = 8


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_second_click_on_the_week_writes_no_second_week(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)
        monday = date(2026, 6, 8)

        def write():
            return progress.log_progress(
                engagement,
                progress.WeekLog(week=monday, done="Built it."),
                by=head,
                at=timezone.now(),
            )

        outcomes = at_once(write, write)

        assert unexpected(outcomes) == []
        assert ProgressLog.objects.count() == 1
