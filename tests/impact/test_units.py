"""A unit agrees with its number, in French from two on, in English with all that is not one."""

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from impact.display.measurements import net_text, value_text
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
from tests.migrations import one_by_one

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


def test_without_a_form_of_its_own_it_stays_as_it_is():
    indicator = Indicator(unit_fr="€", unit_en="")
    for language in ("fr", "en"):
        with translation.override(language):
            assert indicator.units == ("€", "€")


@pytest.mark.django_db
def test_the_library_that_relais_brings_has_both_forms():
    call_command("loadreference")

    for indicator in Indicator.objects.order_by("pk"):
        for language in ("fr", "en"):
            with translation.override(language):
                assert indicator.units.one != indicator.units.many


@pytest.mark.django_db
def test_a_language_without_its_own_single_one_keeps_its_own_unit():
    indicator = Indicator(
        unit_fr="démarches", unit_one_fr="démarche", unit_en="procedures", unit_one_en=""
    )
    with translation.override("en"):
        assert indicator.units.of(1) == "procedures"
    with translation.override("fr"):
        assert indicator.units.of(1) == "démarche"


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


@pytest.mark.django_db
def test_units_of_before_got_their_single_one_in_their_history_too():
    """Else whoever changed such an indicator next would stand in its history as having written it."""
    executor, _newest = one_by_one()
    migration = executor.loader.get_migration("impact", "0018_unit_of_one")
    fill = next(op.code for op in migration.operations if hasattr(op, "code"))
    indicator = IndicatorFactory(unit_fr="personnes", unit_en="people")
    for model in (Indicator, Indicator.history.model):
        model.objects.update(unit_one_fr="", unit_one_en="")

    fill(executor.loader.project_state([("impact", "0018_unit_of_one")]).apps, None)

    indicator.refresh_from_db()
    line = indicator.history.get()
    assert (indicator.unit_one_fr, indicator.unit_one_en) == ("personne", "person")
    assert (line.unit_one_fr, line.unit_one_en) == ("personne", "person")
