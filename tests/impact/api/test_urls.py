"""What all lists of the impact part of the API share: order, pages, filters, and what stays out of sight."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impact.models import Measurement
from tests.api_client import keys, refused
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    BreakdownFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement)


class TestLists:
    FILL = {
        "impact": lambda engagement: MeasurementFactory(
            metric=BaselineFactory(metric__engagement__member=engagement.member).metric
        ),
        "indicators": lambda engagement: IndicatorFactory(),
        "metrics": lambda engagement: MetricFactory(engagement=engagement),
        "baselines": lambda engagement: BaselineFactory(metric__engagement=engagement),
        "measurements": lambda engagement: (
            BreakdownFactory(measurement__metric__engagement=engagement).measurement
        ),
        "fundings": lambda engagement: FundingFactory(engagement=engagement),
        "targets": lambda engagement: TargetFactory(metric__engagement=engagement),
    }
    STATEMENTS = {
        "indicators": 1,
        "impact": 11,
        "metrics": 2,
        "baselines": 2,
        "measurements": 3,
        "fundings": 2,
        "targets": 2,
    }

    @pytest.mark.parametrize("size", [2, 12])
    @pytest.mark.parametrize("route", FILL)
    def test_statements_do_not_grow(self, enter, coordinator, engagement, route, size):
        for _n in range(size):
            self.FILL[route](engagement)
        api = enter(type(coordinator).objects.get(pk=coordinator.pk))

        with CaptureQueriesContext(connection) as asked:
            response = api.get(f"{ROOT}/{route}/")

        assert len(response.data["results"]) == size + (route == "impact")
        assert len(asked) == self.STATEMENTS[route]

    @pytest.mark.parametrize("route", ["metrics", "baselines", "measurements", "fundings"])
    def test_pages_walk_through_each_row_once_in_the_order_of_keys(self, api, engagement, route):
        rows = [self.FILL[route](engagement).pk for _n in range(7)]

        response = api.get(f"{ROOT}/{route}/", {"page_size": 3})
        keys_read = keys(response)
        while response.data["next"]:
            response = api.get(response.data["next"])
            keys_read += keys(response)

        assert keys_read == rows

    def test_summaries_come_by_title_and_those_with_one_title_walk_as_well(self, api, member):
        later = EngagementFactory(member=member, title="Title")
        rows = EngagementFactory.create_batch(5, member=member, title="Same")

        response = api.get(f"{ROOT}/impact/", {"page_size": 2})
        keys_read = keys(response, "engagement")
        while response.data["next"]:
            response = api.get(response.data["next"])
            keys_read += keys(response, "engagement")

        assert keys_read == [row.pk for row in [*rows, later]]

    def test_a_page_has_two_hundred_rows_at_most(self, api, engagement):
        indicator = IndicatorFactory()
        metric = MetricFactory(engagement=engagement, indicator=indicator)
        row = MeasurementFactory.build(metric=metric, author=engagement.coordinator)
        Measurement.objects.bulk_create(
            Measurement(
                **{
                    f.attname: getattr(row, f.attname)
                    for f in Measurement._meta.concrete_fields
                    if f.name != "id"
                }
            )
            for _n in range(201)
        )

        assert len(keys(api.get(f"{ROOT}/measurements/", {"page_size": 100_000}))) == 200
        assert len(keys(api.get(f"{ROOT}/measurements/", {"page_size": "x"}))) == 50

    @pytest.mark.parametrize(
        ("route", "field"),
        [("metrics", "engagement"), ("baselines", "metric"), ("measurements", "metric")],
    )
    def test_are_filtered_by_what_they_belong_to(self, api, engagement, route, field):
        rows = [self.FILL[route](engagement) for _n in range(2)]
        key = getattr(rows[1], field).pk

        response = api.get(f"{ROOT}/{route}/", {field: key})

        assert {row[field] for row in response.data["results"]} == {key}
        assert set(refused(api.get(f"{ROOT}/{route}/", {field: "x"}))) == {field}

    @pytest.mark.parametrize(
        ("route", "field"),
        [("metrics", "engagement"), ("baselines", "metric"), ("measurements", "metric")],
    )
    def test_filtered_by_what_is_missing_or_somebody_elses_they_are_empty(
        self, api, engagement, route, field
    ):
        self.FILL[route](engagement)
        foreign = getattr(self.FILL[route](EngagementFactory()), field).pk

        for number in (foreign, 987_654_321):
            assert keys(api.get(f"{ROOT}/{route}/", {field: number})) == []

    @pytest.mark.parametrize("route", ["metrics", "baselines", "measurements", "fundings"])
    def test_rows_of_another_member_are_missing(self, api, route):
        row = self.FILL[route](EngagementFactory())

        assert keys(api.get(f"{ROOT}/{route}/")) == []
        assert refused(api.get(f"{ROOT}/{route}/{row.pk}/"), 404) == {}

    @pytest.mark.parametrize(
        ("route", "methods"),
        [("metrics", ["put", "delete"]), ("fundings", ["put", "patch", "delete"])],
    )
    def test_nothing_is_removed_or_overwritten(self, api, engagement, route, methods):
        url = f"{ROOT}/{route}/{self.FILL[route](engagement).pk}/"

        for method in methods:
            assert getattr(api, method)(url, {}).status_code == 405
