"""The figures of law are those of the reference data, and none is guessed."""

from datetime import date

import pytest
from django.core.management import call_command
from django.utils import translation

from crm.domain.refusals import Refused
from crm.models import ReferenceFigure
from tests.volunteers.published_figures import CAPS, PMSS, RULES
from volunteers.selectors import legal_figures


@pytest.mark.django_db
class TestFigures:
    @pytest.fixture(autouse=True)
    def loaded(self):
        call_command("loadreference")
        with translation.override("en"):
            yield

    def test_are_those_of_the_reference_data(self):
        assert legal_figures.caps_of(PMSS) == CAPS
        assert legal_figures.gift_rules_of(2026) == RULES

    def test_a_year_that_is_not_known_is_left_out_or_refused_in_words(self):
        assert legal_figures.caps_of([2019, 2027]) == {}
        assert "2027" in legal_figures.unknown_year(2027)
        with pytest.raises(Refused, match="No reference figure for 2019: gift-carry-forward"):
            legal_figures.gift_rules_of(2019)

    def test_a_figure_that_was_mended_counts_at_once(self):
        ReferenceFigure.objects.filter(key="pmss", valid_from="2026-01-01").update(value=4_100)

        assert legal_figures.caps_of([2026])[2026].pmss == 4_100

    def test_the_declaration_threshold_and_the_form_are_data(self):
        held = legal_figures.figures_on(
            ["gift-declaration-threshold", "form-2041-mec"], date(2026, 11, 1)
        )

        assert {key: (row.value, row.confidence) for key, row in held.items()} == {
            "gift-declaration-threshold": (10_000, "high"),
            "form-2041-mec": (3, "medium"),
        }
