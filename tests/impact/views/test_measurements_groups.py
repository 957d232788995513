"""The form of a figure keeps its groups as they were typed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from impact.models import Measurement
from impact.selectors.results import MeasurementRow
from tests.impact.factories import BreakdownFactory, MeasurementFactory


def figure(pk, count, total=None):
    nothing = dict.fromkeys(MeasurementRow._fields)
    return MeasurementRow(**nothing | {"pk": pk, "count": count, "total": total})


@pytest.mark.django_db
class TestForm:
    @pytest.fixture
    def draft(self, member):
        row = MeasurementFactory(metric__engagement__member=member, status="draft", count=200)
        BreakdownFactory(measurement=row, label_fr="Femmes", label_en="Women", count=120)
        return row

    def typed(self, **facts):
        figure = {
            "count": 200,
            "source": "S",
            "population": "all",
            "grade": "counted",
            "counts_in_total": "on",
        }
        return figure | {"window_start": "2026-01-01", "window_end": "2026-06-30"} | facts

    def test_shows_the_lines_as_they_are_written(self, client, coordinator, draft):
        client.force_login(coordinator)
        page = client.get(reverse("impact:measurement-change", args=[draft.pk]))

        assert page.context["form"]["groups"].value() == "genre ; Femmes / Women ; 120"

    def test_keeps_what_was_typed_and_says_what_is_wrong_with_it(self, client, coordinator, draft):
        client.force_login(coordinator)
        url = reverse("impact:measurement-change", args=[draft.pk])
        response = client.post(
            url, self.typed(groups="genre ; Femmes ; beaucoup", seen=draft.version)
        )

        assert response.status_code == 422
        assert response.context["form"]["groups"].value() == "genre ; Femmes ; beaucoup"
        assert "Ligne 1" in response.context["form"].errors["groups"][0]

    def test_a_stale_form_is_shown_the_groups_that_are_saved(self, client, coordinator, draft):
        client.force_login(coordinator)
        url = reverse("impact:measurement-change", args=[draft.pk])
        client.post(url, self.typed(groups="genre ; Femmes ; 110", seen=draft.version))

        response = client.post(url, self.typed(groups="genre ; Femmes ; 90", seen=draft.version))

        assert response.status_code == 422
        assert [saved for _label, saved in response.context["form"].saved_now] == [
            "genre ; Femmes ; 110"
        ]
        assert response.context["form"]["groups"].value() == "genre ; Femmes ; 90"

    def test_a_correction_begins_with_the_groups_of_what_it_corrects(
        self, client, coordinator, draft
    ):
        Measurement.objects.filter(pk=draft.pk).update(
            status="published", published_at=timezone.now()
        )
        client.force_login(coordinator)
        page = client.get(reverse("impact:measurement-correct", args=[draft.pk]))

        assert page.context["form"]["groups"].value() == "genre ; Femmes / Women ; 120"
