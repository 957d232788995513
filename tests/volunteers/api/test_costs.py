"""Costs through the API, of one's own people alone."""

import pytest

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.volunteers.factories import VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


@pytest.fixture
def contact(volunteer):
    return person_as(Role.SPONSOR, volunteer.sponsor)


class TestApi:
    def test_enters_changes_and_deletes(self, volunteer, contact):
        api = ReadingClient()
        api.force_authenticate(contact)
        root = "/api/v1/employer-costs/"
        given = {
            "volunteer": volunteer.pk,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "share": "80",
        }
        given |= {"remuneration": "50000", "charges": "20000"}

        made = api.post(root, given, format="json")
        assert made.status_code == 201
        assert api.post(root, given, format="json").status_code == 400
        one = f"{root}{made.data['id']}/"
        assert api.patch(one, {"share": "50", "seen": 1}, format="json").data["version"] == 2
        assert api.patch(one, {"share": "60", "seen": 1}, format="json").status_code == 409
        assert api.delete(one).status_code == 204
        assert api.get(one).status_code == 404

    def test_anothers_people_are_no_choice(self, contact):
        api = ReadingClient()
        api.force_authenticate(contact)
        given = {
            "volunteer": VolunteerFactory().pk,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
        }

        answer = api.post(
            "/api/v1/employer-costs/", given | {"remuneration": "1", "charges": "1"}, format="json"
        )

        assert answer.status_code == 400
        assert set(answer.data["errors"]) == {"volunteer"}
