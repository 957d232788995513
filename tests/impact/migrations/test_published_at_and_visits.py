"""The moment at which old rows were published is found again."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest

from impact.models import Measurement
from tests.engagements.factories import EngagementFactory
from tests.migrations import one_by_one

pytestmark = pytest.mark.django_db
NAME = "0012_published_at_and_visits"


@pytest.mark.django_db(transaction=True)
class TestTheOldRows:
    @pytest.fixture
    def before(self):
        """The tables as they were; afterwards they are as they are."""
        (was,) = (
            step
            for step in import_module(f"impact.migrations.{NAME}").Migration.dependencies
            if step[0] == "impact"
        )
        tables, newest = one_by_one()
        tables.migrate([was])
        yield tables.loader.project_state([was]).apps
        one_by_one()[0].migrate(newest)

    def test_take_the_moment_of_their_history_or_noon_of_their_day(self, before):
        rows = {
            name: self.old_row(before, status)
            for name, status in (("told", "published"), ("untold", "published"))
        }
        rows["draft"] = self.old_row(before, "draft", metric=rows["told"].metric)
        history = before.get_model("impact", "HistoricalMeasurement").objects
        for day, status in ((3, "draft"), (5, "published"), (9, "published")):
            copied = {
                f.attname: getattr(rows["told"], f.attname)
                for f in rows["told"]._meta.concrete_fields
            }
            copied |= {
                "status": status,
                "history_date": datetime(2026, 3, day, 8, tzinfo=UTC),
                "history_type": "~",
            }
            history.create(**copied)

        one_by_one()[0].migrate([("impact", NAME)])

        moments = dict(Measurement.objects.order_by("pk").values_list("pk", "published_at"))
        assert moments[rows["told"].pk] == datetime(2026, 3, 5, 8, tzinfo=UTC)
        assert moments[rows["untold"].pk] == datetime(2026, 7, 1, 10, tzinfo=UTC)  # noon in Paris
        assert moments[rows["draft"].pk] is None

    def old_row(self, before, status, metric=None):
        """Written as the tables were then, without the code of today."""
        make = lambda app, model, **facts: before.get_model(app, model).objects.create(**facts)  # noqa: E731
        if metric is None:
            number = before.get_model("impact", "Indicator").objects.count()
            engagement = EngagementFactory()  # the tables of the other apps are those of today
            indicator = make(
                "impact", "Indicator", code=f"old-{number}", kind="count", aggregation="never"
            )
            metric = make("impact", "Metric", engagement_id=engagement.pk, indicator=indicator)
        return make(
            "impact",
            "Measurement",
            metric=metric,
            status=status,
            count=6,
            window_start=date(2026, 1, 1),
            window_end=date(2026, 6, 30),
            source="Base",
            author_id=metric.engagement.coordinator_id,
            recorded_on=date(2026, 7, 1),
        )
