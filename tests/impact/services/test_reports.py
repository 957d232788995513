"""A report is frozen as it was read, numbered, and agreed to or not."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from impact import todos
from impact.models import ImpactReport
from impact.selectors import reports
from impact.services.reports import publish_report, sign_report
from tests.impact.factories import MeasurementFactory, MetricFactory, publish_as_read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


def correct(measurement, count):
    return MeasurementFactory(
        metric=measurement.metric, corrects=measurement, count=count, recorded_on=TODAY
    )


class TestPublishing:
    def test_stays_as_it_was_whatever_changes_afterwards(self, report, measured, engagement):
        before = (report.contents, report.checksum)
        measured.metric.indicator.name_en = "Something else"
        measured.metric.indicator.save()
        correct(measured, 12)
        engagement.title = "Renamed"
        engagement.save()

        report.refresh_from_db()
        assert (report.contents, report.checksum) == before
        assert reports.is_intact(report)
        assert report.contents["figures"][0]["standing"]["count"] == 60

    def test_a_changed_figure_no_longer_matches_its_checksum(self, report):
        report.contents["figures"][0]["standing"]["count"] = 61

        assert not reports.is_intact(report)

    def test_other_figures_than_those_that_were_read_are_refused(
        self, engagement, measured, coordinator
    ):
        seal = checksum_of(reports.contents_of(engagement, today=TODAY))
        MeasurementFactory(
            metric=measured.metric, window_start=date(2026, 7, 1), window_end=date(2026, 7, 5)
        )

        with pytest.raises(Refused, match="changed while you were reading"):
            publish_report(engagement, by=coordinator, today=TODAY, seen=seal)
        assert not ImpactReport.objects.exists()

    def test_what_was_read_is_published(self, engagement, measured, coordinator):
        seal = checksum_of(reports.contents_of(engagement, today=TODAY))

        assert publish_report(engagement, by=coordinator, today=TODAY, seen=seal).number.startswith(
            "R2026-"
        )

    def test_a_second_click_finds_that_nothing_has_changed(self, report, engagement, coordinator):
        with pytest.raises(Refused, match=report.number):
            publish_as_read(engagement, by=coordinator, today=TODAY + timedelta(days=1))

    def test_numbers_follow_each_other_within_a_member(
        self, report, measured, engagement, coordinator
    ):
        correct(measured, 61)
        second = publish_as_read(engagement, by=coordinator, today=TODAY)

        series = f"R2026-{engagement.member_id}-"
        assert [report.number, second.number] == [f"{series}0001", f"{series}0002"]
        assert report.code != second.code

    def test_without_a_published_figure_there_is_nothing_to_report(self, engagement, coordinator):
        MeasurementFactory(metric=MetricFactory(engagement=engagement), status="draft")

        with pytest.raises(Refused, match="nothing to report"):
            publish_as_read(engagement, by=coordinator, today=TODAY)

    def test_tells_in_both_languages(self, report):
        assert "its stage is: Scoping." in report.contents["story"]["en"]
        assert "il en est à l’étape : Cadrage." in report.contents["story"]["fr"]


class TestTheWord:
    def test_is_given_once(self, report, lead):
        sign_report(report, agrees=True, by=lead, today=TODAY)

        with pytest.raises(Refused, match="already"):
            sign_report(report, agrees=False, comment="No", by=lead, today=TODAY)
        report.refresh_from_db()
        assert (report.word_agrees, report.word_on, report.word_by) == (True, TODAY, lead)

    def test_a_disagreement_says_why(self, report, lead):
        with pytest.raises(Refused) as refused:
            sign_report(report, agrees=False, comment="  ", by=lead, today=TODAY)

        assert "comment" in refused.value.message_dict

    @pytest.mark.parametrize(
        "wrong", [{"word_agrees": False}, {"word_on": TODAY}, {"word_comment": "x"}]
    )
    def test_the_database_wants_it_whole(self, report, wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImpactReport.objects.filter(pk=report.pk).update(**wrong)

    def test_the_database_wants_the_reason_of_a_disagreement(self, report, lead):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImpactReport.objects.filter(pk=report.pk).update(
                word_agrees=False, word_on=TODAY, word_by=lead
            )

    def test_the_lead_is_asked_and_then_no_longer(self, report, lead):
        assert report.number in [need.title for need in todos.todos_of(lead, TODAY)]

        sign_report(report, agrees=True, by=lead, today=TODAY)

        assert report.number not in [need.title for need in todos.todos_of(lead, TODAY)]
