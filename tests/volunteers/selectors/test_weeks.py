"""Which week is to be logged."""

from datetime import date

import pytest

from volunteers.selectors import weeks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "week"),
    [
        (date(2026, 6, 8), date(2026, 6, 1)),
        (date(2026, 6, 10), date(2026, 6, 1)),
        (date(2026, 6, 11), date(2026, 6, 8)),
        (date(2026, 6, 14), date(2026, 6, 8)),
        (date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_the_week_to_log_is_the_last_one_until_wednesday(today, week):
    assert weeks.week_due(today) == week
