"""Engagements side by side: in the order of their titles, and what is unlike apart."""

from decimal import Decimal

import pytest
from django.utils import translation

from crm.domain.roles import Role
from impact.selectors import comparison
from tests.crm.factories import OrganisationFactory, person_as
from tests.impact.factories import IndicatorFactory
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


def groups(user, indicator):
    engagements = (
        comparison.following(user, indicator).select_related("beneficiary").order_by("title", "pk")
    )
    alike = comparison.groups_of(comparison.lines_of(engagements, indicator))
    return [
        ((group.population, group.reading), [line.engagement.title for line in group.lines])
        for group in alike
    ]


class TestGroups:
    def test_the_order_is_that_of_the_titles_whatever_the_figures(self, reader, follow, trees):
        follow("Prairie", trees, count=10_000)
        follow("Forêt", trees, count=1)
        follow("Jardin", trees, count=500)

        assert groups(reader, trees) == [(("all", "periods"), ["Forêt", "Jardin", "Prairie"])]

    def test_what_is_unlike_stands_apart(self, reader, follow, trees):
        follow("Nothing yet", trees)
        follow("Unknown", trees, count=9, population="unknown")
        follow("Completers", trees, count=9, population="completers")
        follow("Since the beginning", trees, reading="cumulative", count=9)
        follow("By period", trees, count=9)

        assert groups(reader, trees) == [
            (("all", "periods"), ["By period"]),
            (("all", "cumulative"), ["Since the beginning"]),
            (("completers", "periods"), ["Completers"]),
            (("unknown", "periods"), ["Unknown"]),
            (("", ""), ["Nothing yet"]),
        ]

    def test_a_share_is_the_latest_one_however_it_is_counted(self, reader, follow, satisfied):
        share = {"total": 100, "exposure_months": None}
        follow("Forêt", satisfied, count=70, **share)
        follow("Jardin", satisfied, reading="cumulative", count=60, **share)

        assert groups(reader, satisfied) == [(("all", ""), ["Forêt", "Jardin"])]

    @pytest.mark.parametrize(
        ("facts", "pace"),
        [
            ({"count": 61, "exposure_months": 6}, Decimal("10.17")),
            ({"count": 61, "exposure_months": None}, None),
        ],
    )
    def test_a_pace_is_given_where_the_months_are_known(self, reader, follow, trees, facts, pace):
        metric = follow("Forêt", trees, **facts)

        (line,) = comparison.lines_of([metric.engagement], trees)

        assert line.per_month == pace

    def test_a_share_has_no_pace(self, follow, satisfied):
        metric = follow("Forêt", satisfied, count=6, total=10)

        (line,) = comparison.lines_of([metric.engagement], satisfied)

        assert line.per_month is None


def test_names_stand_in_the_order_of_the_readers_language(reader, follow):
    for french, english in (("Abeilles", "Bees"), ("Baleines", "Ants")):
        indicator = IndicatorFactory(name_fr=french, name_en=english)
        follow(f"One {english}", indicator)
        follow(f"Two {english}", indicator)

    for language, first in (("fr", "Abeilles"), ("en", "Ants")):
        with translation.override(language):
            assert str(comparison.comparable(reader)[0]) == first
