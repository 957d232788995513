"""Requests and organisations that are likely the same."""

import pytest

from crm.selectors import duplicates
from tests.crm.factories import SupportRequestFactory

pytestmark = pytest.mark.django_db


class TestAlike:
    @pytest.mark.parametrize(
        ("one", "other", "is_alike"),
        [
            ({"siren": "732829320"}, {"siret": "73282932000074"}, True),
            ({"rna": "W751225420"}, {"rna": "W751225420"}, True),
            ({"email": "a@ask.example"}, {"email": "A@ask.example"}, True),
            ({"name": "Les Jardins du Lac"}, {"name": "les jardins du lac"}, True),
            ({"name": "Les Jardins du Lac"}, {"name": "Les Jardins de la Lune"}, False),
            (
                {"name": "Association pour les autres"},
                {"name": "Association des autres mondes"},
                False,
            ),
        ],
    )
    def test_by_identifier_address_or_nearly_the_same_name(self, one, other, is_alike):
        first, second = SupportRequestFactory(**one), SupportRequestFactory(**other)

        assert (duplicates.alike(first) == [second]) is is_alike
