import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain.roles import Role
from engagements.models import Engagement
from impact.display import charts, messages
from impact.display.measurements import finding
from impact.domain import statistics
from impact.models import Measurement, Metric
from impact.selectors import summaries
from impact.services.measurements import (
    approve_measurement,
    publish_measurement,
    record_measurement,
    submit_measurement,
)
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    ClaimFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def summary_of(metric):
    (section,) = summaries.summarise([metric.engagement])
    return section.metrics[0]


@pytest.mark.usefixtures("demo_of_a_class")
class TestLinkedOut:
    @pytest.fixture
    def page(self, client):
        client.force_login(person_as(Role.ADMINISTRATOR))
        engagement = Engagement.objects.get(title="LinkedOut")
        url = reverse("impact:engagement-impact", args=[engagement.pk])
        return client.get(url, headers={"accept-language": "en"}).content.decode()

    def test_sixteen_times_is_a_claim_without_its_baseline(self, page):
        assert "baseline not supplied" in page
        assert "×\u00a016<" in page

    def test_the_what_if_carries_its_interval(self, page):
        assert "What if" in page
        assert "×\u00a016.6" in page
        assert "[8.8;\u00a035.1]" in page
        assert "The baseline is a hypothesis: nobody supplied it." in page

    def test_per_person_the_rate_did_not_rise(self, page):
        assert (
            "Per person the rate did not rise: 11 out of 15 (73%) before, 45 out of 80 (56%) now."
            in page
        )

    def test_both_readings_of_sixteen_are_told_and_what_they_are_not(self, page):
        assert "200 ÷ 16 = 12.5 people, so 12 or 13" in page
        assert "×\u00a016.7" in page
        assert "more people, not better odds for each" in page

    def test_three_definitions_and_series_that_do_not_reconcile(self, page):
        assert "61% was shown under three definitions" in page
        assert "The published series do not reconcile: 61% of the 300 people" in page

    def test_percentages_without_denominator_say_so(self, page):
        assert "61% (denominator not published)" in page


class TestMultipliers:
    def test_pace_against_pace(self):
        metric = BaselineFactory(count=10, exposure_months=Decimal("15.4")).metric
        MeasurementFactory(metric=metric, count=200, exposure_months=Decimal("18.6"))

        summary = summary_of(metric).comparison.multiplier

        assert (summary.kind, round(summary.ratio, 6)) == ("per-time", 16.55914)
        assert (round(summary.low, 6), round(summary.high, 6)) == (8.818789, 35.063649)

    def test_windows_add_up_when_they_do_not_overlap(self):
        metric = BaselineFactory().metric
        for month in (1, 2, 3):
            MeasurementFactory(
                metric=metric,
                count=10,
                exposure_months=1,
                window_start=date(2026, month, 1),
                window_end=date(2026, month, 28),
            )

        result = summary_of(metric).result

        assert (result.count, result.months) == (30, 3)
        assert result.window_start == date(2026, 1, 1)

    def test_overlapping_windows_are_refused(self):
        metric = BaselineFactory().metric
        MeasurementFactory.create_batch(2, metric=metric)

        assert summary_of(metric).result.refusal == "windows-overlap"

    @pytest.mark.parametrize(
        ("baseline", "measured", "reason"),
        [
            ({"count": 0}, {}, "baseline-zero"),
            ({"exposure_months": None}, {}, "exposure-unknown"),
            ({"population": "all"}, {"population": "completers"}, "populations-differ"),
            ({"population": "unknown"}, {}, "population-unknown"),
            ({"count": 0}, {"count": 0}, "no-events"),
        ],
    )
    def test_refuses_a_single_figure_in_words(self, client, baseline, measured, reason):
        metric = BaselineFactory(**baseline).metric
        MeasurementFactory(metric=metric, **measured)
        client.force_login(person_as(Role.ADMINISTRATOR))

        page = client.get(
            reverse("impact:summary"), headers={"accept-language": "en"}
        ).content.decode()

        assert summary_of(metric).comparison.refusal == reason
        assert str(statistics.REFUSALS[reason]) in page

    def test_completers_are_never_compared_with_everybody(self):
        metric = MetricFactory(indicator=IndicatorFactory(share=True))
        BaselineFactory(metric=metric, count=11, total=15, exposure_months=None)
        MeasurementFactory(
            metric=metric, count=45, total=63, population="completers", exposure_months=None
        )

        assert summary_of(metric).comparison.refusal == "populations-differ"

    def test_a_correction_takes_the_place_of_what_it_corrects(self):
        metric = BaselineFactory().metric
        wrong = MeasurementFactory(metric=metric, count=600)
        MeasurementFactory(metric=metric, count=60, corrects=wrong)

        assert summary_of(metric).result.count == 60
        assert Measurement.objects.count() == 2

    def test_a_draft_counts_for_nothing(self):
        metric = BaselineFactory().metric
        MeasurementFactory(metric=metric, status="draft")

        assert summary_of(metric).result.refusal == "no-measurement"

    def test_every_refusal_and_caution_has_its_words(self):
        assert set(statistics.REFUSALS) <= set(messages.REFUSALS)
        assert set(statistics.CAUTIONS) == set(messages.CAUTIONS)


