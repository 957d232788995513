"""Which costs are free for a while yet."""

from datetime import date, timedelta

import pytest

from engagements.models import RunningCost
from tests.engagements.factories import EngagementFactory, RunningCostFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


def test_what_is_free_ends_in_good_time(engagement):
    RunningCostFactory(engagement=engagement, free_until=TODAY + timedelta(days=59))
    RunningCostFactory(engagement=engagement, free_until=TODAY + timedelta(days=61))
    RunningCostFactory(engagement=engagement, free_until=TODAY - timedelta(days=1))

    assert RunningCost.objects.ending_free(TODAY).count() == 1
