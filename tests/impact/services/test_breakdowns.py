"""Groups are written with their figure, add up to no more than it, and stay with it."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import translation

from crm.domain.refusals import Refused
from impact.models import Breakdown, Measurement
from impact.services.measurements import change_draft, record_measurement, submit_measurement
from impact.table_import.groups import groups_of_text
from tests.impact.factories import BreakdownFactory, IndicatorFactory, MetricFactory

TODAY = date(2026, 7, 15)


@pytest.mark.django_db
class TestServices:
    @pytest.fixture
    def metric(self, member):
        return MetricFactory(engagement__member=member)

    def record(self, metric, by, text, **facts):
        columns = {
            "count": 200,
            "source": "Database",
            "window_start": date(2026, 1, 1),
            "window_end": date(2026, 6, 30),
        }
        groups = groups_of_text(text)
        with translation.override("en"):
            return record_measurement(metric, by=by, today=TODAY, groups=groups, **columns | facts)

    def test_are_written_with_the_figure_and_kept_in_order(self, metric, coordinator):
        row = self.record(
            metric, coordinator, "genre;Hommes;60\ngenre;Femmes;120\nâge;18–25 ans;30"
        )

        assert [group.label_fr for group in row.groups.order_by("position")] == [
            "Hommes",
            "Femmes",
            "18–25 ans",
        ]
        assert all(group.history.get().history_user == coordinator for group in row.groups.all())

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (
                "genre;Femmes;120\ngenre;Hommes;81",
                "the groups come to 201, more than the 200 of the figure",
            ),
            ("genre;Femmes;12\ngenre;femmes;8", "“femmes” is there twice"),
            ("genre;Femmes;12;20", "the figure is a count, so its groups are counts as well"),
        ],
    )
    def test_refuses_and_writes_nothing(self, metric, coordinator, text, reason):
        with pytest.raises(Refused) as refused:
            self.record(metric, coordinator, text)

        assert reason in refused.value.message_dict["groups"][0]
        assert not Measurement.objects.exists()

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("genre;Femmes;12", "say of each group out of how many"),
            ("genre;Femmes;21;20", "cannot be more than 100 %"),
            ("genre;Femmes;30;50\ngenre;Hommes;16;20", "the groups come to 46, more than the 45"),
            (
                "genre;Femmes;10;75",
                "more have the result outside these groups than there are people",
            ),
        ],
    )
    def test_refuses_shares_that_cannot_be(self, member, coordinator, text, reason):
        metric = MetricFactory(indicator=IndicatorFactory(share=True), engagement__member=member)

        with pytest.raises(Refused) as refused:
            self.record(metric, coordinator, text, count=45, total=80)

        assert reason in refused.value.message_dict["groups"][0]

    def test_a_draft_is_mended_with_its_groups_and_history(self, metric, coordinator):
        row = self.record(metric, coordinator, "genre;Femmes;120\ngenre;Hommes;60")
        change_draft(
            row,
            by=coordinator,
            today=TODAY,
            groups=groups_of_text("genre;Femmes;110\nâge;18–25 ans;30"),
        )

        assert set(row.groups.values_list("label_fr", "count")) == {
            ("Femmes", 110),
            ("18–25 ans", 30),
        }
        assert Breakdown.history.filter(label_fr="Hommes", history_type="-").exists()
        assert row.groups.get(label_fr="Femmes").history.count() == 2

    def test_a_smaller_count_is_refused_with_the_groups_that_stay(self, metric, coordinator):
        row = self.record(metric, coordinator, "genre;Femmes;120\ngenre;Hommes;60")

        with pytest.raises(Refused) as refused:
            change_draft(row, by=coordinator, today=TODAY, count=100)

        assert "groups" in refused.value.message_dict

    def test_what_is_submitted_keeps_its_groups(self, metric, coordinator):
        row = submit_measurement(
            self.record(metric, coordinator, "genre;Femmes;120"), by=coordinator
        )

        with pytest.raises(Refused):
            change_draft(row, by=coordinator, today=TODAY, groups=[])

        assert row.groups.count() == 1

    def test_the_database_knows_it_too(self):
        group = BreakdownFactory(label_fr="Femmes")

        with pytest.raises(IntegrityError):
            BreakdownFactory(measurement=group.measurement, label_fr="Femmes")

    def test_the_database_refuses_more_than_all(self):
        with pytest.raises(IntegrityError):
            BreakdownFactory(count=5, total=4)
