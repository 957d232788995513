"""From the year to the declared paper, and what the tax reduction may come to."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from crm.domain.roles import Role
from crm.models import ReferenceFigure
from tests.crm.factories import person_as
from tests.volunteers.factories import EmployerCostFactory, VolunteerFactory
from tests.volunteers.lent_months import lent
from volunteers.domain.valuation import year_of
from volunteers.models import DeclaredStatement
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


class TestPages:
    def address(self, name, volunteer):
        pair = f"{volunteer.sponsor_id}-{volunteer.member_id}"
        return f"{reverse(f'volunteers:{name}')}?pair={pair}&year=2026"

    def test_from_the_year_to_the_declared_paper(self, client, volunteer, contact, sheet):
        client.force_login(contact)
        assert "Declare" in self.read(client, self.address("statement", volunteer))
        form = self.address("statement-declare", volunteer)
        seal = client.get(form).context_data["seal"]
        response = client.post(form, {"seen": seal})
        declared = DeclaredStatement.objects.get()

        assert response["Location"] == declared.get_absolute_url()
        page = self.read(client, declared.get_absolute_url())
        assert "Léa “Zoë” 🌻 Dupont" in page
        first, second = (
            client.get(reverse("volunteers:declared-statement-pdf", args=[declared.pk])).content
            for _n in "ab"
        )
        assert first.startswith(b"%PDF")
        assert first == second
        assert "2026-1" in self.read(client, self.address("statement", volunteer))

    def test_what_changed_since_is_told_and_corrected(self, client, volunteer, contact, sheet):
        declare(volunteer, contact)
        lent(volunteer, month=date(2026, 7, 1), is_locked=True)
        client.force_login(contact)
        assert "declare a correction" in self.read(client, self.address("statement", volunteer))

        form = self.address("statement-declare", volunteer)
        seal = client.get(form).context_data["seal"]
        assert client.post(form, {"seen": seal, "reason": ""}).status_code == 422
        assert client.post(form, {"seen": seal, "reason": "July"}).status_code == 302
        old = DeclaredStatement.objects.get(number=1)
        assert "A correction stands in its place" in self.read(client, old.get_absolute_url())

    def test_a_stale_page_is_told_and_keeps_the_reason(self, client, volunteer, contact, sheet):
        declare(volunteer, contact)
        lent(volunteer, month=date(2026, 7, 1), is_locked=True)
        client.force_login(contact)
        response = client.post(
            self.address("statement-declare", volunteer), {"seen": "x", "reason": "Kept words"}
        )

        assert response.status_code == 422
        assert "Kept words" in response.content.decode()

    def test_another_company_the_host_and_the_person_have_none(
        self, client, volunteer, contact, sheet, coordinator
    ):
        declared = declare(volunteer, contact)
        for person in (person_as(Role.SPONSOR), coordinator, volunteer.user):
            client.force_login(person)
            assert client.get(declared.get_absolute_url()).status_code == 404

    def read(self, client, address):
        return client.get(address, headers={"accept-language": "en"}).content.decode()


class TestTheIllustration:
    def ask(self, client, contact, **asked):
        client.force_login(contact)
        return client.get(reverse("volunteers:reduction"), asked, headers={"accept-language": "en"})

    @pytest.mark.parametrize(
        ("gifts", "turnover", "ceiling", "reduction", "carried"),
        [
            ("9000", "1500000", 20_000, 5_400, 0),
            ("3000000", "1000000000", 5_000_000, 1_600_000, 0),
            ("30000", "1000000", 20_000, 12_000, 10_000),
        ],
    )
    def test_sixty_then_forty_per_cent_under_the_ceiling(
        self, client, contact, gifts, turnover, ceiling, reduction, carried
    ):
        found = self.ask(client, contact, gifts=gifts, turnover=turnover, year=2026).context_data[
            "found"
        ]

        assert (found.ceiling, found.reduction, found.carried) == (ceiling, reduction, carried)

    def test_comes_from_the_statement_with_its_total_and_waits_for_the_turnover(
        self, client, contact
    ):
        page = self.ask(client, contact, gifts="1234.50", year=2026)

        assert page.status_code == 200
        assert 'value="1234.50"' in page.content.decode()

    @pytest.mark.parametrize("turnover", ["", "-1", "much", "1e400", "NaN"])
    def test_a_senseless_turnover_is_told_at_its_field(self, client, contact, turnover):
        page = self.ask(client, contact, gifts="9000", turnover=turnover, year=2026)

        assert page.status_code == 422
        assert "turnover" in page.context_data["form"].errors

    def test_a_year_without_figures_is_refused_in_words(self, client, contact):
        ReferenceFigure.objects.filter(key="gift-rate").delete()
        page = self.ask(client, contact, gifts="9000", turnover="1", year=2026)

        assert "No reference figure for 2026" in page.content.decode()
