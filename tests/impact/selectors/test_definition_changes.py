"""What a figure meant before is read by whoever reads the figure."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from impact.models import Metric
from impact.selectors import definition_changes
from impact.services import indicators, metrics
from tests.crm.factories import person_as
from tests.impact.factories import FundingFactory, MetricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def metric(member):
    return MetricFactory(engagement__member=member)


class TestRedefined:
    """What a figure meant before is read by whoever reads the figure."""

    @pytest.fixture
    def metric(self, member, coordinator):
        return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)

    def page(self, client, metric):
        client.force_login(
            person_as(Role.FUNDER, FundingFactory(engagement=metric.engagement).funder)
        )
        url = reverse("impact:engagement-impact", args=[metric.engagement_id])
        return client.get(url, headers={"accept-language": "en"}).content.decode()

    def test_a_funder_reads_what_changed_and_why_but_not_who(
        self, client, metric, coordinator, administrator
    ):
        facts = {"name_en": "People who began work", "name_fr": "Personnes qui travaillent"}
        indicators.change_indicator(
            metric.indicator, by=administrator, why="Aligned with IRIS+", **facts
        )
        metrics.change_metric(metric, by=coordinator, why="First of all", target=400)
        metrics.change_metric(metric, by=coordinator, why="Set too low", target=500)

        page = self.page(client, metric)

        assert page.index("Set too low") < page.index("Aligned with IRIS+")
        assert "<ins>People who began work</ins>" in page
        assert "First of all" not in page
        assert coordinator.full_name not in page
        assert administrator.full_name not in page

    def test_nothing_changed_is_said(self, client, metric):
        assert "stand as they were first written" in self.page(client, metric)

    @pytest.mark.parametrize("size", [1, 6])
    def test_statements_do_not_grow(self, coordinator, metric, size, django_assert_num_queries):
        rows = [metric, *(MetricFactory(engagement=metric.engagement) for _n in range(size))]
        for each in rows:
            metrics.change_metric(each, by=coordinator, why="As decided", target=400)
            metrics.change_metric(each, by=coordinator, why="Set too low", target=500)
        rows = list(Metric.objects.select_related("indicator").order_by("pk"))

        with django_assert_num_queries(2):
            assert len(definition_changes.redefined(rows)) == size + 1
