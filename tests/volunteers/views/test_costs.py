"""The pages of costs: for the company alone, and nothing shows through them to anybody else."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Membership
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    EmployerCostFactory,
    MonthSheetFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import EmployerCost
from volunteers.services import costs

pytestmark = pytest.mark.django_db
SUM = {"remuneration": Decimal(50_000), "charges": Decimal(20_000), "share": Decimal(100)}
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def contact(volunteer):
    return person_as(Role.SPONSOR, volunteer.sponsor)


@pytest.fixture
def cost(volunteer):
    return EmployerCostFactory(volunteer=volunteer)


def masked(answer):
    return re.sub(
        rb'(csrf[^>]*value=|name="drawn" value=|nonce=|csrftoken[^"]*)"[^"]*"', rb"", answer.content
    )


def at(verb, *pk):
    return reverse(f"volunteers:cost-{verb}", args=pk)


class TestPages:
    def test_the_contact_enters_changes_and_deletes(self, client, volunteer, contact):
        client.force_login(contact)
        given = {
            "volunteer": volunteer.pk,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "share": "100",
        }
        assert (
            client.post(
                at("create"), given | {"remuneration": "50000", "charges": "20000"}
            ).status_code
            == 302
        )
        cost = EmployerCost.objects.get()
        given |= {"remuneration": "51000", "charges": "20000", "seen": "1"}
        assert client.post(at("change", cost.pk), given).status_code == 302
        assert client.post(at("change", cost.pk), given | {"share": "50"}).status_code == 422
        assert client.post(at("delete", cost.pk)).status_code == 302
        assert EmployerCost.objects.exists(), "who does not say what was read deletes nothing"
        assert client.post(at("delete", cost.pk), {"seen": cost.version + 1}).status_code == 302
        assert not EmployerCost.objects.exists()

    def test_what_is_wrong_is_said_at_its_field_and_kept(self, client, volunteer, contact, cost):
        client.force_login(contact)
        given = {
            "volunteer": volunteer.pk,
            "starts_on": "2026-06-01",
            "ends_on": "2026-12-31",
            "share": "100",
        }

        answer = client.post(at("create"), given | {"remuneration": "51234", "charges": "1"})

        assert answer.status_code == 422
        assert set(answer.context_data["form"].errors) == {"starts_on"}
        assert "51234" in answer.content.decode()

    @pytest.mark.parametrize("language", ["fr", "en"])
    @pytest.mark.parametrize("share", ["0", "150", "-1", "100,01 %", "1.000"])
    def test_a_share_that_is_none_is_refused_at_its_field_by_page_and_api(
        self, client, volunteer, contact, share, language
    ):
        client.force_login(contact)
        api = ReadingClient(headers={"accept-language": language})
        api.force_authenticate(contact)
        given = {
            "volunteer": volunteer.pk,
            "starts_on": "2026-06-01",
            "ends_on": "2026-12-31",
            "share": share,
        }
        given |= {"remuneration": "51234", "charges": "1"}

        page = client.post(at("create"), given, headers={"accept-language": language})
        answer = api.post("/api/v1/employer-costs/", given, format="json")

        assert (page.status_code, answer.status_code) == (422, 400)
        assert page.context_data["form"].errors == {"share": answer.json()["errors"]["share"]}

    def test_only_own_people_are_a_choice(self, client, volunteer, contact):
        VolunteerFactory(member=volunteer.member)
        client.force_login(contact)

        choices = client.get(at("create")).context_data["form"].fields["volunteer"].queryset

        assert list(choices) == [volunteer]

    def test_the_estimation_of_the_year_stands_beside_the_cost(self, client, volunteer, contact):
        call_command("loadreference")
        EmployerCostFactory(volunteer=volunteer, remuneration=200_000, share=100)
        AssignmentFactory(volunteer=volunteer, starts_on=date(2026, 1, 1))
        client.force_login(contact)

        (person,) = client.get(at("list"), {"year": 2026}).context_data["people"]

        assert (person.estimation.base, person.estimation.cost) == (144_180, 220_123)

    def test_a_year_that_is_not_known_says_so_and_guesses_nothing(self, client, volunteer, contact):
        call_command("loadreference")
        EmployerCostFactory(volunteer=volunteer, ends_on=date(2027, 12, 31))
        client.force_login(contact)

        answer = client.get(at("list"), {"year": 2027}, headers={"accept-language": "en"})

        assert "ceiling of 2027 is not known" in answer.content.decode()
        assert answer.context_data["people"][0].estimation is None

    @pytest.mark.parametrize("year", ["", "x", "1", "99999999999", "٢٠٢٦"])
    def test_a_year_that_is_none_shows_a_page(self, client, contact, year):
        client.force_login(contact)

        assert client.get(at("list"), {"year": year}).status_code == 200

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_do_not_grow(
        self, client, volunteer, contact, size, django_assert_num_queries
    ):
        for _n in range(size):
            EmployerCostFactory(
                volunteer=VolunteerFactory(member=volunteer.member, sponsor=volunteer.sponsor)
            )
        client.force_login(contact)

        with django_assert_num_queries(10):
            client.get(at("list"))


class TestNobodyElse:
    """The door is shut to the host and to the people themselves, and nothing shows through it."""

    @pytest.fixture
    def others(self, volunteer, member, coordinator):
        engagement = EngagementFactory(member=member)
        assignment = AssignmentFactory(volunteer=volunteer, engagement=engagement)
        WorkDayFactory(assignment=assignment, day=date(2026, 6, 9))
        self.sheet = MonthSheetFactory(assignment=assignment, is_locked=True)
        self.agreement = AgreementFactory(volunteer=volunteer)
        self.pages = [
            *("/", "/volunteering/people/", f"/volunteering/people/{volunteer.pk}/"),
            *(
                "/volunteering/capacity/",
                "/volunteering/agreements/",
                f"/volunteering/agreements/{self.agreement.pk}/",
            ),
            *(
                "/volunteering/months/?month=2026-06",
                f"/volunteering/months/{self.sheet.pk}/",
                "/search/?q=dupont",
            ),
            *(f"/volunteering/engagements/{engagement.pk}/team/", f"/engagements/{engagement.pk}/"),
            "/volunteering/search-results/?q=dupont",
            *(
                "/api/v1/volunteers/",
                f"/api/v1/volunteers/{volunteer.pk}/",
                "/api/v1/employer-costs/",
            ),
            *(f"/api/v1/agreements/{self.agreement.pk}/", f"/api/v1/month-sheets/{self.sheet.pk}/"),
        ]
        lead = person_as(Role.LEAD, engagement.beneficiary)
        return [coordinator, volunteer.user, lead, person_as(Role.FUNDER), person_as(Role.DESK)]

    def test_their_pages_are_the_same_bytes_with_and_without_costs(
        self, client, volunteer, contact, others, settings
    ):
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "csrf" not in each.lower()]

        def look():
            seen = {}
            for person in others:
                client.force_login(person)
                for page in self.pages:
                    answer = client.get(page)
                    seen[person.pk, page] = answer.status_code, masked(answer)
            return seen

        before = look()
        assert sum(status == 200 for status, _body in before.values()) > 35
        cost = costs.enter_cost(volunteer, **YEAR, **SUM, by=contact)
        costs.change_cost(cost, charges=Decimal(7), by=contact)

        assert look() == before

    def test_they_open_none_of_it(self, client, cost, others):
        for person in others:
            client.force_login(person)
            assert client.get(at("list")).status_code == 403
            assert client.get(at("create")).status_code == 403
            assert client.get(at("change", cost.pk)).status_code == 404
            assert client.post(at("delete", cost.pk)).status_code == 404
            assert list(EmployerCost.objects.visible_to(person)) == []

    def test_a_contact_of_another_company_nor_one_who_left(self, client, cost, contact):
        client.force_login(person_as(Role.SPONSOR, OrganisationFactory(sponsor=True)))
        assert client.get(at("change", cost.pk)).status_code == 404
        client.force_login(contact)
        assert client.get(at("change", cost.pk)).status_code == 200

        Membership.objects.filter(user=contact).update(ended_on=timezone.localdate())

        assert client.get(at("change", cost.pk)).status_code == 404

    @pytest.mark.parametrize(("role", "shown"), [(Role.SPONSOR, True), (Role.COORDINATOR, False)])
    def test_the_way_there_stands_on_the_team_page_of_companies(
        self, client, volunteer, role, shown
    ):
        at_home = volunteer.sponsor if role == Role.SPONSOR else volunteer.member
        client.force_login(person_as(role, at_home))

        assert (
            at("list") in client.get(reverse("volunteers:people-list")).content.decode()
        ) == shown