class TestCharts:
    def chart(self, **baseline):
        metric = BaselineFactory(**baseline).metric
        for month in range(1, 7):
            MeasurementFactory(
                metric=metric,
                count=month,
                exposure_months=1,
                window_start=date(2026, month, 1),
                window_end=date(2026, month, 28),
            )
        return charts.draw(summary_of(metric))

    def test_the_course_only_rises_and_stays_in_its_box(self):
        chart = self.chart()

        assert [point.value for point in chart.points] == [0, 1, 3, 6, 10, 15, 21]
        assert all(
            a.x <= b.x and a.y >= b.y for a, b in zip(chart.points, chart.points[1:], strict=False)
        )
        assert all(
            chart.left <= point.x <= chart.right and 0 <= point.y <= chart.bottom
            for point in chart.points
        )

    def test_the_baseline_runs_over_the_same_days(self):
        chart = self.chart(count=12, exposure_months=12)

        assert math.isclose(chart.baseline.value, 1 * 178 / 30.4375, rel_tol=1e-6)
        assert (chart.baseline.x1, chart.baseline.x2) == (chart.points[0].x, chart.points[-1].x)

    def test_labels_do_not_lie_on_each_other(self):
        chart = self.chart(count=42, exposure_months=12)

        assert abs(chart.measured_label_y - chart.baseline.label_y) >= 16

    def aimed(self, *targets, **facts):
        """Three months of 10, 20 and 30, with these targets; the goals as they are drawn, back as days and values."""
        metric = MetricFactory(**facts)
        counts = {1: 10, 2: 20, 3: 30}
        for month, count in counts.items():
            whole = {"total": 40} if metric.indicator.kind == "share" else {}
            last = date(2026, month + 1, 1) - timedelta(days=1)
            MeasurementFactory(
                metric=metric,
                count=count,
                window_start=date(2026, month, 1),
                window_end=last,
                **whole,
            )
        for start, end, value in targets:
            TargetFactory(metric=metric, window_start=start, window_end=end, value=value)
        chart = charts.draw(summary_of(metric))
        height = chart.bottom - chart.ticks[-1][0]
        top = chart.ticks[-1][1]
        days = (chart.last - chart.first).days
        return [
            (
                round((goal.x1 - chart.left) / (chart.right - chart.left) * days),
                round((chart.bottom - goal.y1) / height * top, 1),
                round((goal.x2 - chart.left) / (chart.right - chart.left) * days),
                round((chart.bottom - goal.y2) / height * top, 1),
                goal.ends,
            )
            for goal in chart.goals
        ]

    def test_a_target_leads_on_from_where_the_figures_stood(self):
        first, second = (
            (date(2026, 1, 1), date(2026, 1, 31), 25),
            (date(2026, 2, 1), date(2026, 3, 31), 40),
        )

        assert self.aimed(first, second) == [(0, 0, 30, 25, True), (31, 10, 89, 50, True)]

    def test_a_period_under_way_is_drawn_as_far_as_the_picture_goes(self):
        ((_start, begins, end, reached, ends),) = self.aimed(
            (date(2026, 3, 1), date(2026, 4, 30), 60)
        )

        assert (begins, end, ends) == (30, 89, False)
        assert reached == pytest.approx(30 + 60 * 30 / 60, abs=0.2)

    def test_a_target_that_begins_at_an_unknown_height_is_not_drawn(self):
        assert (
            self.aimed(
                (date(2026, 1, 15), date(2026, 3, 31), 40),
                (date(2025, 12, 1), date(2026, 3, 31), 9),
            )
            == []
        )
        assert self.aimed((date(2026, 4, 1), date(2026, 6, 30), 40)) == []
        assert self.aimed((date(2026, 1, 2), date(2026, 3, 31), 40)) == []

    def test_a_target_of_a_count_since_the_beginning_and_of_a_share_is_a_level(self):
        quarter = (date(2026, 1, 1), date(2026, 3, 31), 50)

        assert self.aimed(quarter, reading="cumulative") == [(0, 50, 89, 50, True)]
        assert self.aimed(quarter, indicator__kind="share", indicator__aggregation="never") == [
            (0, 0.5, 89, 0.5, True)
        ]

    def test_a_level_goes_on_beyond_the_picture_as_well(self):
        ((_start, _begins, end, _reached, ends),) = self.aimed(
            (date(2026, 3, 1), date(2026, 4, 30), 50), reading="cumulative"
        )

        assert (end, ends) == (89, False)

    def test_the_axis_holds_the_targets(self):
        ((_start, _begins, _end, reached, _ends),) = self.aimed(
            (date(2026, 1, 1), date(2026, 3, 31), 777)
        )

        assert reached == 777

    def test_nothing_to_draw_is_no_picture(self):
        assert charts.draw(summary_of(BaselineFactory().metric)) is None

    def test_takes_less_than_five_milliseconds(self, benchmark_median):
        metric = BaselineFactory().metric
        MeasurementFactory(metric=metric)
        summary = summary_of(metric)

        assert benchmark_median(lambda: charts.draw(summary)) < 0.005


