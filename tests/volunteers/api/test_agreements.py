"""Agreements through the API: drafted, completed, signed, and of one's own people alone."""

import pytest

from tests.api_client import ReadingClient
from tests.volunteers.agreed import COMPLETE
from tests.volunteers.factories import VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Léa Dupont")


class TestApi:
    def test_drafts_completes_and_signs(self, volunteer, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        root = "/api/v1/agreements/"
        parties = {
            "sponsor": volunteer.sponsor_id,
            "host": volunteer.member_id,
            "volunteer": volunteer.pk,
        }
        dates = {"starts_on": "2026-01-05", "ends_on": "2026-12-31"}

        made = api.post(root, parties | dates | {"form": "loan-l8241-3"}, format="json")
        at = f"{root}{made.data['id']}/"
        signature = {"side": "host", "name": "Cam", "on": "2026-01-02"}
        assert len(made.data["missing"]) == 7
        assert api.post(f"{at}sign/", signature, format="json").status_code == 400
        api.patch(at, COMPLETE, format="json")
        api.post(f"{at}consent/", {"on": "2026-01-02"}, format="json")

        assert api.post(f"{at}sign/", signature, format="json").data["host_signatory"] == "Cam"

    def test_anothers_people_are_no_choice(self, coordinator, volunteer):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        foreign = VolunteerFactory()
        given = {
            "sponsor": foreign.sponsor_id,
            "host": foreign.member_id,
            "volunteer": foreign.pk,
            "form": "service",
        }

        answer = api.post(
            "/api/v1/agreements/",
            given | {"starts_on": "2026-01-05", "ends_on": "2026-12-31"},
            format="json",
        )

        assert answer.status_code == 400
        assert {"host", "volunteer"} <= set(answer.json()["errors"])
