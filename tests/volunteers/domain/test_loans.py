"""How long a loan may last: by the day on which it begins, and for that form alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from tests.volunteers.agreed import COMPLETE, TODAY, sign
from tests.volunteers.factories import AgreementFactory, VolunteerFactory
from volunteers.domain.loans import LIMIT_SINCE, longest_loan
from volunteers.models import SponsorshipAgreement
from volunteers.services import agreements

pytestmark = pytest.mark.django_db
Form = SponsorshipAgreement.Form


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def complete(volunteer):
    return AgreementFactory(volunteer=volunteer, consent_on=date(2025, 12, 20), **COMPLETE)


class TestLength:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "years", "last"),
        [
            (date(2026, 1, 1), date(2028, 12, 31), 3, date(2028, 12, 31)),
            (date(2022, 1, 1), date(2024, 4, 16), 2, date(2023, 12, 31)),
            (date(2022, 4, 18), date(2024, 4, 17), 3, date(2025, 4, 17)),
            (date(2024, 2, 29), date(2026, 1, 1), 3, date(2027, 2, 28)),
        ],
    )
    def test_three_years_or_two_before_the_law_of_2024(self, starts_on, ends_on, years, last):
        assert longest_loan(starts_on, ends_on) == (years, last)

    @given(starts_on=st.dates(date(2000, 1, 1), date(2090, 1, 1)), days=st.integers(0, 3000))
    def test_the_limit_is_a_whole_number_of_years_less_a_day(self, starts_on, days):
        ends_on = starts_on + timedelta(days=days)
        years, last = longest_loan(starts_on, ends_on)

        assert years == (3 if ends_on >= LIMIT_SINCE else 2)
        assert 365 * years - 1 <= (last - starts_on).days <= 365 * years + 1

    def test_a_loan_that_is_too_long_is_not_signed(self, complete, coordinator):
        longer = agreements.change_agreement(
            agreements.take_signatures_back(complete, reason="Longer", by=coordinator),
            ends_on=date(2029, 1, 5),
            by=coordinator,
        )
        longer = agreements.record_consent(
            longer, seen=longer.version, on=date(2026, 1, 2), by=coordinator, today=TODAY
        )

        with pytest.raises(Refused, match="3 years at most"):
            sign(longer, "host", coordinator)

    def test_a_service_has_no_limit(self, volunteer, coordinator):
        service = AgreementFactory(volunteer=volunteer, form=Form.SERVICE, ends_on=date(2035, 1, 1))

        assert sign(service, "host", coordinator).host_signed_on is not None
