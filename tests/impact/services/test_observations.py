"""Days that a figure counts are counted once: said when the figure is written, by page, API and table."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused
from impact.models import Measurement
from impact.services import imports, measurements
from tests.impact.factories import IndicatorFactory, MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


@pytest.fixture
def metric(member):
    metric = MetricFactory(engagement__member=member)
    MeasurementFactory(metric=metric, window_start=date(2026, 1, 1), window_end=date(2026, 3, 31))
    return metric


def record(metric, by, first, last, **facts):
    window = {"window_start": first, "window_end": last}
    with translation.override("en"):
        return measurements.record_measurement(
            metric, by=by, today=TODAY, count=5, source="Base", **window, **facts
        )


class TestServices:
    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 3, 31), date(2026, 6, 30)),
            (date(2025, 1, 1), date(2026, 1, 1)),
            (date(2026, 2, 1), date(2026, 2, 28)),
        ],
    )
    def test_refuses_days_that_are_counted_already(self, metric, coordinator, first, last):
        with pytest.raises(Refused) as refused:
            record(metric, coordinator, first, last)

        assert "counts these days already" in refused.value.message_dict["window_start"][0]
        assert Measurement.objects.count() == 1

    def test_takes_the_day_after_and_the_day_before(self, metric, coordinator):
        record(metric, coordinator, date(2026, 4, 1), date(2026, 6, 30))
        record(metric, coordinator, date(2025, 10, 1), date(2025, 12, 31))

        assert Measurement.objects.count() == 3

    def test_takes_a_figure_that_does_not_count_in_the_total(self, metric, coordinator):
        assert record(
            metric, coordinator, date(2026, 1, 1), date(2026, 6, 30), counts_in_total=False
        ).pk

    def test_takes_the_correction_of_the_one_that_counts_them(self, metric, coordinator):
        wrong = metric.measurements.get()

        assert record(metric, coordinator, date(2026, 1, 1), date(2026, 3, 31), corrects=wrong).pk

    @pytest.mark.parametrize("facts", [{"reading": "cumulative"}, {"indicator__share": True}])
    def test_asks_nothing_of_a_series_that_is_read_by_its_latest_figure(
        self, member, coordinator, facts
    ):
        if "indicator__share" in facts:
            metric = MetricFactory(
                engagement__member=member, indicator=IndicatorFactory(share=True)
            )
            MeasurementFactory(metric=metric, count=4, total=9)
            assert record(metric, coordinator, date(2026, 1, 1), date(2026, 6, 30), total=9).pk
        else:
            metric = MetricFactory(engagement__member=member, **facts)
            MeasurementFactory(metric=metric, count=4)
            assert record(metric, coordinator, date(2026, 1, 1), date(2026, 7, 1)).pk

    def test_a_draft_is_not_moved_over_another(self, metric, coordinator):
        draft = record(metric, coordinator, date(2026, 4, 1), date(2026, 4, 30))

        with pytest.raises(Refused):
            measurements.change_draft(
                draft, by=coordinator, today=TODAY, window_start=date(2026, 3, 1)
            )

    def test_a_second_click_writes_no_second_draft(self, client, metric, coordinator):
        client.force_login(coordinator)
        typed = {
            "count": 5,
            "source": "S",
            "population": "all",
            "grade": "counted",
            "counts_in_total": "on",
        }
        typed |= {"window_start": "2026-04-01", "window_end": "2026-04-30"}
        url = reverse("impact:measurement-create", args=[metric.pk])

        assert [client.post(url, typed).status_code for _click in range(2)] == [302, 422]
        assert Measurement.objects.count() == 2

    def test_a_table_says_so_at_its_row(self, metric, coordinator):
        rows = ("2026-04\t2026-05\t3", "2026-05\t2026-06\t4", "2026-03\t2026-03\t1")
        table = "\n".join(["from\tuntil\tcount\tsource", *(f"{row}\tBase" for row in rows)])
        with translation.override("en"):
            plan = imports.plan_import(metric.engagement, table, by=coordinator, today=TODAY)

        assert [(wrong.line, wrong.column) for wrong in plan.errors] == [(3, "from"), (4, "from")]


class TestMonths:
    def test_more_months_than_the_period_has_are_refused(self, metric, coordinator):
        with pytest.raises(Refused) as refused:
            record(
                metric,
                coordinator,
                date(2026, 4, 1),
                date(2026, 4, 1),
                exposure_months=Decimal(1200),
            )

        assert list(refused.value.message_dict) == ["exposure_months"]

    def test_the_form_takes_the_whole_period_where_nothing_is_said(
        self, client, metric, coordinator
    ):
        client.force_login(coordinator)
        typed = {
            "count": 5,
            "source": "S",
            "population": "all",
            "grade": "counted",
            "counts_in_total": "on",
        }
        window = {"window_start": "2026-04-01", "window_end": "2026-06-30"}

        client.post(reverse("impact:measurement-create", args=[metric.pk]), typed | window)

        assert metric.measurements.get(window_start=date(2026, 4, 1)).exposure_months == Decimal(
            "2.99"
        )
