from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from engagements.display import lead_coverage_chart
from engagements.domain.lead_coverage import Appointment, cover
from engagements.services import engagements
from tests.crm.factories import ContactFactory
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 10)  # 100 days

days = st.dates(date(2025, 12, 1), date(2026, 5, 1))
appointments = st.lists(
    st.tuples(days, st.none() | st.integers(0, 60), st.integers(1, 100)).map(
        lambda made: Appointment(
            made[0],
            None if made[1] is None else made[0] + timedelta(days=made[1]),
            made[2],
            f"{made[2]}",
        )
    ),
    max_size=6,
)


class TestCover:
    @given(appointments)
    def test_every_day_of_the_life_is_covered_or_a_gap(self, appointments):
        coverage = cover(appointments, FIRST, LAST)

        covered = sum(period.days for period in coverage.periods if not period.is_gap)
        shares = {
            day
            for n in range(100)
            if any(
                a.starts_on <= (day := FIRST + timedelta(days=n)) <= (a.ends_on or LAST)
                for a in appointments
            )
        }
        assert covered + coverage.gap_days == coverage.days == 100
        assert covered == len(shares)

    @given(appointments, st.randoms(use_true_random=False))
    def test_the_order_of_the_appointments_does_not_matter(self, appointments, random):
        shuffled = random.sample(appointments, len(appointments))

        assert cover(appointments, FIRST, LAST) == cover(shuffled, FIRST, LAST)

    @given(appointments)
    def test_periods_follow_each_other_without_a_hole(self, appointments):
        periods = cover(appointments, FIRST, LAST).periods

        assert (periods[0].starts_on, periods[-1].ends_on) == (FIRST, LAST)
        for one, following in pairwise(periods):
            assert following.starts_on - one.ends_on == timedelta(days=1)

    def test_tells_shares_gaps_and_the_vacancy(self):
        rows = [
            Appointment(FIRST, date(2026, 2, 9), 100, "Rose"),
            Appointment(date(2026, 2, 20), date(2026, 3, 31), 50),
        ]

        coverage = cover(rows, FIRST, LAST)

        assert (coverage.covered_percent, coverage.full_time_percent) == (80, 40)
        assert [gap.days for gap in coverage.gaps] == [10, 10]
        assert coverage.vacant_since == date(2026, 4, 1)

    def test_one_missing_day_is_never_a_hundred_percent(self):
        long_life = cover(
            [Appointment(FIRST, None, 100)], FIRST - timedelta(days=1), FIRST + timedelta(days=998)
        )

        assert long_life.covered_percent == 99

    def test_a_life_that_has_not_begun_says_nothing(self):
        assert cover([], LAST, FIRST).covered_percent is None


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


@pytest.mark.django_db
class TestStandIn:
    @pytest.fixture
    def page(self, client, coordinator):
        client.force_login(coordinator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def test_is_shown_while_there_is_no_lead_and_never_counts_as_one(
        self, page, member, coordinator
    ):
        engagement = EngagementFactory(
            member=member, started_on=timezone.localdate() - timedelta(days=30)
        )
        rose = ContactFactory(organisation=engagement.beneficiary, kept_by=member, full_name="Rose")

        answer = page.post(
            f"/engagements/{engagement.pk}/stand-in/", {"stand_in": rose.pk, "seen": 1}
        )

        response = page.get(engagement.get_absolute_url())
        assert answer.status_code == 302
        assert "Rose stands in" in response.content.decode()
        assert response.context_data["strip"].coverage.covered_percent == 0
        assert engagement.history.latest("history_date").stand_in_id == rose.pk

    def test_works_at_the_supported_organisation(self, member, coordinator):
        engagement, stranger = EngagementFactory(member=member), ContactFactory()

        with pytest.raises(Refused):
            engagements.change_engagement(engagement, {"stand_in": stranger}, by=coordinator)
