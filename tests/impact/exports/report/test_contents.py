"""What all files of a report share: the word of the beneficiary, and against what a figure is compared."""

from datetime import date

import pytest

from impact.exports.report import contents
from impact.models import ImpactReport
from impact.selectors import summaries
from tests.impact.factories import BaselineFactory, MeasurementFactory, MetricFactory


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ({}, "The beneficiary has not given its word on this report."),
        ({"word_agrees": True}, "The beneficiary agreed on 11 July 2026."),
        (
            {"word_agrees": False, "word_comment": "Too few."},
            "The beneficiary disagreed on 11 July 2026. Too few.",
        ),
    ],
)
def test_the_word_of_the_beneficiary_is_a_sentence(word, said):
    report = ImpactReport(word_on=date(2026, 7, 11) if word else None, **word)

    assert contents.word_sentence(report) == said


@pytest.mark.django_db
def test_the_baseline_comes_before_each_hypothesis():
    metric = MetricFactory()
    MeasurementFactory(metric=metric)
    BaselineFactory(metric=metric, method="hypothesis")
    summary = summaries.summarise([metric.engagement])[0].metrics[0]

    assert (summary.comparison, contents.comparisons_of(summary)) == (None, [*summary.what_ifs])

    BaselineFactory(metric=metric, count=20)
    summary = summaries.summarise([metric.engagement])[0].metrics[0]

    assert contents.comparisons_of(summary) == [summary.comparison, *summary.what_ifs]
    assert len(contents.comparisons_of(summary)) == 2
