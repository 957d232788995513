"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from engagements.models import HealthOverride, Pause
from engagements.services import health
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TODAY = date(2026, 6, 15)
TURNS = 8


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_overlapping_pauses_are_one(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member, started_on=TODAY)

        outcomes = at_once(
            *(
                lambda n=n: health.pause_engagement(
                    engagement,
                    starts_on=TODAY + timedelta(days=n),
                    ends_on=TODAY + timedelta(days=9),
                    reason="Break",
                    by=head,
                )
                for n in (1, 2)
            )
        )

        assert unexpected(outcomes) == []
        assert Pause.objects.count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_who_set_the_health_leave_one_in_force(self, member_and_head, turn):
        member, head = member_and_head
        engagement, now = EngagementFactory(member=member), timezone.now()
        until = timezone.localdate(now) + timedelta(days=9)

        outcomes = at_once(
            *(
                lambda level=level: health.override_health(
                    engagement,
                    health.HandSetLevel(level=level, reason="Seen", until=until),
                    by=head,
                    at=now,
                )
                for level in ("good", "act")
            )
        )

        assert unexpected(outcomes) == []
        assert HealthOverride.objects.filter(ended_at=None).count() == 1
