"""What each person's loan is worth in a year: of days that are lent, by costs that the reader may see."""

from datetime import date

import pytest

from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, person_as
from tests.volunteers.agreed import COMPLETE
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    EmployerCostFactory,
    VolunteerFactory,
)
from tests.volunteers.published_figures import CAPS
from volunteers.selectors import estimations

pytestmark = pytest.mark.django_db
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
MAY = (date(2026, 5, 1), date(2026, 5, 31))
SIGNED = {
    "sponsor_signatory": "Ada",
    "sponsor_signed_on": date(2026, 1, 2),
    "host_signatory": "Hugo",
    "host_signed_on": date(2026, 1, 2),
}


@pytest.fixture
def person(member):
    return VolunteerFactory(member=member)


@pytest.fixture
def contact(person):
    return person_as(Role.SPONSOR, person.sponsor)


def valued(person, reader, year=2026):
    (found,) = estimations.valued([person], year, CAPS, reader)
    return found


def lend(person, **facts):
    return AssignmentFactory(volunteer=person, **YEAR | facts)


class TestValued:
    @pytest.fixture(autouse=True)
    def cost(self, person):
        return EmployerCostFactory(
            volunteer=person, remuneration=9_000, charges=3_000, share=100, **YEAR
        )

    def test_a_year_lent_is_worth_its_cost(self, person, contact):
        lend(person)

        assert valued(person, contact).estimation.base == 12_000

    def test_a_mission_that_nobody_has_confirmed_is_worth_nothing(self, person, contact):
        lend(person, confirmed_on=None)

        assert valued(person, contact).estimation is None

    def test_only_days_under_a_signed_agreement_count_once_there_is_one(self, person, contact):
        lend(person)
        agreement = AgreementFactory(volunteer=person, starts_on=MAY[0], ends_on=MAY[1], **COMPLETE)
        draft = valued(person, contact)

        for name, value in SIGNED.items():
            setattr(agreement, name, value)
        agreement.save()
        signed = valued(person, contact)

        assert (draft.has_agreement, draft.estimation.base) == (False, 12_000)
        assert (signed.has_agreement, signed.estimation.base) == (True, 1_000)

    def test_without_the_ceiling_of_the_year_nothing_is_guessed(self, person, contact):
        lend(person, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
        EmployerCostFactory(
            volunteer=person, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
        )

        assert 2027 not in CAPS
        assert valued(person, contact, year=2027).estimation is None

    def test_nobody_but_the_company_that_pays_reads_costs_or_worth(self, person, coordinator):
        lend(person)

        for reader in (coordinator, person.user, person_as(Role.SPONSOR)):
            found = valued(person, reader)
            assert (found.costs, found.estimation) == ((), None)

    def test_what_two_people_are_worth_takes_as_many_statements_as_one(
        self, person, contact, django_assert_num_queries
    ):
        lend(person)
        other = VolunteerFactory(member=person.member, sponsor=person.sponsor)
        lend(other)
        EmployerCostFactory(volunteer=other, **YEAR)
        assert contact.holds(Role.SPONSOR)  # their roles are read once
        for people in ([person], [person, other]):
            with django_assert_num_queries(3):
                estimations.valued(people, 2026, CAPS, contact)


def test_without_a_cost_a_loan_is_worth_nothing_that_is_known(person, contact):
    lend(person)

    found = valued(person, contact)

    assert (found.costs, found.estimation) == ((), None)


def test_agreements_that_follow_each_other_are_one_period_of_their_company(person):
    for first, last in ((date(2026, 1, 5), date(2026, 3, 31)), (date(2026, 4, 1), MAY[1])):
        AgreementFactory(volunteer=person, starts_on=first, ends_on=last, **COMPLETE | SIGNED)
    other = OrganisationFactory(sponsor=True)

    agreed = estimations.agreed_of([person])

    assert agreed == {estimations.Loan(person.pk, person.sponsor_id): [(date(2026, 1, 5), MAY[1])]}
    assert estimations.agreed_of([person], sponsors=[other]) == {}


def test_the_days_lent_are_those_that_a_mission_and_an_agreement_share():
    year = [(date(2026, 1, 1), date(2026, 12, 31))]

    assert estimations.lent_days(year, None) == year
    assert list(estimations.lent_days(year, [MAY])) == [MAY]
    assert list(estimations.lent_days(year, [])) == []
