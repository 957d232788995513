"""The figures of the desk: counted once, shown alike on page, CSV and spreadsheet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import SupportRequest
from crm.selectors import request_figures
from crm.services import referrals
from tests.crm.factories import (
    MemberOfferFactory,
    OrganisationFactory,
    ReferralFactory,
    SupportRequestFactory,
)

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

    def test_the_page_the_csv_and_the_spreadsheet_say_the_same(self, as_desk):
        member = OrganisationFactory(name="=cmd|' /C calc'!A0", member=True)
        MemberOfferFactory(member=member)
        referrals.decline(
            ReferralFactory(member=member),
            seen=1,
            reason="need",
            text="",
            by=None,
            at=timezone.now(),
        )

        page = as_desk.get(reverse("crm:request-figures")).content.decode()
        csv = as_desk.get(reverse("crm:request-figures-csv")).content.decode()
        xlsx = as_desk.get(reverse("crm:request-figures-xlsx"))

        assert "The need is not what we do" in page
        assert "The need is not what we do;1" in csv
        assert "'=cmd" in csv
        assert xlsx.content[:2] == b"PK"
        assert xlsx["Content-Disposition"].endswith('.xlsx"')

    @pytest.mark.parametrize("size", [2, 12])
    def test_costs_the_same_whatever_the_number_of_requests(
        self, as_desk, size, django_assert_num_queries
    ):
        for _turn in range(size):
            referrals.decline(
                ReferralFactory(), seen=1, reason="need", text="", by=None, at=timezone.now()
            )

        with django_assert_num_queries(8):
            as_desk.get(reverse("crm:request-figures"))
