"""Who led when, as a strip with its finding in words."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from engagements.display import lead_coverage_chart
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 10)  # 100 days


@pytest.mark.django_db
class TestStrip:
    def test_says_its_finding_in_words(self):
        engagement = EngagementFactory(started_on=FIRST)
        LeadAppointmentFactory(engagement=engagement, starts_on=FIRST, ends_on=date(2026, 3, 27))

        with translation.override("en"):
            strip = lead_coverage_chart.of(engagement, engagement.leads.all(), LAST)

        assert strip.finding == "Covered 86% of the time; without a lead for 14 days, in one gap."
        assert [segment.kind for segment in strip.segments] == ["full", "gap"]
        assert sum(segment.width for segment in strip.segments) == pytest.approx(strip.width, abs=1)

    def test_a_stopped_life_ends_when_it_was_stopped(self):
        engagement = EngagementFactory(stopped=True, started_on=FIRST)

        assert (
            lead_coverage_chart.of(engagement, [], LAST + timedelta(days=900)).last
            == engagement.stopped_on
        )
