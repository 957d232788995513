"""The impact part of the API: figures in, figures out, and what it refuses with the pages' words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.domain.roles import Role
from impact.models import Baseline, Measurement, Metric
from tests.api_client import ReadingClient
from tests.crm.factories import UserFactory, person_as
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


@pytest.fixture
def enter():
    def as_person(user):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(user)
        return client

    return as_person


@pytest.fixture
def api(enter, coordinator):
    return enter(coordinator)


def keys(response, name="id"):
    assert response.status_code == 200, response.data
    return [row[name] for row in response.data["results"]]


def refused(response, status=400):
    """The fields of a refusal, in the one shape that every refusal has."""
    assert response.status_code == response.data["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.data.get("errors", {})


def figure(metric, **changes):
    return {
        "metric": metric.pk,
        "count": 60,
        "window_start": "2026-01-01",
        "window_end": "2026-06-30",
        "exposure_months": "6",
        "source": "Platform's database",
        "grade": "counted",
    } | changes


BAD_FIGURES = [
    ("count", -1),
    ("count", 10**10),
    ("count", "many"),
    ("percent", "100.01"),
    ("exposure_months", "0"),
    ("exposure_months", "NaN"),
    ("window_start", "2026-02-31"),
    ("window_end", "2025-12-31"),
    ("source", ""),
    ("source", "a\0b"),
    ("source", "x" * 301),
    ("grade", "sworn"),
    ("note_fr", "x" * 2001),
    ("metric", 987_654_321),
    ("metric", "x"),
]


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


class TestSummary:
    def test_one_carries_counts_baseline_and_multiplier(self, api, engagement, metric):
        BaselineFactory(metric=metric)
        MeasurementFactory(metric=metric)

        body = api.get(f"{ROOT}/impact/{engagement.pk}/").data

        row = body["metrics"][0]
        assert (body["title"], row["count"], row["comparison"]["baseline_count"]) == (
            "Forêt",
            60,
            10,
        )
        assert row["comparison"]["low"] < row["comparison"]["ratio"] < row["comparison"]["high"]

    def test_a_hypothesis_is_a_what_if_and_no_comparison(self, api, engagement, metric):
        BaselineFactory(metric=metric, method="hypothesis")
        MeasurementFactory(metric=metric)

        row = api.get(f"{ROOT}/impact/{engagement.pk}/").data["metrics"][0]

        assert row["comparison"] is None
        assert [what_if["is_hypothesis"] for what_if in row["what_ifs"]] == [True]

    def test_without_figures_it_says_why(self, api, engagement, metric):
        row = api.get(f"{ROOT}/impact/{engagement.pk}/").data["metrics"][0]

        assert row["count"] is None
        assert row["refusal"]

    def test_a_funder_reads_what_it_funds_as_long_as_it_may(self, enter, engagement):
        funder = person_as(Role.FUNDER)
        funding = FundingFactory(
            funder=funder.memberships.get().organisation, engagement=engagement
        )
        EngagementFactory(title="Not funded")
        assert keys(enter(funder).get(f"{ROOT}/impact/"), "title") == ["Forêt"]

        funding.reads_until = timezone.localdate() - timedelta(days=1)
        funding.save()

        assert keys(enter(funder).get(f"{ROOT}/impact/"), "title") == []
        assert enter(funder).get(f"{ROOT}/impact/{engagement.pk}/").status_code == 404


class TestMetrics:
    def test_an_engagement_follows_an_indicator(self, api, engagement, coordinator):
        indicator = IndicatorFactory()
        payload = {
            "engagement": engagement.pk,
            "indicator": indicator.pk,
            "target": 500,
            "target_on": "2027-01-01",
        }

        response = api.post(f"{ROOT}/metrics/", payload)

        metric = Metric.objects.get()
        assert (response.status_code, response.data["indicator_name"]) == (201, indicator.name_en)
        assert (metric.target, metric.history.get().history_user) == (500, coordinator)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("indicator", 987_654_321),
            ("indicator", None),
            ("engagement", 987_654_321),
            ("reading", "backwards"),
            ("target", -1),
            ("target", 10**10),
            ("target_on", "2027-02-31"),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, api, engagement, field, value):
        payload = {"engagement": engagement.pk, "indicator": IndicatorFactory().pk, field: value}

        assert set(refused(api.post(f"{ROOT}/metrics/", payload))) == {field}
        assert not Metric.objects.exists()

    def test_the_same_indicator_is_followed_once(self, api, metric):
        payload = {"engagement": metric.engagement_id, "indicator": metric.indicator_id}

        assert "follows this indicator already" in str(
            refused(api.post(f"{ROOT}/metrics/", payload))
        )
        assert Metric.objects.count() == 1

    @pytest.mark.parametrize("role", [Role.LEAD, Role.DESK, Role.FUNDER, Role.VOLUNTEER])
    def test_those_who_do_not_run_it_follow_nothing(self, enter, engagement, role):
        user = person_as(role, engagement.beneficiary if role == Role.LEAD else None)
        payload = {"engagement": engagement.pk, "indicator": IndicatorFactory().pk}

        assert set(refused(enter(user).post(f"{ROOT}/metrics/", payload))) == {"engagement"}


class TestBaselines:
    def test_is_recorded_with_its_author(self, api, metric, coordinator):
        response = api.post(f"{ROOT}/baselines/", figure(metric, method="measured"))

        baseline = Baseline.objects.get()
        assert (response.status_code, response.data["count"]) == (201, 60)
        assert (baseline.author, baseline.recorded_on) == (coordinator, timezone.localdate())

    @pytest.mark.parametrize(
        ("field", "value"), [*BAD_FIGURES, ("method", "guessed"), ("method", None)]
    )
    def test_bad_input_is_told_at_its_field(self, api, metric, field, value):
        payload = figure(metric, method="measured") | {field: value}

        assert field in refused(api.post(f"{ROOT}/baselines/", payload))
        assert not Baseline.objects.exists()

    def test_there_is_one_and_any_number_of_hypotheses(self, api, metric):
        answers = [
            api.post(f"{ROOT}/baselines/", figure(metric, method=method)).status_code
            for method in ("measured", "declared", "hypothesis", "hypothesis")
        ]

        assert answers == [201, 400, 201, 201]


class TestMeasurements:
    def at(self, measurement, verb=""):
        return f"{ROOT}/measurements/{measurement.pk}/{verb}{'/' if verb else ''}"

    def test_is_recorded_as_a_draft_whatever_is_sent(self, api, metric, coordinator):
        response = api.post(f"{ROOT}/measurements/", figure(metric, status="published", corrects=1))
        assert refused(api.post(f"{ROOT}/measurements/", figure(metric, author=1))).keys() == {
            "author"
        }

        row = Measurement.objects.get()
        assert (response.status_code, response.data["status"]) == (201, "draft")
        assert (row.author, row.corrects) == (coordinator, None)

    @pytest.mark.parametrize(("field", "value"), BAD_FIGURES)
    def test_bad_input_is_told_at_its_field(self, api, metric, field, value):
        assert field in refused(api.post(f"{ROOT}/measurements/", figure(metric) | {field: value}))
        assert not Measurement.objects.exists()

    def test_a_window_that_is_not_over_is_refused(self, api, metric):
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

        errors = refused(api.post(f"{ROOT}/measurements/", figure(metric, window_end=tomorrow)))

        assert errors == {"window_end": ["This window is not over yet."]}

    def test_a_share_wants_both_its_numbers_and_no_more_than_all(self, api, engagement):
        share = MetricFactory(engagement=engagement, indicator=IndicatorFactory(share=True))
        payload = figure(share, count=10)

        assert set(refused(api.post(f"{ROOT}/measurements/", payload))) == {"count"}
        assert set(refused(api.post(f"{ROOT}/measurements/", payload | {"total": 9}))) == {"count"}
        assert api.post(f"{ROOT}/measurements/", payload | {"total": 10}).status_code == 201

    def test_an_amount_is_asked_of_an_amount(self, api, engagement):
        metric = MetricFactory(engagement=engagement, indicator__kind="amount")

        assert set(refused(api.post(f"{ROOT}/measurements/", figure(metric)))) == {"amount"}
        payload = figure(metric, count=None, amount="12.50")
        assert api.post(f"{ROOT}/measurements/", payload).data["amount"] == "12.50"

    def test_two_figures_in_one_are_refused(self, api, metric):
        assert "Give one figure" in str(
            refused(api.post(f"{ROOT}/measurements/", figure(metric, amount="3")))
        )

    def test_is_published_once(self, api, metric):
        approved = MeasurementFactory(metric=metric, status="approved", approved_by=UserFactory())

        assert api.post(self.at(approved, "publish")).data["status"] == "published"
        assert "is “published”" in str(refused(api.post(self.at(approved, "publish"))))
        assert approved.history.count() == 2

    def test_what_is_published_is_neither_changed_nor_taken_away(self, api, metric):
        published = MeasurementFactory(metric=metric)

        refused(api.patch(self.at(published), {"count": 61}))
        refused(api.delete(self.at(published)))

        published.refresh_from_db()
        assert published.count == 60

    def test_is_corrected_by_a_new_row_and_once(self, api, metric):
        wrong = MeasurementFactory(metric=metric)
        payload = {
            name: value for name, value in figure(metric, count=61).items() if name != "metric"
        }

        response = api.post(self.at(wrong, "correct"), payload)

        wrong.refresh_from_db()
        assert (response.status_code, response.data["corrects"], response.data["count"]) == (
            201,
            wrong.pk,
            61,
        )
        assert (wrong.count, response.data["status"]) == (60, "draft")
        assert "corrected already" in str(refused(api.post(self.at(wrong, "correct"), payload)))

    @pytest.mark.parametrize(("field", "value"), [row for row in BAD_FIGURES if row[0] != "metric"])
    def test_a_bad_correction_is_told_at_its_field(self, api, metric, field, value):
        wrong = MeasurementFactory(metric=metric)

        payload = {name: told for name, told in figure(metric).items() if name != "metric"}
        assert field in refused(api.post(self.at(wrong, "correct"), payload | {field: value}))
        assert Measurement.objects.get() == wrong

    def test_a_lead_reads_drafts_and_does_not_publish_them(self, enter, metric):
        draft = MeasurementFactory(metric=metric, status="draft")
        lead = enter(person_as(Role.LEAD, metric.engagement.beneficiary))

        assert lead.get(self.at(draft)).status_code == 200
        assert refused(lead.post(self.at(draft, "publish")), 403) == {}
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_a_funder_reads_what_is_published_alone(self, enter, metric):
        funder = person_as(Role.FUNDER)
        FundingFactory(funder=funder.memberships.get().organisation, engagement=metric.engagement)
        published, draft = (
            MeasurementFactory(metric=metric),
            MeasurementFactory(metric=metric, status="draft"),
        )

        assert keys(enter(funder).get(f"{ROOT}/measurements/")) == [published.pk]
        assert enter(funder).get(self.at(draft)).status_code == 404


class TestFundings:
    def test_a_funder_reads_its_own_alone(self, enter, engagement):
        funder = person_as(Role.FUNDER)
        own = FundingFactory(funder=funder.memberships.get().organisation, engagement=engagement)
        other = FundingFactory(engagement=engagement)

        assert keys(enter(funder).get(f"{ROOT}/fundings/")) == [own.pk]
        assert enter(funder).get(f"{ROOT}/fundings/{other.pk}/").status_code == 404
        assert enter(funder).get(f"{ROOT}/fundings/{own.pk}/").data["starts_on"] == "2026-01-05"
