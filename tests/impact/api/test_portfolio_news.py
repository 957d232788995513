"""What is new through the API: told, marked and put back like the page."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def funding():
    return FundingFactory(engagement__title="Forêt")


@pytest.fixture
def engagement(funding):
    return funding.engagement


@pytest.fixture
def metric(engagement):
    indicator = IndicatorFactory(name_en="Trees planted", name_fr="Arbres plantés", unit_en="trees")
    return MetricFactory(engagement=engagement, indicator=indicator)


@pytest.fixture
def funder(funding):
    return person_as(Role.FUNDER, funding.funder)


def now():
    return timezone.now()


def published(metric, **facts):
    return MeasurementFactory(metric=metric, published_at=now(), **facts)


class TestTheApi:
    @pytest.fixture
    def api(self, funder):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(funder)
        return client

    def test_tells_marks_and_puts_back_like_the_page(self, api, funder, metric):
        published(metric)
        before = api.get("/api/v1/impact/news/").json()

        marked = api.post("/api/v1/impact/news/read/", {"upto": before["upto"]})
        after = api.get("/api/v1/impact/news/").json()
        back = api.post("/api/v1/impact/news/put-back/")

        assert before["news"][0]["told"].startswith("60 trees")
        assert (marked.status_code, back.status_code) == (204, 204)
        assert (after["news"], after["upto"]) == ([], None)
        assert api.get("/api/v1/impact/news/").json()["news"] == before["news"]
        assert api.post("/api/v1/impact/news/put-back/").status_code == 400

    def test_a_moment_is_wanted(self, api):
        assert list(api.post("/api/v1/impact/news/read/", {"upto": "x"}).json()["errors"]) == [
            "upto"
        ]