@pytest.fixture
def benchmark_median():
    from statistics import median
    from time import perf_counter

    def measure(call):
        spent = []
        for _turn in range(30):
            began = perf_counter()
            call()
            spent.append(perf_counter() - began)
        return median(spent)

    return measure


class TestSummaryPage:
    @pytest.mark.parametrize(("engagements", "months"), [(1, 3), (7, 3), (2, 36)])
    def test_statements_do_not_grow(self, client, engagements, months, django_assert_num_queries):
        funder = person_as(Role.FUNDER)
        for _n in range(engagements):
            metric = MetricFactory()
            BaselineFactory(metric=metric)
            FundingFactory(
                engagement=metric.engagement, funder=funder.memberships.get().organisation
            )
            for month in range(months):
                day = date(2023 + month // 12, month % 12 + 1, 1)
                MeasurementFactory(
                    metric=metric,
                    window_start=day,
                    window_end=day.replace(day=28),
                    exposure_months=1,
                )
        client.force_login(funder)
        client.get(reverse("impact:summary"))

        with django_assert_num_queries(28):
            response = client.get(reverse("impact:summary"))

        assert len(response.context_data["sections"]) == engagements

    def test_a_funder_reads_what_it_funds_and_nothing_else(self, client):
        funder = person_as(Role.FUNDER)
        mine = FundingFactory(funder=funder.memberships.get().organisation).engagement
        other = FundingFactory().engagement
        client.force_login(funder)

        page = client.get(reverse("impact:summary")).content.decode()

        assert mine.title in page
        assert other.title not in page
        assert (
            client.get(reverse("engagements:engagement-detail", args=[mine.pk])).status_code == 404
        )

    def test_a_grant_that_ended_ends_the_reading(self, client):
        funder = person_as(Role.FUNDER)
        funding = FundingFactory(
            funder=funder.memberships.get().organisation,
            starts_on=date(2020, 1, 1),
            reads_until=date(2021, 1, 1),
        )
        client.force_login(funder)

        assert (
            client.get(
                reverse("impact:engagement-impact", args=[funding.engagement_id])
            ).status_code
            == 404
        )

    def test_who_runs_an_engagement_reads_who_funds_it(self, client):
        funding = FundingFactory(funder__name="Fonds d'élan", reads_until=date(2026, 6, 30))
        url = reverse("impact:engagement-impact", args=[funding.engagement_id])

        def shown_to(person):
            client.force_login(person)
            return client.get(url, headers={"accept-language": "en"}).content.decode()

        page = shown_to(person_as(Role.COORDINATOR, funding.engagement.member))
        assert "Fonds d&#39;élan (until" in " ".join(page.split())
        assert "élan" not in shown_to(person_as(Role.LEAD, funding.engagement.beneficiary))

    def test_stopped_engagements_stay_in_the_totals(self, client):
        funder = person_as(Role.FUNDER)
        FundingFactory(
            funder=funder.memberships.get().organisation, engagement=EngagementFactory(stopped=True)
        )
        client.force_login(funder)

        portfolio = client.get(reverse("impact:summary")).context_data["portfolio"]

        assert (portfolio.engagements, portfolio.stopped) == (1, 1)

    def test_an_empty_portfolio_teaches(self, client):
        client.force_login(person_as(Role.FUNDER))

        assert (
            b"No engagement to read about yet"
            in client.get(reverse("impact:summary"), headers={"accept-language": "en"}).content
        )

    def test_a_claim_is_shown_as_one(self, client):
        metric = ClaimFactory().metric
        client.force_login(person_as(Role.ADMINISTRATOR))

        page = client.get(
            reverse("impact:engagement-impact", args=[metric.engagement_id]),
            headers={"accept-language": "en"},
        ).content.decode()

        assert "claimed" in page
        assert "baseline not supplied" in page


class TestForms:
    GOOD = {
        "count": "60",
        "exposure_months": "6",
        "window_start": "2026-01-01",
        "window_end": "2026-06-30",
        "population": "all",
        "source": "Kept source",
        "grade": "counted",
    }

    @pytest.fixture
    def metric(self, member):
        return MetricFactory(engagement=EngagementFactory(member=member))

    @pytest.fixture
    def post(self, client, coordinator, metric):
        client.force_login(coordinator)

        def post(**changes):
            return client.post(
                reverse("impact:measurement-create", args=[metric.pk]), self.GOOD | changes
            )

        return post

    def test_records_a_draft_that_is_then_submitted(self, post, client, metric):
        assert post().status_code == 302
        draft = Measurement.objects.get()
        assert draft.status == "draft"

        client.post(reverse("impact:measurement-submit", args=[draft.pk]), {"seen": draft.version})

        draft.refresh_from_db()
        assert draft.status == "submitted"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("count", "-1"),
            ("count", "1e308"),
            ("count", "N/A"),
            ("count", ""),
            ("exposure_months", "0"),
            ("exposure_months", "NaN"),
            ("window_end", "2999-01-01"),
            ("window_end", "2025-01-01"),
            ("source", ""),
        ],
    )
    def test_bad_figures_are_told_and_what_was_typed_is_kept(self, post, field, value):
        response = post(**{field: value})

        assert response.status_code == 422
        assert response.context_data["form"].errors
        assert not Measurement.objects.exists()
        if field != "source":
            assert "Kept source" in response.content.decode()

    def test_a_share_above_a_hundred_per_cent_is_refused(self, client, coordinator, member):
        metric = MetricFactory(
            engagement=EngagementFactory(member=member), indicator=IndicatorFactory(share=True)
        )
        client.force_login(coordinator)

        payload = self.GOOD | {"count": "105", "total": "100"}
        response = client.post(reverse("impact:measurement-create", args=[metric.pk]), payload)

        assert response.status_code == 422

    def test_a_second_baseline_is_refused(self, client, coordinator, metric):
        client.force_login(coordinator)
        url = reverse("impact:baseline-create", args=[metric.pk])
        payload = self.GOOD | {"method": "measured"}
        assert client.post(url, payload).status_code == 302

        assert client.post(url, payload).status_code == 422
        assert Metric.objects.get(pk=metric.pk).baselines.count() == 1


