"""A report is asked for while its figures change."""

from functools import partial

import pytest
from django.urls import reverse

from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MeasurementFactory
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


class TestAReportWhileItsFiguresChange:
    def test_what_was_ticked_is_refused_and_shown_anew(self, page, metric_of, language):
        metric = metric_of("count")
        row = MeasurementFactory(metric=metric, count=60)
        address = reverse("impact:report-create", args=[metric.engagement_id])
        seal = page.get(address).context["seal"]
        MeasurementFactory(metric=metric, corrects=row, count=61)

        answer = page.post(address, {"seen": seal})

        assert (answer.status_code, metric.engagement.impact_reports.count()) == (422, 0)
        assert ("changed while" if language == "en" else "ont changé") in answer.content.decode()
        assert page.post(address, {"seen": answer.context["seal"]}).status_code == 302
