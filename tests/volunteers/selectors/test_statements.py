"""The yearly statement: days that both sides confirmed, an estimation, and what the form wants."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import translation

from crm.domain.roles import Role
from crm.models import LegalCategory, ReferenceFigure
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    EmployerCostFactory,
    MonthSheetFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from tests.volunteers.lent_months import lent
from volunteers.domain.valuation import year_of
from volunteers.selectors.statements import fields_of, statement_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def in_english():
    call_command("loadreference")
    with translation.override("en"):
        yield


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def contact(volunteer):
    return person_as(Role.SPONSOR, volunteer.sponsor)


def stated(volunteer, contact, year=2026):
    return statement_of(
        volunteer.sponsor, volunteer.member, year_of(year), user=contact, today=TODAY
    )


class TestWhatCounts:
    def test_a_locked_month_counts_with_its_days_and_its_value(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=36_000, charges=12_000, share=50)

        (line,) = stated(volunteer, contact).lines

        assert (line.half_days, line.counted, line.waiting) == (4, (date(2026, 6, 1),), ())
        assert (line.estimation.base, line.estimation.cap) == (2_000, Decimal("6007.50"))

    def test_a_month_that_waits_is_named_and_not_counted(self, volunteer, contact):
        lent(volunteer, is_confirmed=True)
        EmployerCostFactory(volunteer=volunteer)
        found = stated(volunteer, contact)

        assert (found.half_days, found.total) == (0, 0)
        assert found.lines[0].waiting == (date(2026, 6, 1),)

    def test_a_month_half_locked_waits_as_a_whole(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        lent(volunteer, is_confirmed=True)

        assert stated(volunteer, contact).half_days == 0

    def test_what_the_lead_has_not_confirmed_is_not_shown_to_the_company(self, volunteer, contact):
        lent(volunteer)

        assert stated(volunteer, contact).lines == ()

    def test_a_locked_month_without_a_cost_is_named(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        (line,) = stated(volunteer, contact).lines

        assert (line.estimation, line.uncovered) == (None, (date(2026, 6, 1),))

    def test_an_assignment_that_began_at_the_end_of_a_month_counts_for_its_days(
        self, volunteer, contact
    ):
        """Half a day of 31 August, confirmed, and the whole of September: 52,400/12 × (2/31 + 1)."""
        assignment = AssignmentFactory(
            volunteer=volunteer,
            engagement=EngagementFactory(member=volunteer.member),
            starts_on=date(2026, 8, 30),
        )
        for month, day in (
            (date(2026, 8, 1), date(2026, 8, 31)),
            (date(2026, 9, 1), date(2026, 9, 1)),
        ):
            WorkDayFactory(assignment=assignment, day=day, half_days=1)
            MonthSheetFactory(assignment=assignment, month=month, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=52_400, charges=0, share=100)

        (line,) = stated(volunteer, contact).lines

        assert (line.estimation.base, line.valued, line.a_day) == (
            Decimal("4648.39"),
            2,
            Decimal("4648.39"),
        )

    def test_a_signed_agreement_bounds_what_counts(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=36_000, charges=12_000, share=100)
        signed = {
            "sponsor_signatory": "A",
            "sponsor_signed_on": TODAY,
            "host_signatory": "B",
            "host_signed_on": TODAY,
        }
        AgreementFactory(volunteer=volunteer, ends_on=date(2026, 6, 9), **signed)

        found = stated(volunteer, contact)

        assert (found.total, found.valued, found.unvalued) == (1_200, 2, 2)
        assert (found.lines[0].outside, found.lines[0].uncovered) == ((date(2026, 6, 1),), ())

    def test_a_draft_bounds_nothing_and_its_lack_is_said(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=36_000, charges=12_000, share=100)
        AgreementFactory(volunteer=volunteer, ends_on=date(2026, 6, 9))

        found = stated(volunteer, contact)

        assert (found.total, found.lines[0].has_agreement) == (4_000, False)

    def test_days_without_a_cost_share_no_total_with_days_that_have_one(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(
            volunteer=volunteer,
            starts_on=date(2026, 6, 10),
            remuneration=36_000,
            charges=0,
            share=100,
        )

        found = stated(volunteer, contact)

        assert (found.half_days, found.valued, found.unvalued) == (4, 2, 2)
        assert (found.total, found.lines[0].uncovered) == (2_100, (date(2026, 6, 1),))

    def test_two_assignments_of_a_month_are_not_worth_two_months(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=36_000, charges=12_000, share=50)

        assert stated(volunteer, contact).total == 2_000

    def test_a_financial_year_runs_from_any_day_to_any_day(self, volunteer, contact):
        """15 May to 9 June: one of the two days of June, and nine of its thirty days."""
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=36_000, charges=12_000, share=50)
        parts = [
            statement_of(volunteer.sponsor, volunteer.member, window, user=contact, today=TODAY)
            for window in (
                (date(2025, 5, 15), date(2026, 6, 9)),
                (date(2026, 6, 10), date(2027, 5, 14)),
                (date(2025, 7, 1), date(2026, 6, 30)),
            )
        ]

        assert [(each.half_days, each.total) for each in parts] == [
            (2, 600),
            (2, 1_400),
            (4, 2_000),
        ]
        assert {field.what: field.value for field in fields_of(parts[0])}[
            "Date or period"
        ] == "1 June 2026 – 9 June 2026"

    def test_another_year_host_or_company_does_not_count(self, volunteer, contact):
        lent(volunteer, month=date(2025, 6, 1), is_locked=True)
        lent(VolunteerFactory(sponsor=volunteer.sponsor), is_locked=True)
        lent(VolunteerFactory(member=volunteer.member), is_locked=True)

        assert stated(volunteer, contact).lines == ()
        assert [line.half_days for line in stated(volunteer, contact, 2025).lines] == [4]

    def test_the_total_is_the_sum_of_what_is_written(self, volunteer, contact):
        for _n in range(3):
            person = VolunteerFactory(sponsor=volunteer.sponsor, member=volunteer.member)
            lent(person, is_locked=True)
            EmployerCostFactory(volunteer=person, remuneration=Decimal("12345.67"))
        found = stated(volunteer, contact)

        assert found.total == sum(line.estimation.base for line in found.lines) > 0

    def test_a_year_that_is_not_known_is_not_guessed(self, volunteer, contact):
        lent(volunteer, month=date(2027, 6, 1), is_locked=True)
        EmployerCostFactory(volunteer=volunteer, ends_on=date(2027, 12, 31))
        found = stated(volunteer, contact, 2027)

        assert "2027 is not known" in found.unknown
        assert (found.lines[0].estimation, found.half_days) == (None, 4)


class TestTheForm:
    def test_every_field_is_named_and_what_is_not_known_is_empty(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer)
        fields = fields_of(stated(volunteer, contact))

        assert {field.number for field in fields} == {1, 2, 3, 4, 5, 6, 7}
        values = {field.what: field.value for field in fields}
        assert values["Date or period"] == "1 June 2026 – 30 June 2026"
        assert values["Company: name"] == volunteer.sponsor.name
        assert (
            values["Serial number of the receipt"]
            == values["Organisation: number and street"]
            == ""
        )
        assert values["Gifts in kind: total in words"].endswith(" cents")
        assert (
            values["Gifts in kind: description"]
            == "Skills sponsorship, staff lent: Léa Dupont, 2 days"
        )
        assert "payments left out" in values["Grand total in figures and in words"]

    def test_what_both_sides_said_of_themselves_leaves_nothing_unknown(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer)
        for organisation in (volunteer.sponsor, volunteer.member):
            organisation.street, organisation.postal_code, organisation.city = (
                "1 rue Neuve",
                "75001",
                "Paris",
            )
            organisation.purpose, organisation.ess_form = "Aider", "association"
            organisation.legal_category = LegalCategory.objects.order_by("pk").first()
        volunteer.sponsor.siren, volunteer.member.siren = "732829320", "552100554"

        unknown = [field for field in fields_of(stated(volunteer, contact)) if not field.value]

        assert [(field.number, field.is_hosts) for field in unknown] == [
            (1, True),
            (6, True),
            (7, True),
        ]

    def test_its_version_is_data(self, volunteer, contact):
        assert stated(volunteer, contact).form_version == "*03"
        ReferenceFigure.objects.filter(key="form-2041-mec").update(value=4)
        assert stated(volunteer, contact).form_version == "*04"
        ReferenceFigure.objects.filter(key="form-2041-mec").delete()
        assert stated(volunteer, contact).form_version == ""

    def test_above_the_threshold_the_declaration_is_named(self, volunteer, contact):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer, remuneration=500_000, share=100)
        assert stated(volunteer, contact).is_to_declare

        ReferenceFigure.objects.filter(key="gift-declaration-threshold").update(value=20_000)

        assert not stated(volunteer, contact).is_to_declare
