"""The pages of targets: set, changed, taken away, and read by a funder."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from impact.models import Target
from impact.services import metrics
from tests.crm.factories import UserFactory, person_as
from tests.impact.factories import FundingFactory, MeasurementFactory, MetricFactory, TargetFactory

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def page(self, client, coordinator):
        client.force_login(coordinator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def read(self, client, name, pk):
        return client.get(reverse(f"impact:{name}", args=[pk])).content.decode()

    def test_a_target_is_set_changed_and_taken_away(self, page, metric):
        today = timezone.localdate()
        payload = {
            "window_start": today - timedelta(days=9),
            "window_end": today + timedelta(days=9),
            "value": "40",
        }
        page.post(reverse("impact:target-create", args=[metric.pk]), payload)
        target = Target.objects.get()
        change = reverse("impact:target-change", args=[target.pk])

        refused = page.post(change, payload | {"value": "30", "why": "", "seen": 1})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["why"])
        page.post(change, payload | {"value": "30", "why": "Too high “at first”", "seen": 1})
        response = self.read(page, "target-list", metric.pk)
        assert "Too high “at first”" in response
        assert "period under way" in response

        gone = page.post(
            reverse("impact:target-delete", args=[target.pk]),
            {"why": "No longer wanted", "seen": 2},
        )
        assert gone.headers["Location"] == reverse("impact:target-list", args=[metric.pk])
        assert "No longer wanted" in self.read(page, "target-list", metric.pk)

    @pytest.mark.parametrize("value", ["", "many", "-1", "1e308", "NaN", "1.5"])
    def test_bad_numbers_are_told_at_the_field(self, page, metric, value):
        payload = {"window_start": "2026-01-01", "window_end": "2026-03-31", "value": value}
        response = page.post(reverse("impact:target-create", args=[metric.pk]), payload)

        assert (response.status_code, list(response.context["form"].errors)) == (422, ["value"])

    def test_the_form_offers_the_period_after_the_last(self, page, metric):
        metrics.change_metric(metric, every=3, every_from=FIRST, why="x", by=UserFactory())
        url = reverse("impact:target-create", args=[metric.pk])
        assert page.get(url).context["form"].initial == {"window_start": FIRST, "window_end": LAST}
        TargetFactory(metric=metric, window_end=LAST)

        following = {"window_start": date(2026, 4, 1), "window_end": date(2026, 6, 30)}
        assert page.get(url).context["form"].initial == following

    @pytest.mark.parametrize(("language", "words"), [("en", "not reached"), ("fr", "pas atteint")])
    def test_a_funder_reads_what_was_wanted_and_what_it_came_to(
        self, client, metric, language, words
    ):
        TargetFactory(metric=metric, value=Decimal(61), set_on=date(2026, 2, 1))
        MeasurementFactory(metric=metric)
        client.force_login(
            person_as(Role.FUNDER, FundingFactory(engagement=metric.engagement).funder)
        )
        headers = {"accept-language": language}

        for url in (
            reverse("impact:summary"),
            reverse("impact:engagement-impact", args=[metric.engagement_id]),
        ):
            html = client.get(url, headers=headers).content.decode()
            assert words in html
            assert (
                "Targets by period" in html if language == "en" else "Objectifs par période" in html
            )

    def test_the_number_of_statements_stays(self, page, metric, django_assert_num_queries):
        for size in (1, 9):
            for n in range(size):
                day = date(2010 + size + n, 1, 1)
                TargetFactory(metric=metric, window_start=day, window_end=day)
            with django_assert_num_queries(15):
                self.read(page, "target-list", metric.pk)
