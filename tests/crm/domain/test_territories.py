"""Territories by postcode, by number and by name."""

import pytest

from crm.domain.orientation import Ask, Offer, fit
from crm.domain.territories import BY_NAME, TERRITORIES, as_territories, territory_of


@pytest.mark.parametrize(
    ("postcode", "territory"),
    [
        *[("75011", "75"), ("01000", "01"), ("93200", "93"), ("", "")],
        *[
            ("20000", "2A"),
            ("20137", "2A"),
            ("20190", "2A"),
            ("20200", "2B"),
            ("20290", "2B"),
            ("20600", "2B"),
        ],
        *[
            ("97110", "971"),
            ("97220", "972"),
            ("97300", "973"),
            ("97410", "974"),
            ("97500", "975"),
            ("97600", "976"),
        ],
        *[("97133", "977"), ("97150", "978"), ("98600", "986"), ("98713", "987"), ("98800", "988")],
    ],
)
def test_a_postcode_names_its_territory(postcode, territory):
    assert territory_of(postcode) == territory
    assert not territory or territory in TERRITORIES


@pytest.mark.parametrize("postcode", ["20000", "20290", "97400", "98800"])
def test_a_request_from_corsica_or_overseas_fits_the_offer_that_names_its_territory(postcode):
    ask = Ask(department=territory_of(postcode))

    assert fit(ask, Offer(1, departments=frozenset({territory_of(postcode)}))).failures == ()
    assert fit(ask, Offer(1, departments=frozenset({"75"}))).failures == ("territory",)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        *[
            ("La Réunion", ["974"]),
            ("reunion", ["974"]),
            ("MAYOTTE; Guyane", ["973", "976"]),
            ("Corse", ["2A", "2B"]),
        ],
        *[
            ("Corse-du-Sud, 2b", ["2A", "2B"]),
            ("haute savoie, 93 75", ["74", "75", "93"]),
            ("l’Ain", ["01"]),
        ],
        *[
            ("Nouvelle-Calédonie\nPolynésie française", ["987", "988"]),
            ("Côte d’Or", ["21"]),
            ("Paris 93", ["75", "93"]),
        ],
        *[
            ("Val d\u2019Oise, Seine–Saint–Denis", ["93", "95"]),
            ("les Landes", ["40"]),
            ("Atlantide", ["ATLANTIDE"]),
        ],
    ],
)
def test_names_are_read_as_people_write_them(typed, stored):
    assert as_territories(typed) == stored


def test_every_territory_has_its_name():
    assert {code for codes in BY_NAME.values() for code in codes} == TERRITORIES


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("93, 75 974", ["75", "93", "974"]),
        ("2a;2B", ["2A", "2B"]),
        ("1", ["01"]),
        ("20", ["2A", "2B"]),
        (" ", []),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, stored):
    assert as_territories(typed) == stored
