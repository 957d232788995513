"""How an indicator is followed: its target and what to know before reading it, changed with a reason."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from impact.models import Metric
from impact.selectors import definition_changes, reports
from impact.services import indicators, metrics
from tests.api_client import ReadingBrowser
from tests.crm.factories import UserFactory, person_as
from tests.impact.factories import (
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def metric(member):
    return MetricFactory(engagement__member=member)


def change(metric, **facts):
    with translation.override("en"):
        return metrics.change_metric(
            metric, **{"why": "Decided in committee"} | facts, by=UserFactory()
        )


class TestChanging:
    def test_says_why_in_the_history(self, metric):
        changed = change(metric, target=500, target_on=date(2027, 1, 1))

        assert (changed.target, changed.version) == (500, 2)
        assert changed.history.first().history_change_reason == "Decided in committee"

    def test_without_a_reason_nothing_changes(self, metric):
        with pytest.raises(Refused) as refused:
            change(metric, target=500, why="  ")

        assert list(refused.value.message_dict) == ["why"]

    def test_two_people_at_once(self, metric):
        change(metric, target=1)

        with pytest.raises(Stale):
            change(metric, target=2, seen=1)

    def test_how_figures_are_read_stays_under_them(self, metric):
        change(metric, reading="cumulative")
        MeasurementFactory(metric=metric)

        with pytest.raises(Refused, match="added up otherwise"):
            change(metric, reading="periods")
        assert change(metric, reading="cumulative", target=9).target == 9

    def test_a_report_tells_that_it_changed(self, metric, coordinator):
        MeasurementFactory(metric=metric)
        report = publish_as_read(metric.engagement, by=coordinator, today=date(2026, 7, 10))
        change(metric, caveat_en="Beware")

        with translation.override("en"):
            assert "The target" in reports.changes_since(report)[1][0]
        assert report.contents["figures"][0]["metric"]["caveat_en"] == ""


class TestPages:
    def test_a_caveat_is_read_with_the_figure(self, client, coordinator, metric):
        client.force_login(coordinator)
        payload = {
            "reading": "periods",
            "target": "",
            "caveat_fr": "À lire « avant » 🎉",
            "why": "Clearer",
            "seen": 1,
        }

        refused = client.post(
            reverse("impact:metric-change", args=[metric.pk]), payload | {"why": ""}
        )
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["why"])
        client.post(reverse("impact:metric-change", args=[metric.pk]), payload)

        html = client.get(
            reverse("impact:engagement-impact", args=[metric.engagement_id])
        ).content.decode()
        assert "À lire « avant » 🎉" in html

    def test_the_same_through_the_api(self, coordinator, metric):
        client = ReadingBrowser()
        client.force_login(coordinator)
        url = f"/api/v1/metrics/{metric.pk}/"

        assert list(
            client.patch(url, {"target": 5}, content_type="application/json").json()["errors"]
        ) == ["why"]
        changed = client.patch(
            url, {"target": 5, "why": "x"}, content_type="application/json"
        ).json()
        assert (changed["target"], changed["version"]) == (5, 2)


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
