"""The reference data, loaded as often as one likes."""

import pytest
from django.core.management import call_command

from crm.models import LegalCategory, ReferenceFigure, Sdg
from impact.models import Indicator
from volunteers.models import Skill

pytestmark = pytest.mark.django_db

MODELS = [Sdg, LegalCategory, ReferenceFigure, Skill, Indicator]
PASS = {2020: 41136, 2021: 41136, 2022: 41136, 2023: 43992, 2024: 46368, 2025: 47100, 2026: 48060}


@pytest.fixture
def reference():
    call_command("loadreference")


class TestLoading:
    @pytest.mark.usefixtures("reference")
    def test_twice_is_the_same_as_once(self):
        before = {model: list(model.objects.order_by("pk").values()) for model in MODELS}

        call_command("loadreference")

        assert {model: list(model.objects.order_by("pk").values()) for model in MODELS} == before
        assert all(before.values())

    @pytest.mark.usefixtures("reference")
    def test_what_a_person_added_stays(self):
        skill = Skill.objects.create(name_fr="Broderie", name_en="Embroidery")
        figure = ReferenceFigure.objects.create(
            key="pass",
            name="PASS",
            value=49000,
            unit="€ / an",
            valid_from="2027-01-01",
            source="…",
            confidence="low",
        )

        call_command("loadreference")

        assert Skill.objects.filter(pk=skill.pk).exists()
        assert ReferenceFigure.objects.get(pk=figure.pk).value == 49000

    @pytest.mark.usefixtures("reference")
    def test_a_figure_that_drifted_comes_back(self):
        ReferenceFigure.objects.filter(key="pass", valid_from="2026-01-01").update(value=1)

        call_command("loadreference")

        assert ReferenceFigure.objects.get(key="pass", valid_from="2026-01-01").value == PASS[2026]

    @pytest.mark.usefixtures("reference")
    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_every_row_keeps_the_rules_of_its_model(self, model):
        for row in model.objects.order_by("pk"):
            row.full_clean()
