"""Engagements side by side through the API: the lines of the page."""

import pytest

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.impact.factories import BaselineFactory, IndicatorFactory, MeasurementFactory
from tests.impact.side_by_side import read_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def funder():
    return OrganisationFactory(funder=True)


@pytest.fixture
def reader(funder):
    return person_as(Role.FUNDER, funder)


@pytest.fixture
def trees():
    return IndicatorFactory(name_en="Trees planted", unit_en="trees")


@pytest.fixture
def satisfied():
    return IndicatorFactory(share=True, name_en="Would recommend it")


@pytest.fixture
def follow(funder):
    return read_by(funder)


class TestComparison:
    @pytest.fixture
    def api(self, reader):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(reader)
        return client

    def test_gives_the_lines_of_the_page(self, api, follow, trees):
        BaselineFactory(metric=follow("Jardin", trees, count=60))
        follow("Forêt", trees, reading="cumulative", count=1, population="completers")

        rows = api.get("/api/v1/impact/compare/", {"indicator": trees.pk}).json()["results"]

        assert [row["title"] for row in rows] == ["Forêt", "Jardin"]
        assert [row["reading"] for row in rows] == ["cumulative", "periods"]
        assert (rows[1]["per_month"], rows[1]["grade"], rows[1]["share_low"]) == (
            "10.00",
            "counted",
            None,
        )
        assert (rows[0]["figure"]["population"], rows[1]["figure"]["comparison"]["ratio"]) == (
            "completers",
            12.0,
        )

    @pytest.mark.parametrize("asked", [{}, {"indicator": "x"}, {"indicator": 987_654_321}])
    def test_an_indicator_is_wanted(self, api, asked):
        refused = api.get("/api/v1/impact/compare/", asked)

        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["indicator"])

    def test_one_of_somebody_elses_does_not_exist(self, api, satisfied):
        for _n in range(2):
            MeasurementFactory(metric__indicator=satisfied, count=1, total=2)
        answers = [
            api.get("/api/v1/impact/compare/", {"indicator": key}).json()
            for key in (satisfied.pk, 10**9)
        ]

        assert str(answers[0]).replace(str(satisfied.pk), "") == str(answers[1]).replace(
            str(10**9), ""
        )

    @pytest.mark.parametrize("size", [2, 9])
    def test_statements_do_not_grow(self, api, follow, trees, django_assert_num_queries, size):
        for n in range(size):
            follow(f"Forêt {n}", trees, count=60)
        api.get("/api/v1/impact/compare/", {"indicator": trees.pk})

        with django_assert_num_queries(11):
            rows = api.get("/api/v1/impact/compare/", {"indicator": trees.pk}).json()["results"]

        assert len(rows) == size
