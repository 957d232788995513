from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from impact.display.measurements import survey_text
from impact.domain.statistics import StatisticsError, silence
from impact.models import Measurement
from impact.services import imports, measurements
from tests.impact.factories import IndicatorFactory, MeasurementFactory, MetricFactory

TODAY = date(2026, 7, 15)


@st.composite
def answers(draw):
    """(yes, total, answered, asked), each within the next."""
    asked = draw(st.integers(1, 10**6))
    answered = draw(st.integers(0, asked))
    total = draw(st.integers(0, answered))
    return draw(st.integers(0, total)), total, answered, asked


class TestSilence:
    def test_forty_of_eighty(self):
        survey = silence(40, 80, yes=30, total=40)

        assert (
            survey.answer_rate,
            survey.low,
            survey.high,
            survey.is_large,
        ) == (
            0.5,
            0.375,
            0.875,
            True,
        )

    @pytest.mark.parametrize(("answered", "is_large"), [(59, True), (60, False), (61, False)])
    def test_is_large_below_sixty_in_a_hundred(self, answered, is_large):
        assert silence(answered, 100).is_large is is_large

    @pytest.mark.parametrize("part", [{}, {"yes": 30}, {"total": 40}])
    def test_where_no_share_was_asked_only_the_rate_is_known(self, part):
        survey = silence(40, 80, **part)

        assert (survey.answer_rate, survey.low, survey.high) == (0.5, None, None)

    def test_all_answered_leaves_nothing_open(self):
        survey = silence(80, 80, yes=30, total=80)

        assert (survey.low, survey.high, survey.is_large) == (0.375, 0.375, False)

    @given(answers())
    def test_the_truth_lies_within_whatever_the_silent_think(self, given):
        yes, total, answered, asked = given
        survey = silence(answered, asked, yes=yes, total=total)

        for silent_yes in (0, (asked - total) // 2, asked - total):
            assert survey.low <= (yes + silent_yes) / asked <= survey.high

    @pytest.mark.parametrize(
        "wrong", [(81, 80, None, None), (40, 80, 30, 41), (40, 80, 41, 40), (0, 0, None, None)]
    )
    def test_refuses_what_cannot_be(self, wrong):
        answered, asked, yes, total = wrong
        with pytest.raises(StatisticsError):
            silence(answered, asked, yes=yes, total=total)


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
