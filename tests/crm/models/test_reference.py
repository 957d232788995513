"""The reference data: complete, dated, sourced, readable."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db.models import Q

from crm.models import LegalCategory, ReferenceFigure, Sdg
from volunteers.models import Skill

pytestmark = pytest.mark.django_db

PASS = {2020: 41136, 2021: 41136, 2022: 41136, 2023: 43992, 2024: 46368, 2025: 47100, 2026: 48060}


@pytest.fixture
def reference():
    call_command("loadreference")


def in_force(key, day):
    """The figures of this key that hold on the day."""
    return ReferenceFigure.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), key=key, valid_from__lte=day
    )


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.usefixtures("reference")
class TestGoals:
    def test_there_are_seventeen(self):
        assert list(Sdg.objects.order_by("number").values_list("number", flat=True)) == list(
            range(1, 18)
        )

    def test_the_text_on_each_colour_is_the_more_readable_one(self):
        for sdg in Sdg.objects.order_by("number"):
            other = "#FFFFFF" if sdg.text_colour == "#000000" else "#000000"

            assert contrast(sdg.colour, sdg.text_colour) >= 4.5, sdg.number
            assert contrast(sdg.colour, sdg.text_colour) > contrast(sdg.colour, other), sdg.number

    def test_each_has_a_colour_of_its_own(self):
        assert len(set(Sdg.objects.order_by("number").values_list("colour", flat=True))) == 17


@pytest.mark.usefixtures("reference")
class TestLegalCategories:
    @pytest.mark.parametrize(
        "code", ["9210", "9220", "9221", "9222", "9223", "9230", "9240", "9260", "9300", "8210"]
    )
    def test_the_forms_of_associations_foundations_and_mutuals_are_there(self, code):
        assert LegalCategory.objects.filter(code=code).exists()

    def test_none_pretends_to_say_who_is_scic_or_esus(self):
        names = " ".join(LegalCategory.objects.order_by("code").values_list("name", flat=True))

        assert "SCIC" not in names
        assert "ESUS" not in names


@pytest.mark.usefixtures("reference")
class TestFigures:
    @pytest.mark.parametrize(("year", "ceiling"), PASS.items())
    def test_the_ceilings_are_those_of_their_year(self, year, ceiling):
        assert [f.value for f in in_force("pass", date(year, 7, 1))] == [ceiling]
        assert [f.value * 12 for f in in_force("pmss", date(year, 7, 1))] == [ceiling]

    def test_no_two_values_of_a_figure_hold_on_one_day(self):
        for key in set(ReferenceFigure.objects.order_by("key").values_list("key", flat=True)):
            rows = ReferenceFigure.objects.filter(key=key).order_by("valid_from")
            for earlier, later in pairwise(rows):
                assert earlier.valid_to is not None, key
                assert later.valid_from == earlier.valid_to + timedelta(days=1), key

    def test_each_says_where_it_is_from_and_how_sure_it_is(self):
        assert not ReferenceFigure.objects.filter(source="").exists()
        assert set(
            ReferenceFigure.objects.order_by("confidence").values_list("confidence", flat=True)
        ) == {
            "high",
            "medium",
        }

    def test_the_loan_of_staff_grew_from_two_to_three_years(self):
        assert [f.value for f in in_force("loan-maximum", date(2024, 4, 16))] == [2]
        assert [f.value for f in in_force("loan-maximum", date(2024, 4, 17))] == [3]

    def test_the_tax_reduction_falls_above_its_threshold(self):
        day = date(2026, 7, 1)
        rate, above, threshold = (
            in_force(key, day).get().value
            for key in ("gift-rate", "gift-rate-above", "gift-rate-threshold")
        )

        assert (rate, above, threshold) == (60, 40, Decimal(2_000_000))

    def test_the_disputed_reading_of_the_cap_is_not_called_sure(self):
        assert in_force("lent-employee-cap", date(2026, 7, 1)).get().confidence == "medium"


@pytest.mark.usefixtures("reference")
class TestSkills:
    def test_they_are_few_and_have_a_name_in_each_language(self):
        names = list(Skill.objects.order_by("pk").values_list("name_fr", "name_en"))

        assert 12 <= len(names) <= 24
        assert all(french and english for french, english in names)
