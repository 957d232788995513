"""A report is published while its figures move. SQLite lets one writer in at a time, so only PostgreSQL shows it."""

from datetime import UTC, date, datetime

import pytest

from crm.domain.refusals import OtherFigures, Refused
from crm.domain.roles import Role
from crm.files.checksums import checksum_of
from impact.models import ImpactReport
from impact.selectors import reports
from impact.services import baselines, measurements, metrics
from impact.services.reports import publish_report
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MeasurementFactory, MetricFactory, publish_as_read
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


def counts(report):
    return [[row["count"] for row in figure["series"]] for figure in report.contents["figures"]]


def assert_whole(report):
    """Its checksum is that of what it says, and what it says was true at one moment."""
    assert reports.is_intact(report)
    assert checksum_of(report.contents) == report.checksum
    for figure in report.contents["figures"]:
        assert figure["standing"]["count"] == sum(row["count"] for row in figure["series"])


def publish_reading_again(engagement, **words):
    """By somebody who reads anew as long as the figures change under their eyes."""
    while True:
        try:
            return publish_as_read(engagement, **words)
        except OtherFigures:
            continue


class TestPublishingAReportWhile:
    @pytest.mark.parametrize("turn", TURNS)
    def test_a_figure_is_published(self, engagement, coordinator, rows, turn):
        april = waiting(rows, count=20, window_start=date(2026, 4, 1), window_end=date(2026, 6, 30))

        report, _published = all_at_once(
            lambda: publish_reading_again(engagement, by=coordinator, today=TODAY),
            lambda: measurements.publish_measurement(
                april, seen=april.version, by=coordinator, at=NOW
            ),
        )

        assert_whole(report)
        assert counts(report) in ([[60], [5]], [[60, 20], [5]])

    @pytest.mark.parametrize("turn", TURNS)
    def test_a_correction_is_published(self, engagement, coordinator, rows, turn):
        right = waiting(
            rows,
            count=61,
            corrects=rows,
            window_start=rows.window_start,
            window_end=rows.window_end,
        )

        report, _published = all_at_once(
            lambda: publish_reading_again(engagement, by=coordinator, today=TODAY),
            lambda: measurements.publish_measurement(
                right, seen=right.version, by=coordinator, at=NOW
            ),
        )

        assert_whole(report)
        assert counts(report) in ([[60], [5]], [[61], [5]])
        corrected = bool(reports.changes_since(report))
        assert corrected == (counts(report)[0] == [60])

    @pytest.mark.parametrize("turn", TURNS)
    def test_a_baseline_is_changed_and_a_target_too(self, engagement, coordinator, rows, turn):
        baseline = rows.metric.baselines.get()

        report, *_changed = all_at_once(
            lambda: publish_reading_again(engagement, by=coordinator, today=TODAY),
            lambda: baselines.change_baseline(
                baseline, count=20, why="Found more", by=coordinator, today=TODAY
            ),
            lambda: metrics.change_metric(rows.metric, target=900, why="More", by=coordinator),
        )

        assert_whole(report)
        compared = report.contents["figures"][0]["comparison"]
        assert compared["baseline"]["count"] in (10, 20)
        changed = (
            compared["baseline"]["count"] == 10
            or report.contents["figures"][0]["metric"]["target"] != 900
        )
        assert bool(reports.changes_since(report)) == changed

    @pytest.mark.parametrize("turn", TURNS)
    def test_it_is_published_a_second_time(self, engagement, coordinator, rows, turn):
        seal = checksum_of(reports.contents_of(engagement, today=TODAY))

        outcomes = all_at_once(
            *[lambda: publish_report(engagement, by=coordinator, today=TODAY, seen=seal)] * 2
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ImpactReport", "Refused"]
        assert_whole(ImpactReport.objects.get())

    @pytest.mark.parametrize("turn", TURNS)
    def test_another_of_the_same_member_takes_the_next_number(
        self, engagement, coordinator, rows, turn
    ):
        other = MeasurementFactory(
            metric=MetricFactory(engagement__member=engagement.member)
        ).metric.engagement

        reports_ = all_at_once(
            *[
                lambda each=each: publish_as_read(each, by=coordinator, today=TODAY)
                for each in (engagement, other)
            ]
        )

        assert sorted(report.number[-4:] for report in reports_) == ["0001", "0002"]

    @pytest.mark.parametrize("turn", TURNS)
    def test_what_was_read_is_what_is_published_or_it_is_refused(
        self, engagement, coordinator, rows, turn
    ):
        april = waiting(rows, count=20, window_start=date(2026, 4, 1), window_end=date(2026, 6, 30))
        seal = checksum_of(reports.contents_of(engagement, today=TODAY))

        outcome, _published = all_at_once(
            lambda: publish_report(engagement, by=coordinator, today=TODAY, seen=seal),
            lambda: measurements.publish_measurement(
                april, seen=april.version, by=coordinator, at=NOW
            ),
        )

        assert isinstance(outcome, Refused) or counts(outcome) == [[60], [5]]
