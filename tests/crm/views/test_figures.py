"""The figures of the desk on page, CSV and spreadsheet."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.services import referrals
from tests.crm.factories import MemberOfferFactory, OrganisationFactory, ReferralFactory

pytestmark = pytest.mark.django_db


class TestPages:
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
