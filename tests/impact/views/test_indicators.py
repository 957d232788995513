"""The library on its pages: read by all, and mended by those who may."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import Sdg
from impact.models import Indicator
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory, IndicatorFactory, MetricFactory
from tests.impact.pupils import FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    return Sdg.objects.create(
        number=8, name_fr="Travail", name_en="Work", colour="#A21942", text_colour="#FFFFFF"
    )


def page(name, *indicator):
    return reverse(f"impact:indicator-{name}", args=[row.pk for row in indicator])


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
