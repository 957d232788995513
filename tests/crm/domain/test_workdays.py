from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.workdays import add_working_days, is_working_day, working_days_between

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


class TestWorkingDays:
    @pytest.mark.parametrize(
        "day",
        [
            date(2026, 1, 1),
            date(2026, 4, 6),  # Easter Monday
            date(2026, 5, 14),  # Ascension
            date(2026, 7, 14),
            date(2026, 11, 11),
            date(2026, 12, 25),
            date(2026, 6, 6),  # a Saturday
        ],
    )
    def test_feasts_and_week_ends_are_none(self, day):
        assert not is_working_day(day)

    @pytest.mark.parametrize(
        ("day", "number", "due"),
        [
            (date(2026, 11, 23), 5, date(2026, 11, 30)),
            (date(2026, 12, 23), 2, date(2026, 12, 28)),
            (date(2026, 5, 13), 1, date(2026, 5, 15)),
            (date(2026, 11, 21), 0, date(2026, 11, 23)),
        ],
    )
    def test_counts_forward(self, day, number, due):
        assert add_working_days(day, number) == due

    @given(days, st.integers(0, 60))
    def test_always_ends_on_a_working_day_and_counts_back(self, day, number):
        due = add_working_days(day, number)

        assert is_working_day(due)
        assert working_days_between(day, due) == number or (number == 0 and not is_working_day(day))

    @given(days, st.integers(1, 30))
    def test_one_more_day_is_later(self, day, number):
        assert (
            add_working_days(day, number + 1)
            > add_working_days(day, number)
            > day - timedelta(days=1)
        )
