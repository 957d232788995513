"""The pages of an engagement's impact and of all of them: who reads what, and in how many statements."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain.roles import Role
from impact.display.measurements import finding
from impact.selectors import summaries
from impact.services.measurements import (
    approve_measurement,
    publish_measurement,
    record_measurement,
    submit_measurement,
)
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    ClaimFactory,
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class TestSummaryPage:
    @pytest.mark.parametrize(("engagements", "months"), [(1, 3), (7, 3), (2, 36)])
    def test_statements_do_not_grow(self, client, engagements, months, django_assert_num_queries):
        funder = person_as(Role.FUNDER)
        for _n in range(engagements):
            metric = MetricFactory()
            BaselineFactory(metric=metric)
            FundingFactory(
                engagement=metric.engagement, funder=funder.memberships.get().organisation
            )
            for month in range(months):
                day = date(2023 + month // 12, month % 12 + 1, 1)
                MeasurementFactory(
                    metric=metric,
                    window_start=day,
                    window_end=day.replace(day=28),
                    exposure_months=1,
                )
        client.force_login(funder)
        client.get(reverse("impact:summary"))

        with django_assert_num_queries(28):
            response = client.get(reverse("impact:summary"))

        assert len(response.context_data["sections"]) == engagements

    def test_a_funder_reads_what_it_funds_and_nothing_else(self, client):
        funder = person_as(Role.FUNDER)
        mine = FundingFactory(funder=funder.memberships.get().organisation).engagement
        other = FundingFactory().engagement
        client.force_login(funder)

        page = client.get(reverse("impact:summary")).content.decode()

        assert mine.title in page
        assert other.title not in page
        assert (
            client.get(reverse("engagements:engagement-detail", args=[mine.pk])).status_code == 404
        )

    def test_a_grant_that_ended_ends_the_reading(self, client):
        funder = person_as(Role.FUNDER)
        funding = FundingFactory(
            funder=funder.memberships.get().organisation,
            starts_on=date(2020, 1, 1),
            reads_until=date(2021, 1, 1),
        )
        client.force_login(funder)

        assert (
            client.get(
                reverse("impact:engagement-impact", args=[funding.engagement_id])
            ).status_code
            == 404
        )

    def test_who_runs_an_engagement_reads_who_funds_it(self, client):
        funding = FundingFactory(funder__name="Fonds d'élan", reads_until=date(2026, 6, 30))
        url = reverse("impact:engagement-impact", args=[funding.engagement_id])

        def shown_to(person):
            client.force_login(person)
            return client.get(url, headers={"accept-language": "en"}).content.decode()

        page = shown_to(person_as(Role.COORDINATOR, funding.engagement.member))
        assert "Fonds d&#39;élan (until" in " ".join(page.split())
        assert "élan" not in shown_to(person_as(Role.LEAD, funding.engagement.beneficiary))

    def test_stopped_engagements_stay_in_the_totals(self, client):
        funder = person_as(Role.FUNDER)
        FundingFactory(
            funder=funder.memberships.get().organisation, engagement=EngagementFactory(stopped=True)
        )
        client.force_login(funder)

        portfolio = client.get(reverse("impact:summary")).context_data["portfolio"]

        assert (portfolio.engagements, portfolio.stopped) == (1, 1)

    def test_an_empty_portfolio_teaches(self, client):
        client.force_login(person_as(Role.FUNDER))

        assert (
            b"No engagement to read about yet"
            in client.get(reverse("impact:summary"), headers={"accept-language": "en"}).content
        )

    def test_a_claim_is_shown_as_one(self, client):
        metric = ClaimFactory().metric
        client.force_login(person_as(Role.ADMINISTRATOR))

        page = client.get(
            reverse("impact:engagement-impact", args=[metric.engagement_id]),
            headers={"accept-language": "en"},
        ).content.decode()

        assert "claimed" in page
        assert "baseline not supplied" in page


class TestWhatChanged:
    def test_tells_who_recorded_and_who_published(self, client, member, coordinator):
        metric = MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
        facts = {
            "count": 5,
            "window_start": date(2026, 1, 1),
            "window_end": date(2026, 3, 31),
            "source": "Base",
        }
        with translation.override("en"):
            figure = record_measurement(metric, by=coordinator, today=date(2026, 6, 1), **facts)
            figure = submit_measurement(figure, by=coordinator)
            figure = approve_measurement(figure, seen=figure.version, by=UserFactory())
            publish_measurement(figure, seen=figure.version, by=coordinator, at=timezone.now())
        client.force_login(coordinator)

        url = reverse("impact:engagement-history", args=[metric.engagement_id])
        page = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert page.index("Published") < page.index("Recorded")
        assert "Camille Coordinator" in page

    @pytest.mark.parametrize("figures", [1, 9])
    def test_costs_the_same_whatever_the_number_of_figures(
        self, client, member, coordinator, figures, django_assert_num_queries
    ):
        metric = MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
        for year in range(figures):
            MeasurementFactory(
                metric=metric,
                window_start=date(2010 + year, 1, 1),
                window_end=date(2010 + year, 2, 1),
            )
        client.force_login(coordinator)

        with django_assert_num_queries(10):
            client.get(reverse("impact:engagement-history", args=[metric.engagement_id]))


class TestThePanelOfAnEngagement:
    @pytest.mark.parametrize("size", [2, 8])
    def test_says_what_its_page_says_in_few_statements(
        self, client, size, django_assert_num_queries
    ):
        engagement = EngagementFactory()
        for _n in range(size):
            metric = BaselineFactory(metric__engagement=engagement).metric
            MeasurementFactory(metric=metric)
        client.force_login(person_as(Role.COORDINATOR, engagement.member))
        address = reverse("impact:engagement-panel", args=[engagement.pk])
        client.get(address)

        with django_assert_num_queries(7):  # three of them for the figures
            panel = client.get(address, headers={"accept-language": "en"}).content.decode()

        (section,) = summaries.summarise([engagement])
        with translation.override("en"):
            sentences = [str(finding(metric)) for metric in section.metrics]
        assert len(sentences) == size
        assert all(sentence in panel for sentence in sentences)
