"""What became of everything that was started."""

from datetime import date

import pytest
from django.urls import reverse

from engagements.domain.stages import Stage
from engagements.models import Engagement
from engagements.selectors import outcomes
from tests.engagements.factories import EngagementFactory, SurvivalCheckFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


class TestOutcomes:
    def test_counts_everything_that_was_started(self, member):
        EngagementFactory(member=member, started_on=date(2025, 3, 1))
        EngagementFactory(member=member, started_on=date(2025, 4, 1), stopped=True)
        alone = EngagementFactory.create_batch(
            3, member=member, started_on=date(2024, 1, 1), autonomous=True
        )
        for engagement, answer in zip(alone, ({"alive": True}, {"over": True}, {}), strict=True):
            SurvivalCheckFactory(engagement=engagement, months=12, **answer)

        later, earlier = outcomes.outcomes_by_year(Engagement.objects.all(), TODAY)

        assert (later.year, later.started, later.running, later.stopped, later.delivered) == (
            2025,
            2,
            1,
            1,
            0,
        )
        assert (earlier.autonomous, earlier.delivered, earlier.due) == (3, 3, 3)
        assert (earlier.alive, earlier.over, earlier.silent) == (1, 1, 1)
        assert outcomes.total([later, earlier]).started == 5

    def test_one_that_was_delivered_and_stopped_later_stays_delivered(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_handover=True)
        engagement.stage, engagement.stopped_on, engagement.stop_reason = (
            Stage.STOPPED,
            TODAY,
            "Closed.",
        )
        engagement.save()

        (row,) = outcomes.outcomes_by_year(Engagement.objects.all(), TODAY)

        assert (row.delivered, row.stopped) == (1, 1)

    @pytest.mark.parametrize("size", [1, 9])
    def test_queries_do_not_grow(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for engagement in EngagementFactory.create_batch(size, member=member, autonomous=True):
            SurvivalCheckFactory(engagement=engagement, months=12, alive=True)
        EngagementFactory.create_batch(size, member=member, stopped=True)
        client.force_login(coordinator)

        with django_assert_num_queries(8):
            client.get(reverse("engagements:outcomes"))

    def test_the_csv_holds_the_same_figures(self, client, member, coordinator):
        EngagementFactory(member=member, started_on=date(2025, 3, 1))
        client.force_login(coordinator)

        lines = client.get(
            reverse("engagements:outcomes-csv"), headers={"accept-language": "en"}
        ).content.decode()

        assert lines.splitlines()[1] == "2025;1;1;0;0;0;0;0;0;0"
