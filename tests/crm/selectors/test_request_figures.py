"""The figures of the desk: those who wait are counted as well."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.models import SupportRequest
from crm.selectors import request_figures
from tests.crm.factories import SupportRequestFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


class TestFigures:
    def test_those_who_wait_stay_in_the_figures(self, desk):
        for days in (2, 4):
            SupportRequestFactory(
                qualified=True,
                submitted_at=NOW - timedelta(days=10),
                first_answer_at=NOW - timedelta(days=10 - days),
            )
        for _turn in range(6):
            SupportRequestFactory(submitted_at=NOW - timedelta(days=10))

        statistics = request_figures.figures(SupportRequest.objects.sent(), TODAY)

        assert (
            statistics.first_answer.done,
            statistics.first_answer.total,
            statistics.first_answer.median,
        ) == (
            2,
            8,
            None,
        )

    def test_uncovered_needs_are_counted_by_need_and_form(self, desk):
        SupportRequestFactory(nobody=True)
        SupportRequestFactory(nobody=True)
        SupportRequestFactory()

        statistics = request_figures.figures(SupportRequest.objects.sent(), TODAY)

        assert statistics.uncovered == (("Matching people", "1901-law association", 2),)
