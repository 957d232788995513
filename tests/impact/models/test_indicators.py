"""An indicator has its unit of one and its unit of many, in either language."""

import pytest
from django.core.management import call_command
from django.utils import translation

from impact.models import Indicator


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
