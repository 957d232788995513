"""Rows of before can be found."""

from importlib import import_module

import pytest
from django.apps import apps

from impact.models import Indicator
from tests.impact.factories import IndicatorFactory

pytestmark = pytest.mark.django_db


class TestMigration:
    def test_the_migration_makes_the_rows_that_stood_findable(self):
        indicator = IndicatorFactory(name_fr="Élèves équipés")
        Indicator.objects.update(search="")

        import_module("impact.migrations.0004_library_of_indicators").fill_search(apps, None)

        assert Indicator.objects.matching("eleves").get() == indicator
