"""A baseline is agreed to as it was read, and nobody improves it afterwards."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import translation

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from impact.models import Baseline
from impact.services import baselines
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MetricFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


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


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


class TestAgreement:
    def test_the_lead_agrees_to_the_version_that_was_read(self, baseline, lead):
        baselines.agree_to_baseline(baseline, by=lead, today=TODAY, seen=baseline.version)

        baseline.refresh_from_db()
        assert (baseline.agreed_by, baseline.agreed_on) == (lead, TODAY)

    def test_not_to_one_that_changed_meanwhile(self, baseline, lead):
        baselines.change_baseline(baseline, count=2, why="Slip", by=UserFactory(), today=TODAY)

        with pytest.raises(Stale):
            baselines.agree_to_baseline(baseline, by=lead, today=TODAY, seen=baseline.version)

        baseline.refresh_from_db()
        assert baseline.agreed_on is None

    def test_happens_once(self, baseline, lead):
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)

        with translation.override("en"), pytest.raises(Refused, match="agreed to already"):
            baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)

    def test_there_is_nothing_to_agree_to_in_a_hypothesis(self, metric, lead):
        row = BaselineFactory(metric=metric, method="hypothesis")

        with translation.override("en"), pytest.raises(Refused, match="what-if"):
            baselines.agree_to_baseline(row, seen=row.version, by=lead, today=TODAY)

    @pytest.mark.parametrize(
        "facts",
        [
            {"agreed_on": TODAY},
            {"agreed_on": TODAY, "method": "hypothesis"},
            {"amended_on": TODAY},
            {"amended_why": "A slip"},
        ],
    )
    def test_the_database_knows_what_goes_together(self, baseline, lead, facts):
        if facts.get("method"):
            facts = {**facts, "agreed_by": lead}
        with pytest.raises(IntegrityError):
            Baseline.objects.filter(pk=baseline.pk).update(**facts)


class TestChange:
    def test_takes_the_agreement_away_and_says_why_for_ever(self, baseline, lead):
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)

        changed = baselines.change_baseline(
            baseline, count=6, why="Four were counted twice", by=lead, today=TODAY
        )

        assert (changed.count, changed.agreed_on, changed.agreed_by) == (6, None, None)
        assert (changed.amended_on, changed.amended_why) == (TODAY, "Four were counted twice")

    def test_is_not_marked_while_nobody_has_agreed(self, baseline, lead):
        changed = baselines.change_baseline(baseline, count=6, why="A slip", by=lead, today=TODAY)

        assert (changed.count, changed.amended_on) == (6, None)

    def test_what_was_agreed_to_as_reconstructed_never_becomes_measured(self, baseline, lead):
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)

        with translation.override("en"), pytest.raises(Refused, match="stays so"):
            baselines.change_baseline(
                baseline, method="measured", why="Better", by=lead, today=TODAY
            )

        baseline.refresh_from_db()
        assert baseline.method == "reconstructed"

    @pytest.mark.parametrize("why", ["", "  "])
    def test_says_why(self, baseline, lead, why):
        with pytest.raises(Refused) as refused:
            baselines.change_baseline(baseline, count=6, why=why, by=lead, today=TODAY)

        assert list(refused.value.message_dict) == ["why"]

    def test_answers_the_question_of_the_lead(self, baseline, lead):
        baselines.question_baseline(baseline, seen=baseline.version, reason="We were four", by=lead)

        assert (
            baselines.change_baseline(
                baseline, team=4, why="Four", by=UserFactory(), today=TODAY
            ).doubt
            == ""
        )
