"""A definition is added and mended, and does not move under its figures."""

import pytest
from django.db import IntegrityError
from django.utils import translation

from crm.domain.refusals import Refused, Stale
from crm.models import Sdg
from impact.models import Indicator
from impact.services import indicators
from tests.crm.factories import UserFactory
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
)
from tests.impact.pupils import FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    return Sdg.objects.create(
        number=8, name_fr="Travail", name_en="Work", colour="#A21942", text_colour="#FFFFFF"
    )


class TestAdd:
    def test_gives_a_code_of_its_own_from_the_name(self):
        codes = [indicators.add_indicator(**FACTS, by=UserFactory()).code for _n in range(3)]

        assert codes == ["pupils-equipped", "pupils-equipped-2", "pupils-equipped-3"]

    def test_a_name_without_letters_has_a_code_too(self):
        assert (
            indicators.add_indicator(**FACTS | {"name_en": "🎉"}, by=UserFactory()).code
            == "indicator"
        )

    @pytest.mark.parametrize(
        ("target", "number"), [("9.5", 8), ("8.5", None), ("eight", 8), ("8.", 8)]
    )
    def test_a_target_is_one_of_its_goal(self, goal, target, number):
        with pytest.raises(Refused) as refused:
            indicators.add_indicator(
                **FACTS, sdg=goal if number else None, sdg_target=target, by=UserFactory()
            )

        assert "sdg_target" in refused.value.message_dict

    @pytest.mark.parametrize("target", ["8.5", "8.a", ""])
    def test_takes_a_target_of_its_goal(self, goal, target):
        assert (
            indicators.add_indicator(
                **FACTS, sdg=goal, sdg_target=target, by=UserFactory()
            ).sdg_target
            == target
        )

    def test_the_database_knows_that_a_target_has_a_goal(self):
        with pytest.raises(IntegrityError):
            Indicator.objects.filter(pk=IndicatorFactory().pk).update(sdg_target="8.5")


class TestChange:
    @pytest.mark.parametrize("figure", [BaselineFactory, MeasurementFactory])
    @pytest.mark.parametrize("changed", [{"kind": "share"}, {"aggregation": "never"}])
    def test_what_a_figure_means_does_not_move_under_it(self, figure, changed):
        indicator = figure().metric.indicator

        with translation.override("en"), pytest.raises(Refused, match="add another indicator"):
            indicators.change_indicator(indicator, **changed, why="Better", by=UserFactory())

        indicator.refresh_from_db()
        assert (indicator.kind, indicator.aggregation) == ("count", "additive")

    @pytest.mark.parametrize(
        "aimed", [lambda: TargetFactory().metric, lambda: MetricFactory(target=60)]
    )
    def test_what_is_wanted_does_not_move_under_a_target(self, aimed):
        indicator = aimed().indicator

        with (
            translation.override("en"),
            pytest.raises(Refused, match="Targets are set under this") as refused,
        ):
            indicators.change_indicator(indicator, wanted="less", why="Better", by=UserFactory())

        assert "wanted" in refused.value.message_dict
        assert (
            indicators.change_indicator(
                indicator, wanted="more", why="Same", by=UserFactory()
            ).wanted
            == "more"
        )

    def test_what_is_wanted_is_mended_as_long_as_nothing_is_aimed_at(self):
        indicator = MeasurementFactory().metric.indicator

        assert indicators.change_indicator(
            indicator, wanted="less", why="Waiting time", by=UserFactory()
        ).less_is_better

    def test_its_words_are_mended_all_the_same(self):
        indicator = BaselineFactory().metric.indicator

        changed = indicators.change_indicator(
            indicator, how_fr="Chaque mois", why="Clearer", by=UserFactory()
        )

        assert changed.how_fr == "Chaque mois"
        assert changed.history.first().history_change_reason == "Clearer"

    def test_two_people_at_once(self):
        indicator = IndicatorFactory()
        indicators.change_indicator(indicator, unit_fr="gens", why="A", by=UserFactory())

        with pytest.raises(Stale):
            indicators.change_indicator(
                indicator, unit_fr="individus", why="B", by=UserFactory(), seen=1
            )
