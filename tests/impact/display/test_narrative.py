"""A baseline as a sentence that a person can agree to."""

from decimal import Decimal

import pytest
from django.utils import translation

from impact.display.narrative import sentence_of
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MetricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(
        engagement=engagement, indicator__name_en="People in work", indicator__unit_en="people"
    )


@pytest.fixture
def baseline(metric):
    return BaselineFactory(metric=metric, method="reconstructed", source="mails")


class TestSentence:
    def test_tells_who_how_many_how_long_and_how_it_is_known(self, metric):
        row = BaselineFactory(
            metric=metric,
            method="reconstructed",
            source="mails",
            team=3,
            hours=Decimal(300),
            cost=Decimal(4_500),
        )

        with translation.override("en"):
            assert sentence_of(row) == (
                "By hand, with a team of 3, “People in work”: 10 people in 12 months, "
                "from 1 January 2024 to 31 December 2024. "
                "It took 300 hours of work and €4,500 in all, so 30 hours and €450 for each result. "
                "Method: reconstructed afterwards; source: mails; strength of evidence: declared."
            )

    def test_says_nothing_of_what_is_not_known(self, baseline):
        with translation.override("en"):
            sentence = sentence_of(baseline)

        assert "took" not in sentence
        assert "team" not in sentence

    def test_gives_no_cost_of_a_result_that_never_came(self, metric):
        row = BaselineFactory(metric=metric, count=0, hours=Decimal(300))

        with translation.override("en"):
            assert "It took 300 hours of work in all." in sentence_of(row)
