"""Needs through the API: stated, proposed for, allocated."""

from datetime import date
from decimal import Decimal

import pytest

from crm.domain.roles import Role
from engagements.models import Engagement
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import StaffingNeedFactory
from volunteers.models import StaffingNeed

pytestmark = pytest.mark.django_db
COMING = {"starts_on": date(2097, 7, 1), "ends_on": date(2097, 9, 22)}
DATES = {"starts_on": date(2026, 7, 6), "ends_on": date(2026, 9, 27)}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def need(engagement, python):
    return StaffingNeedFactory(
        engagement=engagement, skill=python, level=2, days_a_week=Decimal(3), **DATES
    )


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)
        api.default_format = "json"
        return api

    def test_states_proposes_and_allocates(self, api, engagement, python, skilled):
        skilled("Léa Dupont")
        given = {"engagement": engagement.pk, "skill": python.pk, "level": 2, "days_a_week": "3"}
        dates = {name: day.isoformat() for name, day in COMING.items()}

        made = api.post("/api/v1/staffing-needs/", given | dates, format="json")
        found = api.get(f"/api/v1/staffing-needs/{made.data['id']}/proposals/").json()
        allocated = api.get("/api/v1/staffing-needs/allocation/").json()

        assert made.status_code == 201
        assert [each["full_name"] for each in found] == ["Léa Dupont"]
        assert allocated[0]["proposals"][0]["full_name"] == "Léa Dupont"

    def test_a_need_for_anothers_engagement_is_refused(self, api, python):
        given = {
            "engagement": EngagementFactory().pk,
            "skill": python.pk,
            "level": 2,
            "days_a_week": "3",
        }
        dates = {name: day.isoformat() for name, day in DATES.items()}

        assert api.post("/api/v1/staffing-needs/", given | dates, format="json").status_code == 400
        assert not StaffingNeed.objects.exists()

    def test_a_need_lists_no_wish_as_a_level(self, api, need):
        answer = api.patch(f"/api/v1/staffing-needs/{need.pk}/", {"level": 0}, format="json")

        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"level"})

    def test_anothers_needs_do_not_exist(self, need):
        api = ReadingClient()
        api.force_authenticate(person_as(Role.COORDINATOR, OrganisationFactory(member=True)))

        assert api.get(f"/api/v1/staffing-needs/{need.pk}/proposals/").status_code == 404
        assert Engagement.objects.count() == 1
