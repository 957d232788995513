"""Measurements in words: a unit agrees with its number, in French from two on, in English with all that is not one."""

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from impact.display.measurements import milestones_reached, net_text, value_text
from impact.domain import statistics
from impact.models import Indicator
from impact.models.indicators import Units
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
    publish_as_read,
)

UNITS = {"fr": Units("démarche", "démarches"), "en": Units("procedure", "procedures")}
# (number, in French, in English)
NUMBERS = [
    (0, "0 démarche", "0 procedures"),
    (1, "1 démarche", "1 procedure"),
    (2, "2 démarches", "2 procedures"),
    (Decimal("0.5"), "0,5 démarche", "0.5 procedures"),
    (Decimal("1.00"), "1 démarche", "1 procedure"),
    (Decimal("1.5"), "1,5 démarche", "1.5 procedures"),
    (Decimal("-1"), "-1 démarche", "-1 procedure"),
]


def row(**columns):
    return SimpleNamespace(
        **{"percent": None, "amount": None, "count": None, "total": None, "months": None} | columns
    )


@pytest.mark.parametrize(("done", "planned", "told"), [(0, 0, "none planned yet"), (1, 3, "1 / 3")])
def test_milestones_reached_are_those_of_some_that_are_planned(done, planned, told):
    section = SimpleNamespace(milestones_done=done, milestones=planned)

    assert milestones_reached(section) == told


@pytest.mark.parametrize(("value", "french", "english"), NUMBERS)
def test_beside_an_amount(value, french, english):
    for language, said in (("fr", french), ("en", english)):
        with translation.override(language):
            told = value_text(row(amount=value), UNITS[language])
            assert told.replace("\u2212", "-") == said


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (1, "1 démarche en 1 mois", "1 procedure in 1 month"),
        (2, "2 démarches en 1 mois", "2 procedures in 1 month"),
    ],
)
def test_over_months(count, french, english):
    for language, said in (("fr", french), ("en", english)):
        with translation.override(language):
            assert value_text(row(count=count, months=Decimal(1)), UNITS[language]) == said


def test_between_two_numbers():
    with translation.override("fr"):
        told = value_text(row(count=1, count_least=0), UNITS["fr"])
        assert "entre 0 et 1 démarche," in told


def test_of_what_would_have_happened_anyway():
    found = statistics.net(1, asked=1, answered=1, deadweight=0)
    with translation.override("fr"):
        assert "sur 1 démarche" in net_text(found, UNITS["fr"])


class TestPages:
    """Wherever a single one is printed, in both languages."""

    WRONG = re.compile(r"\b1[\s\u00a0\u202f](?:démarches|procedures)\b")
    RIGHT = re.compile(r"\b1[\s\u00a0\u202f](?:démarche|procedure)\b")

    @pytest.fixture
    def engagement(self, member):
        return EngagementFactory(member=member, started_on=date(2026, 1, 1))

    @pytest.fixture
    def metric(self, engagement):
        indicator = IndicatorFactory(
            unit_fr="démarches",
            unit_one_fr="démarche",
            unit_en="procedures",
            unit_one_en="procedure",
        )
        metric = MetricFactory(engagement=engagement, indicator=indicator)
        BaselineFactory(metric=metric, count=1)
        TargetFactory(metric=metric, value=1)
        return metric

    @pytest.fixture
    def figure(self, metric):
        return MeasurementFactory(metric=metric, count=1)

    def test_say_one_of_it(self, client, administrator, engagement, figure):
        with translation.override("fr"):
            report = publish_as_read(engagement, by=administrator, today=timezone.localdate())
        client.force_login(administrator)
        pages = {
            reverse("impact:engagement-impact", args=[engagement.pk]): True,
            reverse("impact:measurement-detail", args=[figure.pk]): True,
            reverse("impact:summary"): True,
            reverse("impact:report-detail", args=[report.pk]): True,
            reverse("impact:report-figure", args=[report.pk, 0]): False,
            f"{reverse('impact:compare')}?indicator={figure.metric.indicator_id}": False,
        }
        for address, prints in pages.items():
            for language in ("fr", "en"):
                page = client.get(address, headers={"accept-language": language}).content.decode()
                text = re.sub(r"<[^>]+>", "", page)
                assert self.WRONG.findall(text) == [], (address, language)
                if prints:
                    assert self.RIGHT.search(text), (address, language)

    def test_the_form_and_the_api_take_both(self, client, coordinator):
        client.force_login(coordinator)
        facts = {
            "name_fr": "Démarches faites",
            "name_en": "Procedures done",
            "unit_fr": "démarches",
            "unit_en": "procedures",
            "kind": "count",
            "aggregation": "additive",
            "wanted": "more",
        }
        one = {"unit_one_fr": "démarche", "unit_one_en": "procedure"}
        assert client.post("/api/v1/indicators/", facts, "application/json").status_code == 201

        client.post("/api/v1/indicators/", facts | one, "application/json")
        client.post(reverse("impact:indicator-create"), facts | one)

        made = Indicator.objects.order_by("pk").values_list("unit_one_fr", "unit_one_en")
        assert list(made) == [("", ""), ("démarche", "procedure"), ("démarche", "procedure")]
