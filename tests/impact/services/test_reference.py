"""The library is loaded again, and what people mended stays."""

import pytest
from django.core.management import call_command

from impact.models import Indicator
from impact.services import indicators
from tests.crm.factories import UserFactory

pytestmark = pytest.mark.django_db


class TestReference:
    def test_loading_it_again_leaves_the_words_that_people_mended(self):
        call_command("loadreference")
        indicator = Indicator.objects.get(code="back-in-work")
        indicators.change_indicator(
            indicator, name_fr="Emplois retrouvés", why="Shorter", by=UserFactory()
        )

        call_command("loadreference")

        assert Indicator.objects.get(code="back-in-work").name_fr == "Emplois retrouvés"
