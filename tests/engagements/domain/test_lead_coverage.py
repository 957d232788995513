"""Which days of a life have a lead, and which are gaps."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engagements.domain.lead_coverage import Appointment, cover

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
