"""Who is told a small group, by page, API and report: its writers alone."""

import re
from datetime import date

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from impact.selectors import summaries
from impact.selectors.results import MeasurementRow
from tests.crm.factories import UserFactory, person_as
from tests.impact.factories import (
    BreakdownFactory,
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

TODAY = date(2026, 7, 15)


def figure(pk, count, total=None):
    nothing = dict.fromkeys(MeasurementRow._fields)
    return MeasurementRow(**nothing | {"pk": pk, "count": count, "total": total})


@pytest.mark.django_db
class TestReaders:
    @pytest.fixture
    def measured(self, member, coordinator):
        metric = MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
        row = MeasurementFactory(metric=metric, count=10_000)
        for label, count in (("Femmes", 8_282), ("Hommes", 1_715), ("Autres", 3)):
            BreakdownFactory(measurement=row, label_fr=label, label_en="", count=count)
        return row

    @pytest.fixture
    def funder(self, measured):
        return person_as(Role.FUNDER, FundingFactory(engagement=measured.metric.engagement).funder)

    def pages(self, measured):
        engagement = measured.metric.engagement_id
        return [
            reverse("impact:engagement-impact", args=[engagement]),
            reverse("impact:summary"),
            reverse("impact:measurement-detail", args=[measured.pk]),
            f"/api/v1/impact/{engagement}/",
            f"/api/v1/measurements/{measured.pk}/",
        ]

    def test_nobody_is_told_a_small_group_but_its_writers(self, client, measured, funder):
        for person in (
            funder,
            person_as(Role.FUNDER, FundingFactory(engagement=measured.metric.engagement).funder),
        ):
            client.force_login(person)
            for url in self.pages(measured):
                body = client.get(url, headers={"accept-language": "en"}).content.decode()
                assert not re.search(r">(at least )?3<|\b1,?715\b|\"count\":3\b", body), url

    def test_the_page_shows_the_others_and_says_why(self, client, measured, funder):
        client.force_login(funder)
        url = reverse("impact:engagement-impact", args=[measured.metric.engagement_id])
        body = client.get(url, headers={"accept-language": "en"}).content.decode()

        assert "By gender" in body
        assert "Groups of fewer than 5 people are not shown" in body
        assert "<span>8,282</span>" in body.replace("\n", "")

    def test_the_api_tells_the_writer_all_of_them(self, client, measured, coordinator):
        client.force_login(coordinator)
        body = client.get(f"/api/v1/measurements/{measured.pk}/").json()["groups"]

        assert [(group["label_fr"], group["count"]) for group in body] == [
            ("Femmes", 8_282),
            ("Hommes", 1_715),
            ("Autres", 3),
        ]

    def test_the_api_tells_a_funder_none_of_them(self, client, measured, funder):
        client.force_login(funder)

        assert client.get(f"/api/v1/measurements/{measured.pk}/").json()["groups"] == []

    def test_the_api_writes_them_and_refuses_at_their_field(self, client, measured, coordinator):
        client.force_login(coordinator)
        figure = {"metric": measured.metric_id, "count": 50, "source": "Database"}
        figure |= {"window_start": "2025-01-01", "window_end": "2025-06-30"}
        groups = [{"dimension": "gender", "label_fr": "Femmes", "count": 40}]

        made = client.post(
            "/api/v1/measurements/", figure | {"groups": groups}, content_type="application/json"
        )
        figure |= {"window_start": "2024-01-01", "window_end": "2024-06-30"}
        groups[0]["count"] = 51
        wrong = client.post(
            "/api/v1/measurements/", figure | {"groups": groups}, content_type="application/json"
        )

        assert made.status_code == 201
        assert made.json()["groups"][0]["count"] == 40
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["groups"])

    def test_a_report_freezes_what_a_reader_may_see(self, measured, coordinator):
        report = publish_as_read(measured.metric.engagement, by=coordinator, today=TODAY)
        groups = report.contents["figures"][0]["disaggregations"][0]["groups"]

        assert [group["count"] for group in groups] == [8_282, None, None]
        assert "1715" not in str(report.contents["figures"][0]["disaggregations"])

    def test_a_corrected_figure_takes_its_groups_out_of_the_summary(self, measured, coordinator):
        row = MeasurementFactory(
            metric=measured.metric, corrects=measured, count=9_000, author=UserFactory()
        )
        (summary,) = summaries.summarise([measured.metric.engagement])[0].metrics

        assert summary.disaggregations == ()
        assert summary.result.count == row.count
