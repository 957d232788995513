"""The form of a figure that is due has its period ready."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from impact import todos
from impact.models import Measurement
from impact.services import metrics
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory, MeasurementFactory, MetricFactory

JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)
DUE = date(2026, 4, 16)  # of the quarter that begins in January


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_build=True)


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement, every=3, every_from=JANUARY)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def page(self, client, lead):
        client.force_login(lead)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def initial(self, page, metric):
        return (
            page.get(reverse("impact:measurement-create", args=[metric.pk])).context["form"].initial
        )

    def test_the_page_says_when_the_next_figure_is_expected(self, page, metric, engagement):
        url = reverse("impact:engagement-impact", args=[engagement.pk])
        assert "Figure expected since 16 April 2026" in page.get(url).content.decode()

        today = timezone.localdate()
        MeasurementFactory(metric=metric, window_start=today, window_end=today, status="draft")
        assert "Next figure expected by" in page.get(url).content.decode()

    def test_in_french(self, page, metric, engagement):
        html = page.get(
            reverse("impact:engagement-impact", args=[engagement.pk]),
            headers={"accept-language": "fr"},
        ).content.decode()

        assert "Chiffre attendu depuis le 16 avril 2026" in html

    def test_who_records_nothing_is_not_told(self, client, metric, engagement):
        client.force_login(person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder))

        html = client.get(
            reverse("impact:engagement-impact", args=[engagement.pk]),
            headers={"accept-language": "en"},
        ).content.decode()
        assert "Figure expected since" not in html

    @pytest.mark.parametrize("size", [1, 9])
    def test_statements_do_not_grow(self, page, engagement, size, django_assert_num_queries):
        for _n in range(size):
            MetricFactory(engagement=engagement, every=3, every_from=JANUARY)

        with django_assert_num_queries(19):  # one asks whether the lead leads today
            page.get(reverse("impact:engagement-impact", args=[engagement.pk]))

    def test_one_button_saves_the_figure_and_asks_somebody_else_about_it(self, page, metric):
        url = reverse("impact:measurement-create", args=[metric.pk])
        drawn = page.get(url)
        payload = {
            field.html_name: field.value()
            for field in drawn.context_data["form"]
            if field.value() is not None
        }
        payload |= {"count": "12", "source": "Base", "grade": "counted", "population": "all"}
        assert 'name="submits"' in drawn.content.decode()

        assert page.post(url, payload | {"submits": "1"}).status_code == 302

        assert Measurement.objects.get(metric=metric).status == Measurement.Status.SUBMITTED

    def test_a_draft_waits_for_its_author_and_for_nobody_else(self, lead, metric):
        draft = MeasurementFactory(metric=metric, status=Measurement.Status.DRAFT, author=lead)
        key = f"measurement:{draft.pk}:"

        assert [each for each in todos.todos_of(lead, DUE) if each.key.startswith(key)]
        other = metric.engagement.coordinator
        assert not [each for each in todos.todos_of(other, DUE) if each.key.startswith(key)]

    def test_a_lead_only_types_the_number(self, page, metric):
        MeasurementFactory(
            metric=metric, window_start=date(2025, 10, 1), window_end=date(2025, 12, 31)
        )
        initial = self.initial(page, metric)
        assert initial == {
            "window_start": JANUARY,
            "window_end": date(2026, 3, 31),
            "exposure_months": 3,
            "population": "all",
            "source": "Platform's database",
            "grade": "counted",
        }

        page.post(reverse("impact:measurement-create", args=[metric.pk]), initial | {"count": 12})
        assert metric.measurements.get(status="draft").window_end == date(2026, 3, 31)

    def test_a_count_since_the_beginning_keeps_its_first_day(self, page, metric):
        metric.reading = "cumulative"
        metric.save()
        MeasurementFactory(
            metric=metric,
            window_start=date(2025, 1, 1),
            window_end=date(2025, 12, 31),
            exposure_months=12,
        )
        initial = self.initial(page, metric)

        assert (initial["window_start"], initial["window_end"]) == (
            date(2025, 1, 1),
            date(2026, 3, 31),
        )
        assert initial["exposure_months"] == 15

    def test_a_period_under_way_is_offered_until_yesterday(self, page, metric):
        yesterday = timezone.localdate() - timedelta(days=1)
        start = yesterday - timedelta(days=10)
        metrics.change_metric(metric, every_from=start, why="x", by=UserFactory())

        initial = self.initial(page, metric)
        assert (initial["window_start"], initial["window_end"]) == (start, yesterday)
        assert initial["exposure_months"] is None

    def test_nothing_is_offered_of_what_has_not_begun_or_without_a_rhythm(
        self, page, metric, engagement
    ):
        metrics.change_metric(metric, every_from=timezone.localdate(), why="x", by=UserFactory())

        assert self.initial(page, metric) == {}
        assert self.initial(page, MetricFactory(engagement=engagement)) == {}
