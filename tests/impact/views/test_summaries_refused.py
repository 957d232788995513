"""A comparison that would mislead is refused in words, on the page, in the API and in a report."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.api_client import ReadingClient
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MeasurementFactory, publish_as_read
from tests.impact.kinds import metric_of_kind

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def metric_of(engagement):
    return partial(metric_of_kind, engagement)


@pytest.fixture(params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture
def page(client, coordinator, language):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


@pytest.fixture
def api(coordinator, language):
    api = ReadingClient(headers={"accept-language": language})
    api.force_authenticate(coordinator)
    return api


# what was published of a count or a share, what the baseline says, and the words in place of a number of times
MISLEADING = {
    "a baseline of zero": (
        "count",
        {},
        [{}],
        {"count": 0},
        "The baseline is zero",
        "La référence est nulle",
    ),
    "windows that overlap": (
        "count",
        {},
        [{}, {"window_start": date(2026, 6, 1), "window_end": date(2026, 7, 31)}],
        {},
        "The windows overlap",
        "se chevauchent",
    ),
    "completers against all": (
        "share",
        {},
        [{"count": 45, "total": 80, "population": "completers"}],
        {"count": 4, "total": 9},
        "different groups of people",
        "groupes différents",
    ),
    "completers added to all": (
        "count",
        {},
        [
            {"window_end": date(2026, 3, 31)},
            {"window_start": date(2026, 4, 1), "population": "completers"},
        ],
        {},
        "different groups of people",
        "groupes différents",
    ),
    "a percentage without its denominator": (
        "share",
        {},
        [{"count": None, "percent": Decimal(61), "exposure_months": None}],
        {"count": 4, "total": 9},
        "how many people, were observed is not known",
        "combien de personnes",
    ),
    "nobody knows how long": (
        "count",
        {},
        [{"exposure_months": None}],
        {},
        "is not known",
        "On ne sait pas combien de temps",
    ),
    "nothing happened in either": (
        "count",
        {},
        [{"count": 0}],
        {"count": 0},
        "Nothing happened",
        "Rien",
    ),
}


@pytest.mark.parametrize("name", MISLEADING)
class TestAComparison:
    @pytest.fixture
    def metric(self, metric_of, name):
        kind, _followed, figures, baseline, *_words = MISLEADING[name]
        metric = metric_of(kind)
        for figure in figures:
            MeasurementFactory(metric=metric, **figure)
        BaselineFactory(metric=metric, **baseline)
        return metric

    def test_is_refused_in_words_on_page_in_api_and_in_a_report(
        self, page, api, metric, coordinator, name, language
    ):
        words = MISLEADING[name][4 + (language == "fr")]
        pk = metric.engagement_id

        html = page.get(reverse("impact:engagement-impact", args=[pk])).content.decode()
        body = api.get(f"/api/v1/impact/{pk}/").data["metrics"][0]
        report = publish_as_read(metric.engagement, by=coordinator, today=timezone.localdate())
        frozen = page.get(report.get_absolute_url()).content.decode()

        assert body["comparison"]["ratio"] is None
        assert words in str(body["comparison"]["refusal"]) + str(body["refusal"])
        assert words in html
        assert words in frozen
