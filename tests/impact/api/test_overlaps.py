"""People in common through the API, refused in the words of the page."""

import pytest

from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory
from tests.impact.factories import IndicatorFactory
from tests.impact.in_common import following

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    return IndicatorFactory(aggregation="unique")


@pytest.fixture
def followed(indicator, member):
    return following(indicator, member)


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(coordinator)
        return client

    def test_declares_changes_lists_and_takes_away(self, api, followed):
        first, second = followed(60), followed(40)
        payload = {"first": second.pk, "second": first.pk, "people": 15, "source": "Both lists"}

        made = api.post("/api/v1/overlaps/", payload)
        assert made.status_code == 201
        assert (made.data["first"], made.data["bound"]) == (first.pk, "exactly")
        there = f"/api/v1/overlaps/{made.data['id']}/"
        changed = api.patch(there, {"people": 12, "why": "Homonyms", "seen": 1})
        assert (changed.status_code, changed.data["people"]) == (200, 12)
        assert (
            api.get("/api/v1/overlaps/", {"first__indicator": first.indicator_id}).data["results"][
                0
            ]["people"]
            == 12
        )
        assert api.delete(there).status_code == 204

    @pytest.mark.parametrize(
        ("change", "field"), [({"people": 41}, "people"), ({"bound": "about"}, "bound")]
    )
    def test_refuses_in_the_words_of_the_page(self, api, followed, change, field):
        payload = {
            "first": followed(60).pk,
            "second": followed(40).pk,
            "people": 15,
            "source": "Both lists",
        }

        answer = api.post("/api/v1/overlaps/", payload | change)

        assert (answer.status_code, list(answer.data["errors"])) == (400, [field])

    def test_a_metric_of_somebody_else_does_not_exist(self, api, followed):
        elsewhere = followed(40, member=OrganisationFactory(member=True))
        payload = {
            "first": followed(60).pk,
            "second": elsewhere.pk,
            "people": 15,
            "source": "Both lists",
        }

        answer = api.post("/api/v1/overlaps/", payload)

        assert (answer.status_code, list(answer.data["errors"])) == (400, ["second"])
