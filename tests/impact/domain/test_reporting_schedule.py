"""When the next figure is expected: after the last one, without a hole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact.domain import reporting_schedule

JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)
DUE = date(2026, 4, 16)  # of the quarter that begins in January
DAYS = st.dates(date(2010, 1, 1), date(2090, 12, 31))
MONTHS = st.sampled_from([1, 3, 6, 12])


class TestRhythm:
    @pytest.mark.parametrize(
        ("last", "every", "window", "due_on"),
        [
            (date(2025, 12, 31), 3, (JANUARY, date(2026, 3, 31)), DUE),
            (date(2026, 1, 31), 1, (date(2026, 2, 1), date(2026, 2, 28)), date(2026, 3, 16)),
            (date(2026, 1, 30), 1, (date(2026, 1, 31), date(2026, 2, 27)), date(2026, 3, 15)),
            (date(2023, 2, 28), 12, (date(2023, 3, 1), date(2024, 2, 29)), date(2024, 3, 16)),
        ],
    )
    def test_the_next_period_follows_the_last_figure(self, last, every, window, due_on):
        period = reporting_schedule.expected(every, date(2020, 1, 1), last)

        assert ((period.window_start, period.window_end), period.due_on) == (window, due_on)
        assert (period.is_due(due_on - reporting_schedule.DAY), period.is_due(due_on)) == (
            False,
            True,
        )

    def test_the_first_period_begins_on_the_day_that_was_chosen(self):
        assert reporting_schedule.expected(3, JANUARY).window_end == date(2026, 3, 31)
        assert reporting_schedule.expected(3, APRIL, date(2025, 6, 30)).window_start == APRIL
        assert reporting_schedule.expected(0, None) is None

    @given(DAYS, MONTHS, DAYS)
    def test_the_database_asks_for_what_the_days_say(self, start, every, today):
        is_due = reporting_schedule.expected(every, start).is_due(today)

        assert is_due == (start <= reporting_schedule.latest_start_due(every, today))

    @given(DAYS, MONTHS, DAYS)
    def test_what_is_proposed_has_passed_and_lies_in_the_period(self, start, every, today):
        following = reporting_schedule.expected(every, start)
        period = reporting_schedule.proposed(following, today)

        if period is None:
            assert start >= today
        else:
            assert start == period.window_start <= period.window_end < today
            assert period.window_end <= following.window_end
            assert (period == following) == (following.window_end < today)

    @given(DAYS, MONTHS)
    def test_periods_follow_each_other_without_a_hole(self, start, every):
        first = reporting_schedule.expected(every, start)
        second = reporting_schedule.expected(every, start, first.window_end)

        assert second.window_start == first.window_end + reporting_schedule.DAY
