"""The day on which a loan must end: by the agreements that follow each other, or that ended early."""

from datetime import date, timedelta

import pytest

from tests.crm.factories import OrganisationFactory
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AgreementFactory, AssignmentFactory, VolunteerFactory
from tests.volunteers.long_missions import FIRST, LAST_BY_LAW, assign
from volunteers.models import Assignment, SponsorshipAgreement
from volunteers.selectors import relay
from volunteers.selectors.loan_limits import LoanPeriod, limit_of, limit_on, loans_of, sum_of_loans

pytestmark = pytest.mark.django_db
Form = SponsorshipAgreement.Form


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


DAY = timedelta(days=1)
SIGNED = {
    "sponsor_signatory": "A",
    "sponsor_signed_on": FIRST,
    "host_signatory": "B",
    "host_signed_on": FIRST,
}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def person(member):
    return VolunteerFactory(member=member, user__full_name="Alix")


class TestLoansThatFollowEachOther:
    @pytest.fixture
    def second(self, volunteer):
        AgreementFactory(volunteer=volunteer, starts_on=date(2022, 1, 1), ends_on=date(2024, 6, 30))
        return AgreementFactory(
            volunteer=volunteer, starts_on=date(2024, 9, 1), ends_on=date(2026, 8, 31)
        )

    def test_are_added_up_and_left_to_an_adviser(self, client, second, coordinator):
        found = sum_of_loans(second)
        assert (found.loans, found.days, found.allowed) == (2, 912 + 730, 1_095)

        client.force_login(coordinator)
        page = client.get(
            second.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()
        assert "in 2 loans" in page

    def test_an_early_end_shortens_the_sum(self, second):
        SponsorshipAgreement.objects.exclude(pk=second.pk).update(
            ended_on=date(2022, 3, 1),
            end_reason="Left",
            sponsor_signatory="Ada",
            sponsor_signed_on=date(2022, 1, 1),
            host_signatory="Rose",
            host_signed_on=date(2022, 1, 1),
            consent_on=date(2022, 1, 1),
        )

        assert sum_of_loans(second) is None

    @pytest.mark.parametrize(
        "change",
        [{"form": Form.SERVICE}, {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 2, 1)}],
    )
    def test_a_service_or_a_later_loan_is_not_counted(self, second, change):
        SponsorshipAgreement.objects.exclude(pk=second.pk).update(**change)

        assert sum_of_loans(second) is None

    def test_another_host_or_person_is_not_counted(self, second):
        SponsorshipAgreement.objects.exclude(pk=second.pk).update(
            host=OrganisationFactory(member=True)
        )

        assert sum_of_loans(second) is None


class TestAnAgreementEndedEarly:
    ENDED = date(2026, 6, 30)

    @pytest.fixture
    def ended(self, person):
        dates = {"starts_on": date(2026, 1, 5), "ends_on": date(2028, 12, 31)}
        return AgreementFactory(
            volunteer=person, ended_on=self.ENDED, end_reason="Moved", **dates, **SIGNED
        )

    @pytest.mark.parametrize(
        ("day", "is_past"), [(ENDED - DAY, False), (ENDED, False), (ENDED + DAY, True)]
    )
    def test_counts_until_the_day_it_ended(self, ended, person, engagement, day, is_past):
        loans = loans_of([person.pk])[person.pk]

        assert limit_on(loans, date(2026, 1, 5), day).is_past_the_agreement(day) == is_past

    def test_marks_the_assignments_that_outlast_it(self, ended, person, engagement):
        AssignmentFactory(volunteer=person, engagement=engagement, ends_on=self.ENDED + DAY)

        (term,) = relay.plan_of(engagement, date(2026, 6, 1)).terms

        assert term.is_past_the_agreement

    def test_binds_no_assignment_that_begins_after_it(self, ended, person, engagement, coordinator):
        assert assign(person, engagement, coordinator, ends_on=LAST_BY_LAW).ends_on == LAST_BY_LAW

    def test_its_last_day_is_one_thing_in_rows_and_in_queries(self, ended):
        (row,) = SponsorshipAgreement.objects.with_last_day().filter(stops_on=ended.last_day)

        assert row.last_day == self.ENDED
        assert not SponsorshipAgreement.objects.running(self.ENDED + DAY).exists()
        assert SponsorshipAgreement.objects.running(self.ENDED).exists()


class TestTheLoanThatAnAssignmentStandsOn:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "is_carried"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, False),
            (FIRST - 9 * DAY, FIRST, True),
            (FIRST + 20 * DAY, FIRST + 40 * DAY, True),
            (FIRST + 21 * DAY, FIRST + 40 * DAY, False),
        ],
    )
    def test_has_a_day_in_common_with_it(self, starts_on, ends_on, is_carried):
        ended = LoanPeriod(FIRST, FIRST + 20 * DAY, was_ended=True)

        assert ended.carries(starts_on, ends_on) is is_carried

    def test_is_over_where_it_was_not_ended(self):
        """A mission that outlasts its agreement stands on it: that is what is told."""
        assert LoanPeriod(FIRST, FIRST + 20 * DAY, was_ended=False).carries(
            FIRST + 21 * DAY, FIRST + 40 * DAY
        )

    @pytest.mark.parametrize(
        ("first", "last", "is_lent"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (FIRST + 40 * DAY, FIRST + 60 * DAY, False),
            (FIRST + 41 * DAY, FIRST + 60 * DAY, True),
        ],
    )
    def test_is_none_while_a_service_runs(self, person, first, last, is_lent):
        AgreementFactory(volunteer=person, form="service", starts_on=first, ends_on=last)
        assignment = Assignment(volunteer=person, starts_on=FIRST, ends_on=FIRST + 40 * DAY)

        assert (limit_of(assignment) is not None) is is_lent
