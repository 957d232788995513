"""Many figures through the API: a dry run unless told otherwise."""

import pytest

from crm.domain.roles import Role
from impact.models import Measurement
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MetricFactory
from tests.impact.pasted import GOOD, HEAD

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def jobs(engagement):
    indicator = IndicatorFactory(code="emplois", name_fr="Emplois trouvés", name_en="Jobs found")
    return MetricFactory(engagement=engagement, indicator=indicator)


class TestApi:
    @pytest.fixture
    def send(self, engagement, jobs, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)

        def send(**body):
            return api.post(
                "/api/v1/measurements/import/", {"engagement": engagement.pk} | body, format="json"
            )

        return send

    def test_is_a_dry_run_unless_told_otherwise(self, send):
        looked = send(text=f"{HEAD}\n{GOOD}").json()
        assert (looked["rows"], looked["written"], looked["wrong"], looked["heading"]) == (
            1,
            False,
            [],
            1,
        )
        assert not Measurement.objects.exists()
        assert send(text=f"{HEAD}\n{GOOD}", dry_run=False).status_code == 201
        assert Measurement.objects.count() == 1

    def test_a_wrong_cell_writes_nothing(self, send):
        answer = send(text=f"{HEAD}\n{GOOD.replace('1 234', 'N/A')}", dry_run=False).json()

        assert (answer["written"], answer["wrong"][0]["line"], answer["wrong"][0]["column"]) == (
            False,
            2,
            "nombre",
        )

    def test_somebody_elses_engagement_does_not_exist(self, engagement, jobs):
        api = ReadingClient()
        api.force_authenticate(person_as(Role.COORDINATOR))

        answer = api.post(
            "/api/v1/measurements/import/",
            {"engagement": engagement.pk, "text": HEAD},
            format="json",
        )

        assert answer.status_code == 400
        assert "engagement" in answer.json()["errors"]
