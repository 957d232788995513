"""The page of the yearly statement, its papers, and who opens them."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, person_as
from tests.volunteers.factories import EmployerCostFactory, VolunteerFactory
from tests.volunteers.lent_months import lent
from volunteers.selectors.statements import pairs_of

pytestmark = pytest.mark.django_db


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


class TestPages:
    def page(self, client, person, name="statement", **query):
        client.force_login(person)
        address = reverse(f"volunteers:{name}")
        return client.get(address, {"year": 2026} | query, headers={"accept-language": "en"})

    def test_says_what_the_host_says_of_itself(self, client, volunteer, contact):
        lent(volunteer, is_locked=True)
        page = self.page(client, contact).content.decode()

        assert f"General interest of {volunteer.member.name}: to check." in page
        assert "Relais does not know it" in page
        assert "not tax advice" in page

    def test_anothers_pair_is_the_first_of_ones_own(self, client, volunteer, contact):
        other = VolunteerFactory()
        found = self.page(
            client, contact, pair=f"{other.sponsor_id}-{other.member_id}"
        ).context_data["statement"]

        assert (found.sponsor, found.host) == (volunteer.sponsor, volunteer.member)
        assert pairs_of(contact) == [(volunteer.sponsor, volunteer.member)]

    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({"first": "2025-07-01", "last": "2026-06-30"}, 200),
            ({"first": "2025-07-01"}, 422),
            ({"first": "2026-07-01", "last": "2026-06-30"}, 422),
            ({"first": "2020-01-01", "last": "2026-06-30"}, 422),
            ({"first": "x", "last": "y"}, 422),
        ],
    )
    def test_a_financial_year_is_asked_for_by_its_days(
        self, client, volunteer, contact, asked, status
    ):
        lent(volunteer, is_locked=True)
        answer = self.page(client, contact, **asked)

        found = answer.context_data["statement"]
        assert answer.status_code == status
        assert found.is_calendar_year == (status == 422)
        if status == 200:
            assert "first=2025-07-01&amp;last=2026-06-30" in answer.content.decode()
            assert self.page(client, contact, "statement-pdf", **asked).content.startswith(b"%PDF-")

    def test_a_company_that_lends_nobody_is_told_so(self, client):
        contact = person_as(Role.SPONSOR, OrganisationFactory(sponsor=True))

        assert self.page(client, contact).status_code == 200
        assert self.page(client, contact, "statement-pdf").status_code == 404

    @pytest.mark.parametrize("name", ["Zoë 🌻 d'Arc", "<b>X</b> #set text(99pt)", "=1+1"])
    def test_papers_take_any_name(self, client, volunteer, contact, name):
        lent(volunteer, is_locked=True)
        EmployerCostFactory(volunteer=volunteer)
        volunteer.user.full_name = name
        volunteer.user.save()

        assert self.page(client, contact, "statement-pdf").content.startswith(b"%PDF-")
        with zipfile.ZipFile(BytesIO(self.page(client, contact, "statement-xlsx").content)) as book:
            sheets = [each for each in book.namelist() if "worksheets/sheet" in each]
            assert len(sheets) == 3
            assert not any(b"<f>" in book.read(each) for each in sheets)

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_do_not_grow(
        self, client, volunteer, contact, size, django_assert_num_queries
    ):
        for _n in range(size):
            person = VolunteerFactory(sponsor=volunteer.sponsor, member=volunteer.member)
            lent(person, is_locked=True)
            EmployerCostFactory(volunteer=person)
        client.force_login(contact)

        with django_assert_num_queries(12):
            client.get(reverse("volunteers:statement"), {"year": 2026})

    def test_a_year_without_a_ceiling_says_so_and_offers_nothing_to_declare(
        self, client, volunteer, contact
    ):
        """Never a total of 0 € for days that are confirmed, nor a button that is always refused."""
        lent(volunteer, month=date(2027, 6, 1), is_locked=True)
        EmployerCostFactory(volunteer=volunteer, ends_on=date(2027, 12, 31))
        client.force_login(contact)
        pair = f"{volunteer.sponsor_id}-{volunteer.member_id}"

        page = client.get(
            reverse("volunteers:statement"),
            {"year": 2027, "pair": pair},
            headers={"accept-language": "en"},
        )

        words = page.content.decode()
        assert "The social security ceiling of 2027 is not known here" in words
        assert "In all: nothing can be estimated yet." in words
        assert "or of the year's ceiling: 2 days." in words.replace("&#39;", "'")
        assert reverse("volunteers:statement-declare") not in words

    def test_the_host_opens_none_of_it(self, client, volunteer, coordinator):
        for person in (coordinator, volunteer.user):
            for name in ("statement", "statement-pdf", "statement-xlsx"):
                assert self.page(client, person, name).status_code == 403
