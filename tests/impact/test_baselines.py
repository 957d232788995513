"""How the work went before: a sentence that the project lead agrees to, and that nobody improves afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from impact import todos
from impact.display.narrative import sentence_of
from impact.gates import has_baseline
from impact.models import Baseline, Grade
from impact.selectors import summaries
from impact.selectors.results import GRADES_BY_STRENGTH
from impact.services import baselines
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
)

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


def at(name, baseline):
    return reverse(f"impact:baseline-{name}", args=[baseline.pk])


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


class TestStrength:
    @pytest.mark.parametrize("method", ["reconstructed", "declared", "hypothesis"])
    @pytest.mark.parametrize("grade", Grade.values)
    def test_is_declared_for_good_when_nothing_was_measured_before(self, method, grade):
        assert Baseline(method=method, grade=grade).strength == Grade.DECLARED

    @pytest.mark.parametrize("before", Grade.values)
    @pytest.mark.parametrize("now", Grade.values)
    def test_of_a_comparison_is_that_of_its_weaker_side(self, engagement, metric, before, now):
        BaselineFactory(metric=metric, method="measured", grade=before)
        MeasurementFactory(metric=metric, grade=now)

        compared = summaries.summarise([engagement])[0].metrics[0].comparison

        assert GRADES_BY_STRENGTH.index(compared.strength) == min(
            GRADES_BY_STRENGTH.index(before), GRADES_BY_STRENGTH.index(now)
        )

    def test_of_a_sum_is_that_of_its_weakest_figure(self, engagement, metric):
        BaselineFactory(metric=metric, method="measured", grade="verified")
        MeasurementFactory(metric=metric, grade="verified")
        late = {"window_start": date(2026, 7, 1), "window_end": date(2026, 7, 10)}
        MeasurementFactory(metric=metric, grade="surveyed", **late)

        assert summaries.summarise([engagement])[0].metrics[0].comparison.strength == Grade.SURVEYED


class TestGate:
    def test_wants_a_baseline(self, engagement):
        with translation.override("en"):
            assert "Record a baseline first" in str(has_baseline(engagement, TODAY))

    def test_takes_a_measured_one_as_it_is(self, engagement, metric):
        BaselineFactory(metric=metric, method="measured")

        assert has_baseline(engagement, TODAY) is None

    @pytest.mark.parametrize("method", ["reconstructed", "declared"])
    def test_wants_the_lead_to_sign_any_other(self, engagement, metric, lead, method):
        row = BaselineFactory(metric=metric, method=method)
        with translation.override("en"):
            assert "the project lead agrees" in str(has_baseline(engagement, TODAY))

        baselines.agree_to_baseline(row, seen=row.version, by=lead, today=TODAY)

        assert has_baseline(engagement, TODAY) is None

    def test_is_not_opened_by_a_hypothesis(self, engagement, metric):
        BaselineFactory(metric=metric, method="hypothesis")

        with translation.override("en"):
            assert "Record a baseline first" in str(has_baseline(engagement, TODAY))


class TestNeeds:
    def reasons(self, user):
        with translation.override("en"):
            return [todo.reason for todo in todos.todos_of(user, TODAY)]

    def test_the_lead_reads_it_and_whoever_runs_the_engagement_mends_it(
        self, baseline, lead, coordinator
    ):
        assert "Baseline to agree to" in self.reasons(lead)
        assert "Baseline to agree to" not in self.reasons(coordinator)

        baselines.question_baseline(baseline, seen=baseline.version, reason="We were four", by=lead)

        assert "Baseline to agree to" not in self.reasons(lead)
        assert "The project lead questions the baseline" in self.reasons(coordinator)

    def test_nobody_is_asked_once_it_is_agreed(self, baseline, lead):
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)

        assert "Baseline to agree to" not in self.reasons(lead)

    def test_nobody_is_asked_about_somebody_elses(self, baseline):
        assert self.reasons(person_as(Role.LEAD, EngagementFactory().beneficiary)) == []


class TestPages:
    def test_what_was_recorded_is_read_as_a_sentence(self, client, coordinator, metric):
        client.force_login(coordinator)
        payload = {
            "method": "reconstructed",
            "count": 10,
            "exposure_months": "15.4",
            "population": "all",
            "team": 3,
            "window_start": "2019-07-01",
            "window_end": "2020-10-12",
            "source": "mails",
            "grade": "declared",
        }

        response = client.post(
            reverse("impact:baseline-create", args=[metric.pk]), payload, follow=True
        )

        assert response.redirect_chain[-1][0] == at("detail", Baseline.objects.get())
        assert sentence_of(Baseline.objects.get()) == response.context["sentence"]

    def test_the_lead_agrees_with_one_button(self, client, baseline, lead):
        client.force_login(lead)
        page = client.get(at("detail", baseline))
        assert f'name="seen" value="{baseline.version}"' in page.content.decode()

        client.post(at("agree", baseline), {"seen": baseline.version})

        assert client.get(at("detail", baseline)).context["may_agree"] is False
        baseline.refresh_from_db()
        assert baseline.agreed_by == lead

    def test_a_page_left_open_does_not_agree_to_another_sentence(self, client, baseline, lead):
        baselines.change_baseline(baseline, count=2, why="Slip", by=UserFactory(), today=TODAY)
        client.force_login(lead)

        client.post(at("agree", baseline), {"seen": 1})

        baseline.refresh_from_db()
        assert baseline.agreed_on is None

    def test_a_question_about_another_sentence_keeps_what_was_typed(self, client, baseline, lead):
        baselines.change_baseline(baseline, count=2, why="Slip", by=UserFactory(), today=TODAY)
        client.force_login(lead)

        response = client.post(at("question", baseline), {"reason": "We were four", "seen": 1})

        baseline.refresh_from_db()
        assert (response.status_code, baseline.doubt) == (422, "")
        assert response.context["form"]["reason"].value() == "We were four"

    @pytest.mark.parametrize("seen", ["", "x", "0", "-1", "9" * 30])
    def test_an_agreement_that_does_not_say_what_was_read_is_refused(
        self, client, baseline, lead, seen
    ):
        client.force_login(lead)

        client.post(at("agree", baseline), {"seen": seen})

        baseline.refresh_from_db()
        assert baseline.agreed_on is None

    def test_a_change_keeps_what_was_typed_when_the_reason_is_missing(
        self, client, coordinator, baseline
    ):
        client.force_login(coordinator)

        response = client.post(at("change", baseline), {"count": 77, "method": "declared"})

        assert response.status_code == 422
        assert response.context["form"]["count"].value() == "77"
        assert "why" in response.context["form"].errors

    def test_a_funder_reads_the_sentence_and_neither_names_nor_doubts(
        self, client, engagement, baseline, lead
    ):
        baselines.question_baseline(
            baseline, seen=baseline.version, reason="Secret doubt 🤔", by=lead
        )
        funder = person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder)
        client.force_login(funder)

        html = client.get(at("detail", baseline)).content.decode()

        assert "mails" in html
        assert "Secret doubt" not in html
        assert baseline.author.full_name not in html

    @pytest.mark.parametrize("size", [1, 6])
    def test_statements_do_not_grow(
        self, client, coordinator, baseline, django_assert_num_queries, size
    ):
        for count in range(size):
            baselines.change_baseline(
                baseline, count=count, why=f"Change {count}", by=coordinator, today=TODAY
            )
        client.force_login(coordinator)
        client.get(at("detail", baseline))

        with django_assert_num_queries(5):
            client.get(at("detail", baseline))


class TestApi:
    def url(self, baseline, verb=""):
        return f"/api/v1/baselines/{baseline.pk}/{verb}"

    def test_the_lead_agrees(self, client, baseline, lead):
        client.force_login(lead)

        body = client.post(
            self.url(baseline, "agree/"), {"seen": 1}, content_type="application/json"
        ).json()

        assert body["agreed_on"] is not None
        assert body["sentence"] == sentence_of(baseline)

    def test_the_lead_questions(self, client, baseline, lead):
        client.force_login(lead)

        client.post(
            self.url(baseline, "question/"),
            {"reason": "Four", "seen": 1},
            content_type="application/json",
        )

        baseline.refresh_from_db()
        assert baseline.doubt == "Four"

    @pytest.mark.parametrize("why", ["", "   ", None])
    def test_a_change_says_why(self, client, coordinator, baseline, why):
        client.force_login(coordinator)
        payload = {"count": 3, "seen": 1} | ({} if why is None else {"why": why})

        response = client.patch(self.url(baseline), payload, content_type="application/json")

        assert (response.status_code, list(response.json()["errors"])) == (400, ["why"])
        assert client.delete(self.url(baseline)).status_code == 405
        response = client.patch(
            self.url(baseline),
            {"count": 3, "why": "Slip", "seen": 1},
            content_type="application/json",
        )
        assert response.json()["count"] == 3
