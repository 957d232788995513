"""One figure in the hands of two people in the same moment. Only PostgreSQL shows it."""

from datetime import UTC, date, datetime

import pytest

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from impact.models import Measurement
from impact.services import imports, measurements
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MeasurementFactory, MetricFactory
from tests.impact.one_moment import all_at_once, figures_of
from tests.races import on_postgres

pytestmark = on_postgres
NOW = datetime(2026, 7, 10, tzinfo=UTC)
TODAY = date(2026, 7, 10)
TURNS = range(8)


@pytest.fixture
def coordinator():
    return person_as(Role.COORDINATOR)


@pytest.fixture
def engagement(coordinator):
    return EngagementFactory(member=coordinator.memberships.get().organisation)


@pytest.fixture
def rows(engagement):
    return figures_of(engagement)


def waiting(row, **facts):
    return MeasurementFactory(
        metric=row.metric, status="approved", approved_by=UserFactory(), **facts
    )


class TestOneFigureByTwo:
    @pytest.fixture
    def submitted(self, rows):
        return MeasurementFactory(
            metric=rows.metric, status="submitted", window_end=date(2026, 7, 1)
        )

    @pytest.mark.parametrize("turn", TURNS)
    def test_two_approve_it_and_one_is_told(self, submitted, turn):
        people = [UserFactory(), UserFactory()]

        outcomes = all_at_once(
            *[
                lambda by=by: measurements.approve_measurement(
                    submitted, seen=submitted.version, by=by
                )
                for by in people
            ]
        )

        submitted.refresh_from_db()
        assert sum(isinstance(outcome, Measurement) for outcome in outcomes) == 1
        assert (submitted.status, submitted.approved_by in people) == ("approved", True)

    @pytest.mark.parametrize("turn", TURNS)
    def test_one_publishes_it_and_one_sends_it_back(self, rows, coordinator, turn):
        approved = waiting(
            rows, count=2, window_start=date(2026, 4, 1), window_end=date(2026, 6, 30)
        )

        outcomes = all_at_once(
            lambda: measurements.publish_measurement(
                approved, seen=approved.version, by=coordinator, at=NOW
            ),
            lambda: measurements.return_measurement(approved, reason="Twice", by=coordinator),
        )

        approved.refresh_from_db()
        assert sum(isinstance(outcome, Measurement) for outcome in outcomes) == 1
        assert (approved.status, approved.returned_why) in (("published", ""), ("draft", "Twice"))

    @pytest.mark.parametrize("turn", TURNS)
    def test_two_correct_it_and_one_is_told(self, rows, coordinator, turn):
        facts = {
            "window_start": rows.window_start,
            "window_end": rows.window_end,
            "source": "S",
            "count": 9,
        }

        outcomes = all_at_once(
            *[
                lambda: measurements.record_measurement(
                    rows.metric, corrects=rows, by=coordinator, today=TODAY, **facts
                )
            ]
            * 2
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Measurement", "Refused"]

    @pytest.mark.parametrize("turn", TURNS)
    def test_two_figures_of_a_running_count_never_cross(self, engagement, coordinator, turn):
        metric = MetricFactory(engagement=engagement, reading="cumulative")

        outcomes = all_at_once(
            *[
                lambda day=day, count=count: measurements.record_measurement(
                    metric,
                    by=coordinator,
                    today=TODAY,
                    count=count,
                    window_start=date(2026, 1, 1),
                    window_end=day,
                    source="S",
                )
                for day, count in ((date(2026, 3, 31), 50), (date(2026, 4, 30), 40))
            ]
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Measurement", "Refused"]
        assert metric.measurements.count() == 1

    @pytest.mark.parametrize("turn", TURNS)
    def test_the_same_table_twice_is_written_once(self, engagement, rows, coordinator, turn):
        code = rows.metric.indicator.code
        text = f"indicateur;du;au;nombre;source\n{code};2026-04;2026-04;3;S\n{code};2026-05;2026-05;4;S"

        outcomes = all_at_once(
            *[lambda: imports.import_measurements(engagement, text, by=coordinator, today=TODAY)]
            * 2
        )

        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
        assert rows.metric.measurements.filter(status="draft").count() == 2
