"""The pages of a baseline: read as a sentence, agreed to, questioned and changed in the open."""

from datetime import date

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from impact.display.narrative import sentence_of
from impact.models import Baseline
from impact.services import baselines
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, FundingFactory, MetricFactory

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