class TestWhatChanged:
    def test_tells_who_recorded_and_who_published(self, client, member, coordinator):
        metric = MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
        facts = {
            "count": 5,
            "window_start": date(2026, 1, 1),
            "window_end": date(2026, 3, 31),
            "source": "Base",
        }
        with translation.override("en"):
            figure = record_measurement(metric, by=coordinator, today=date(2026, 6, 1), **facts)
            figure = submit_measurement(figure, by=coordinator)
            figure = approve_measurement(figure, seen=figure.version, by=UserFactory())
            publish_measurement(figure, seen=figure.version, by=coordinator, at=timezone.now())
        client.force_login(coordinator)

        url = reverse("impact:engagement-history", args=[metric.engagement_id])
        page = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert page.index("Published") < page.index("Recorded")
        assert "Camille Coordinator" in page

    @pytest.mark.parametrize("figures", [1, 9])
    def test_costs_the_same_whatever_the_number_of_figures(
        self, client, member, coordinator, figures, django_assert_num_queries
    ):
        metric = MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
        for year in range(figures):
            MeasurementFactory(
                metric=metric,
                window_start=date(2010 + year, 1, 1),
                window_end=date(2010 + year, 2, 1),
            )
        client.force_login(coordinator)

        with django_assert_num_queries(10):
            client.get(reverse("impact:engagement-history", args=[metric.engagement_id]))


class TestThePanelOfAnEngagement:
    @pytest.mark.parametrize("size", [2, 8])
    def test_says_what_its_page_says_in_few_statements(
        self, client, size, django_assert_num_queries
    ):
        engagement = EngagementFactory()
        for _n in range(size):
            metric = BaselineFactory(metric__engagement=engagement).metric
            MeasurementFactory(metric=metric)
        client.force_login(person_as(Role.COORDINATOR, engagement.member))
        address = reverse("impact:engagement-panel", args=[engagement.pk])
        client.get(address)

        with django_assert_num_queries(7):  # three of them for the figures
            panel = client.get(address, headers={"accept-language": "en"}).content.decode()

        (section,) = summaries.summarise([engagement])
        with translation.override("en"):
            sentences = [str(finding(metric)) for metric in section.metrics]
        assert len(sentences) == size
        assert all(sentence in panel for sentence in sentences)
