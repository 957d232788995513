"""What an agreement asks of each side: what is missing, an end that comes near, the longest loan."""

from datetime import date

import pytest

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.volunteers.agreed import COMPLETE, TODAY, sign
from tests.volunteers.factories import AgreementFactory, VolunteerFactory
from volunteers.models import SponsorshipAgreement
from volunteers.todos.agreements import todos_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def complete(volunteer):
    return AgreementFactory(volunteer=volunteer, consent_on=date(2025, 12, 20), **COMPLETE)


@pytest.fixture
def signed(complete, coordinator):
    return sign(sign(complete, "sponsor", coordinator), "host", coordinator)


class TestNeeds:
    def reasons(self, person, today=TODAY):
        return [need.reason for need in todos_of(person, today)]

    def test_each_side_is_told_what_is_missing(self, volunteer, coordinator):
        AgreementFactory(volunteer=volunteer)

        assert self.reasons(coordinator) == ["7 contents missing"]
        assert self.reasons(person_as(Role.SPONSOR, volunteer.sponsor)) == ["7 contents missing"]
        assert self.reasons(volunteer.user) == ["An agreement about you waits for your word"]
        assert self.reasons(person_as(Role.COORDINATOR)) == []

    def test_an_end_is_told_two_months_before(self, signed, coordinator):
        assert self.reasons(coordinator, date(2026, 10, 1)) == []
        assert self.reasons(coordinator, date(2026, 11, 15)) == ["agreement ends on 31 December"]

    def test_the_longest_loan_is_told_as_such(self, signed, coordinator):
        SponsorshipAgreement.objects.update(ends_on=date(2029, 1, 4))

        (reason,) = self.reasons(coordinator, date(2028, 12, 1))

        assert reason == "the longest loan that the law allows ends on 4 January"
