"""The pages on which a person changes company, name or address, and a company says who it is."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def old():
    return OrganisationFactory(sponsor=True, name="Ancienne")


@pytest.fixture
def new():
    return OrganisationFactory(sponsor=True, name="Nouvelle")


@pytest.fixture
def volunteer(member, old):
    return VolunteerFactory(member=member, sponsor=old, user__full_name="Léa Dupont")


@pytest.fixture
def assignment(volunteer, member):
    return AssignmentFactory(
        volunteer=volunteer, engagement=EngagementFactory(member=member), days_a_week=Decimal(2)
    )


class TestDoors:
    def test_the_page_writes_it_down(self, client, coordinator, volunteer, assignment, new):
        client.force_login(coordinator)
        address = reverse("volunteers:volunteer-company", args=[volunteer.pk])
        form = client.get(address).context_data["form"]
        given = {"to": new.pk, "on": timezone.localdate().isoformat(), "seen": form["seen"].value()}

        assert client.post(address, given).status_code == 302
        assert client.post(address, given).status_code == 422
        volunteer.refresh_from_db()
        assert volunteer.sponsor == new
        page = client.get(
            reverse("volunteers:volunteer-detail", args=[volunteer.pk])
        ).content.decode()
        assert "Ancienne" in page

    def test_the_api_does_it_too_and_no_longer_ignores_it_elsewhere(
        self, coordinator, volunteer, new
    ):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        address = f"/api/v1/volunteers/{volunteer.pk}/"

        silent = api.patch(address, {"sponsor": new.pk}, format="json")
        answer = api.post(
            f"{address}change-company/",
            {"to": new.pk, "on": timezone.localdate().isoformat()},
            format="json",
        )

        assert (silent.status_code, set(silent.json()["errors"])) == (400, {"sponsor"})
        assert (answer.status_code, answer.json()["sponsor"]) == (200, new.pk)


class TestIdentity:
    def test_a_person_renames_themselves_and_not_their_address(self, client, volunteer):
        client.force_login(volunteer.user)
        address = reverse("volunteers:volunteer-identity", args=[volunteer.pk])
        before = volunteer.user.email

        given = {
            "full_name": " Léa  Martin ",
            "email": "thief@x.example",
            "seen": mark_of(volunteer.user),
        }
        client.post(address, given, headers={"accept-language": "en"})

        volunteer.user.refresh_from_db()
        assert (volunteer.user.full_name, volunteer.user.email) == ("Léa Martin", before)
        assert str(volunteer.user.history.first().history_change_reason) == "Renamed"

    def test_an_administrator_changes_the_address_in_small_letters_and_once(
        self, client, volunteer, administrator
    ):
        client.force_login(administrator)
        address = reverse("volunteers:volunteer-identity", args=[volunteer.pk])

        seen = mark_of(volunteer.user)
        answer = client.post(
            address, {"full_name": "Léa", "email": administrator.email.upper(), "seen": seen}
        )
        client.post(address, {"full_name": "Léa", "email": "Lea@New.Example", "seen": seen})

        volunteer.user.refresh_from_db()
        assert answer.status_code == 422
        assert volunteer.user.email == "lea@new.example"

    def test_two_people_may_have_one_name(self, client, volunteer, administrator):
        other = VolunteerFactory(user__full_name="Léa Dupont")
        client.force_login(administrator)
        address = reverse("volunteers:volunteer-identity", args=[other.pk])

        given = {"full_name": "Léa Dupont", "email": other.user.email, "seen": mark_of(other.user)}
        assert client.post(address, given).status_code == 302

    def test_a_company_s_contact_gives_its_own_siren_and_nothing_more(self, client, old, new):
        client.force_login(person_as(Role.SPONSOR, old))
        address = reverse("volunteers:company-change", args=[old.pk])
        form = client.get(address).context_data["form"]
        given = {
            "seen": form["seen"].value(),
            "siren": "732 829 320",
            "street": "1 rue de la Paix",
            "name": "Volée",
        }

        assert client.post(address, given).status_code == 302
        old.refresh_from_db()
        assert (old.siren, old.street, old.name) == ("732829320", "1 rue de la Paix", "Ancienne")
        assert client.get(reverse("volunteers:company-change", args=[new.pk])).status_code == 404
