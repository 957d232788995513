"""A yearly statement declared: frozen as it was read, and corrected with a reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from crm.models import ReferenceFigure
from tests.crm.factories import person_as
from tests.volunteers.factories import (
    DeclaredStatementFactory,
    EmployerCostFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from tests.volunteers.lent_months import lent
from volunteers.domain.valuation import year_of
from volunteers.models import DeclaredStatement, WorkDay
from volunteers.selectors.statements import StatementScope, statement_of
from volunteers.services import declarations
from volunteers.services.declarations import seal_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def in_english():
    call_command("loadreference")
    with translation.override("en"):
        yield


@pytest.fixture
def volunteer(member):
    volunteer = VolunteerFactory(member=member, user__full_name="Léa “Zoë” 🌻 Dupont")
    EmployerCostFactory(volunteer=volunteer, remuneration=36_000, charges=12_000, share=50)
    return volunteer


@pytest.fixture
def contact(volunteer):
    return person_as(Role.SPONSOR, volunteer.sponsor)


@pytest.fixture
def sheet(volunteer):
    return lent(volunteer, is_locked=True)


def live(volunteer, contact):
    return statement_of(
        volunteer.sponsor, volunteer.member, year_of(2026), user=contact, today=TODAY
    )


def declare(volunteer, contact, **given):
    seen = seal_of(live(volunteer, contact))
    return declarations.declare_statement(
        StatementScope(volunteer.sponsor, volunteer.member, year_of(2026)),
        **{"seen": seen, "by": contact, "today": TODAY} | given,
    )


class TestDeclaring:
    def test_freezes_the_figures_whatever_changes_afterwards(self, volunteer, contact, sheet):
        declared = declare(volunteer, contact)
        before = (declared.paper, declared.checksum, declared.half_days, declared.total)
        WorkDay.objects.all().delete()
        ReferenceFigure.objects.all().delete()

        declared.refresh_from_db()
        assert (declared.paper, declared.checksum, declared.half_days, declared.total) == before
        assert (declared.number, declared.half_days, declared.total) == (1, 4, Decimal(2_000))
        assert declared.history.count() == 1

    def test_declared_twice_alike_is_refused(self, volunteer, contact, sheet):
        declare(volunteer, contact)

        with pytest.raises(Refused, match="Nothing has changed"):
            declare(volunteer, contact)

    def test_a_correction_says_why_and_leaves_the_old_one_as_it_was(
        self, volunteer, contact, sheet
    ):
        first = declare(volunteer, contact)
        lent(volunteer, month=date(2026, 7, 1), is_locked=True)

        with pytest.raises(Refused) as refused:
            declare(volunteer, contact)
        assert "reason" in by_field(refused.value)
        second = declare(volunteer, contact, reason="July was confirmed late.")
        first.refresh_from_db()

        assert (first.number, first.half_days, second.number, second.half_days) == (1, 4, 2, 8)

    def test_other_figures_than_those_read_are_refused(self, volunteer, contact, sheet):
        seen = seal_of(live(volunteer, contact))
        WorkDayFactory(assignment=sheet.assignment, day=date(2026, 6, 16))

        with pytest.raises(Refused, match="changed while you were reading"):
            declare(volunteer, contact, seen=seen)
        assert not DeclaredStatement.objects.exists()

    def test_without_a_confirmed_month_there_is_nothing_to_declare(self, volunteer, contact):
        lent(volunteer, is_confirmed=True)

        with pytest.raises(Refused, match="nothing to declare"):
            declare(volunteer, contact)

    def test_a_year_whose_ceiling_is_not_known_is_not_declared(self, volunteer, contact, sheet):
        ReferenceFigure.objects.filter(key="pmss").delete()

        with pytest.raises(Refused, match="not known here"):
            declare(volunteer, contact)

    def test_a_day_is_declared_in_one_financial_year(self, volunteer, contact, sheet):
        declare(volunteer, contact)
        window = date(2026, 4, 1), date(2027, 3, 31)
        ReferenceFigure.objects.filter(key="pmss").update(valid_to=None)
        staggered = statement_of(
            volunteer.sponsor, volunteer.member, window, user=contact, today=TODAY
        )

        with pytest.raises(
            Refused,
            match="declared already, in the statement from 1 January 2026 to 31 December 2026",
        ):
            declarations.declare_statement(
                StatementScope(volunteer.sponsor, volunteer.member, window),
                seen=seal_of(staggered),
                by=contact,
                today=TODAY,
            )

    def test_the_database_wants_a_reason_of_a_correction_and_one_row_a_number(self):
        first = DeclaredStatementFactory()
        for wrong in ({"number": 2}, {"number": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DeclaredStatementFactory(sponsor=first.sponsor, host=first.host, **wrong)
