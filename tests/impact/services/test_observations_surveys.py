"""How many were asked and answered: numbers that fit together, or a refusal, and what is told of them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused
from impact.display.measurements import survey_text
from impact.models import Measurement
from impact.services import imports, measurements
from tests.impact.factories import IndicatorFactory, MeasurementFactory, MetricFactory

TODAY = date(2026, 7, 15)


@pytest.mark.django_db
class TestFigures:
    @pytest.fixture
    def metric(self, member):
        return MetricFactory(indicator=IndicatorFactory(share=True), engagement__member=member)

    def record(self, metric, coordinator, **facts):
        columns = {
            "count": 30,
            "total": 40,
            "grade": "surveyed",
            "asked": 80,
            "answered": 40,
            "source": "Survey",
        }
        window = {"window_start": date(2026, 1, 1), "window_end": date(2026, 6, 30)}
        with translation.override("en"):
            return measurements.record_measurement(
                metric, by=coordinator, today=TODAY, **window, **columns | facts
            )

    def test_says_how_many_answered_and_what_they_leave_open(self, metric, coordinator):
        with translation.override("en"):
            text = survey_text(self.record(metric, coordinator))

        assert text.startswith(
            "40 answered out of 80 asked (50%). Among all who were asked, between 38% and 88%"
        )
        assert "Few answered" in text

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"asked": None}, "asked"),
            ({"answered": None}, "answered"),
            ({"answered": 81}, "answered"),
            ({"total": 41}, "total"),
            ({"grade": "counted"}, "grade"),
        ],
    )
    def test_is_refused_at_its_field(self, metric, coordinator, wrong, field):
        with pytest.raises(Refused) as refused:
            self.record(metric, coordinator, **wrong)

        assert list(refused.value.message_dict) == [field]

    @pytest.mark.parametrize(
        "wrong", [{"asked": 80}, {"grade": "surveyed", "asked": 8, "answered": 9}]
    )
    def test_the_database_knows_it_too(self, wrong):
        measurement = MeasurementFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            Measurement.objects.filter(pk=measurement.pk).update(**wrong)

    def test_the_form_keeps_what_was_typed(self, client, metric, coordinator):
        client.force_login(coordinator)
        payload = {
            "count": 30,
            "total": 40,
            "grade": "surveyed",
            "asked": 80,
            "source": "S",
            "population": "all",
        }
        window = {"window_start": "2026-01-01", "window_end": "2026-06-30"}

        response = client.post(
            reverse("impact:measurement-create", args=[metric.pk]), payload | window
        )

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["answered"]
        assert response.context["form"]["asked"].value() == "80"

    def test_a_table_brings_it_too(self, metric, coordinator):
        head = "indicateur\tdu\tau\tnombre\tsur\tpreuve\tpersonnes interrogées\tréponses\tsource"
        row = f"{metric.indicator.code}\t01/01/2026\t30/06/2026\t30\t40\tenquête\t80\t40\tEnquête"

        imports.import_measurements(
            metric.engagement, f"{head}\n{row}", by=coordinator, today=TODAY
        )

        assert Measurement.objects.values_list("asked", "answered").get() == (80, 40)
