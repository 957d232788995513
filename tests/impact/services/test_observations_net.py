"""What would have happened anyway: three numbers that fit together, or a refusal, and what is told of them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused
from impact.display.measurements import net_text
from impact.models import Measurement
from impact.models.indicators import Units
from impact.selectors import summaries
from impact.services import measurements
from tests.impact.factories import MeasurementFactory, MetricFactory

TODAY = date(2026, 7, 15)
ASKED = {"deadweight_asked": 60, "deadweight_answered": 40, "deadweight": 12}


@pytest.mark.django_db
class TestFigures:
    @pytest.fixture
    def metric(self, member):
        return MetricFactory(engagement__member=member)

    def record(self, metric, by, **facts):
        payload = {
            "count": 200,
            "source": "Database",
            "window_start": date(2026, 1, 1),
            "window_end": date(2026, 6, 30),
        }
        with translation.override("en"):
            return measurements.record_measurement(
                metric, by=by, today=TODAY, **payload | ASKED | facts
            )

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"deadweight_asked": 201}, "deadweight_asked"),
            ({"deadweight_answered": 61}, "deadweight_answered"),
            ({"deadweight": 41}, "deadweight"),
            ({"deadweight_asked": None}, "deadweight_asked"),
            ({"deadweight": None}, "deadweight"),
        ],
    )
    def test_is_refused_at_its_field(self, metric, coordinator, wrong, field):
        with pytest.raises(Refused) as refused:
            self.record(metric, coordinator, **wrong)

        assert list(refused.value.message_dict) == [field]
        assert not Measurement.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"deadweight_asked": 6}, ASKED | {"deadweight": 41}, ASKED | {"count": 50}]
    )
    def test_the_database_knows_it_too(self, wrong):
        measurement = MeasurementFactory(count=200)

        with pytest.raises(IntegrityError), transaction.atomic():
            Measurement.objects.filter(pk=measurement.pk).update(**wrong)

    def test_each_period_speaks_for_its_own_results_and_no_other(self):
        metric = MetricFactory()
        MeasurementFactory(metric=metric, count=100, **ASKED)
        MeasurementFactory(
            metric=metric, count=100, window_start=date(2025, 1, 1), window_end=date(2025, 6, 30),
            deadweight_asked=20, deadweight_answered=10, deadweight=3,
        )  # fmt: skip
        MeasurementFactory(
            metric=metric, count=50, window_start=date(2024, 1, 1), window_end=date(2024, 6, 30)
        )

        net = summaries.summarise([metric.engagement])[0].metrics[0].result.net

        assert (net.gross, net.asked, net.answered, net.deadweight) == (200, 80, 50, 15)
        assert net.value == pytest.approx(100 * 28 / 40 + 100 * 7 / 10)
        with translation.override("en"):
            people = Units("person", "people")
            assert "That was asked about 200 of the 250." in net_text(net, people, 250)
            assert "That was asked" not in net_text(net, people, 200)

    def test_too_few_answers_are_not_told(self):
        metric = MetricFactory()
        MeasurementFactory(metric=metric, deadweight_asked=4, deadweight_answered=4, deadweight=1)

        result = summaries.summarise([metric.engagement])[0].metrics[0].result

        assert (result.net, result.no_net) == (None, "too-few-answered")

    def test_nobody_answering_is_said_and_gives_no_figure(self, client, coordinator, metric):
        MeasurementFactory(metric=metric, deadweight_asked=5, deadweight_answered=0, deadweight=0)
        client.force_login(coordinator)
        url = reverse("impact:engagement-impact", args=[metric.engagement_id])

        assert (
            "Nobody answered whether it would"
            in client.get(url, headers={"accept-language": "en"}).content.decode()
        )

    def test_the_form_asks_it_and_keeps_what_was_typed(self, client, coordinator, metric):
        client.force_login(coordinator)
        typed = {
            "count": 200,
            "source": "S",
            "population": "all",
            "grade": "counted",
            **ASKED,
            "deadweight": 41,
        }
        window = {"window_start": "2026-01-01", "window_end": "2026-06-30"}

        response = client.post(
            reverse("impact:measurement-create", args=[metric.pk]), typed | window
        )

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["deadweight"]
        assert response.context["form"]["deadweight"].value() == "41"
        assert '<details class="step" open>' in response.content.decode()

    def test_a_correction_takes_it_along(self, client, coordinator, metric):
        wrong = MeasurementFactory(metric=metric, count=200, **ASKED)
        client.force_login(coordinator)

        form = client.get(reverse("impact:measurement-correct", args=[wrong.pk])).context["form"]

        assert {name: int(form[name].value()) for name in ASKED} == ASKED
