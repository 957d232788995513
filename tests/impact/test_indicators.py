"""The shared library: a definition is read by all, mended with a reason, and does not move under its figures."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from crm.models import Sdg
from impact.models import Indicator
from impact.services import indicators
from tests.api_client import ReadingBrowser
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

FACTS = {
    "name_fr": "Élèves équipés",
    "name_en": "Pupils equipped",
    "unit_fr": "élèves",
    "unit_en": "pupils",
    "kind": "count",
    "aggregation": "unique",
}


@pytest.fixture
def administrator():
    return person_as(Role.ADMINISTRATOR, None)


@pytest.fixture
def goal():
    return Sdg.objects.create(
        number=8, name_fr="Travail", name_en="Work", colour="#A21942", text_colour="#FFFFFF"
    )


def page(name, *indicator):
    return reverse(f"impact:indicator-{name}", args=[row.pk for row in indicator])


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


class TestReference:
    def test_loading_it_again_leaves_the_words_that_people_mended(self):
        call_command("loadreference")
        indicator = Indicator.objects.get(code="back-in-work")
        indicators.change_indicator(
            indicator, name_fr="Emplois retrouvés", why="Shorter", by=UserFactory()
        )

        call_command("loadreference")

        assert Indicator.objects.get(code="back-in-work").name_fr == "Emplois retrouvés"

    def test_the_migration_makes_the_rows_that_stood_findable(self):
        indicator = IndicatorFactory(name_fr="Élèves équipés")
        Indicator.objects.update(search="")

        import_module("impact.migrations.0004_library_of_indicators").fill_search(apps, None)

        assert Indicator.objects.matching("eleves").get() == indicator


class TestPages:
    def test_is_searched_without_accents_in_either_language(self, client, coordinator):
        IndicatorFactory(name_fr="Élèves équipés", name_en="Pupils equipped")
        IndicatorFactory(name_fr="Arbres", name_en="Trees")
        client.force_login(coordinator)

        for asked in ("ELEVES", "pupils"):
            response = client.get(page("list"), {"q": asked}).context["indicators"]
            assert [row.name_en for row in response] == ["Pupils equipped"]

    def test_a_reader_sees_the_followers_that_are_theirs(self, client):
        indicator = IndicatorFactory()
        mine, other = (MetricFactory(indicator=indicator).engagement for _n in range(2))
        funder = person_as(Role.FUNDER, FundingFactory(engagement=mine).funder)
        client.force_login(funder)

        response = client.get(page("detail", indicator))

        assert list(response.context["followers"]) == [mine]
        assert other.title not in response.content.decode()
        assert response.context["entries"] == []

    def test_a_coordinator_mends_their_own_as_long_as_nobody_follows_it(self, client, coordinator):
        indicator = IndicatorFactory()
        client.force_login(coordinator)
        assert client.get(page("change", indicator)).status_code == 200

        MetricFactory(indicator=indicator, engagement=EngagementFactory())

        assert client.get(page("change", indicator)).status_code == 403

    def test_a_refused_one_keeps_what_was_typed(self, client, coordinator, goal):
        client.force_login(coordinator)

        response = client.post(
            page("create"), FACTS | {"sdg": 8, "sdg_target": "9.1", "name_fr": "« Émoji » 🎉"}
        )

        assert response.status_code == 422
        assert response.context["form"]["name_fr"].value() == "« Émoji » 🎉"
        assert "sdg_target" in response.context["form"].errors

    def test_is_added_and_read(self, client, coordinator):
        client.force_login(coordinator)

        response = client.post(page("create"), FACTS | {"wanted": "less"}, follow=True)

        assert response.redirect_chain[-1][0] == page("detail", Indicator.objects.get())
        assert Indicator.objects.get().less_is_better

    @pytest.mark.parametrize("size", [2, 40])
    def test_statements_of_the_list_do_not_grow(self, client, coordinator, goal, size):
        IndicatorFactory.create_batch(size, sdg=goal)
        client.force_login(coordinator)
        client.get(page("list"))

        with CaptureQueriesContext(connection) as asked:
            client.get(page("list"))

        assert len(asked) == 7

    @pytest.mark.parametrize("size", [2, 40])
    def test_statements_of_the_page_do_not_grow(self, client, coordinator, size):
        indicator = IndicatorFactory()
        for _n in range(size):
            MetricFactory(
                indicator=indicator, engagement__member=coordinator.memberships.get().organisation
            )
        client.force_login(coordinator)
        client.get(page("detail", indicator))

        with CaptureQueriesContext(connection) as asked:
            response = client.get(page("detail", indicator))

        assert (len(asked), len(response.context["followers"])) == (7, size)


class TestApi:
    URL = "/api/v1/indicators/"

    def test_is_added_by_who_runs_engagements_and_searched_by_all(self, client, coordinator):
        client.force_login(coordinator)
        response = client.post(self.URL, FACTS, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (201, "pupils-equipped")

        client.force_login(UserFactory())
        assert [
            row["name_fr"] for row in client.get(self.URL, {"q": "equipes"}).json()["results"]
        ] == ["Élèves équipés"]
        assert client.post(self.URL, FACTS, content_type="application/json").status_code == 403

    def test_a_change_says_why_and_a_redefinition_is_refused_in_the_words_of_the_page(
        self, administrator
    ):
        indicator = BaselineFactory().metric.indicator
        client = ReadingBrowser()
        client.force_login(administrator)
        url = f"{self.URL}{indicator.pk}/"

        assert list(
            client.patch(url, {"unit_fr": "a"}, content_type="application/json").json()["errors"]
        ) == ["why"]
        response = client.patch(url, {"kind": "share", "why": "x"}, content_type="application/json")
        assert (response.status_code, list(response.json()["errors"])) == (400, ["kind"])
        changed = client.patch(
            url, {"unit_fr": "gens", "why": "x"}, content_type="application/json"
        ).json()
        assert changed["unit_fr"] == "gens"
