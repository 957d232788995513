"""The pages of a report, and the one on which anybody checks it."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from impact.models import ImpactReport
from tests.impact.factories import (
    BaselineFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(name, *args):
    return reverse(f"impact:report-{name}", args=args)


def correct(measurement, count):
    return MeasurementFactory(
        metric=measurement.metric, corrects=measurement, count=count, recorded_on=TODAY
    )


class TestThePages:
    def test_a_coordinator_reads_it_publishes_it_and_shares_it(
        self, client, coordinator, engagement, measured
    ):
        client.force_login(coordinator)
        response = client.get(page("create", engagement.pk))
        assert "60 people" in response.content.decode()

        published = client.post(
            page("create", engagement.pk), {"seen": response.context["seal"]}, follow=True
        )

        report = ImpactReport.objects.get()
        assert published.redirect_chain[-1][0] == page("detail", report.pk)
        assert "no word yet" in published.content.decode()

    def test_a_button_without_a_seal_is_refused_and_shows_the_figures(
        self, client, coordinator, engagement, measured
    ):
        client.force_login(coordinator)

        response = client.post(page("create", engagement.pk))

        assert response.status_code == 422
        assert "Say which version you have read" in response.content.decode()

    def test_without_figures_it_says_what_to_do(self, client, coordinator, engagement):
        client.force_login(coordinator)

        assert "nothing to report" in client.get(page("create", engagement.pk)).content.decode()

    def test_the_page_shows_what_was_frozen_and_what_was_corrected(
        self, client, funder, report, measured
    ):
        correct(measured, 12)
        client.force_login(funder)

        html = client.get(page("detail", report.pk)).content.decode()

        assert "60 people in 6 months" in html
        assert "became 12 people" in html

    def test_a_figure_has_its_passport(self, client, funder, report, measured):
        client.force_login(funder)

        html = client.get(page("figure", report.pk, 1)).content.decode()

        assert measured.source in unescape(html)
        assert "Clopper-Pearson" in html
        assert client.get(page("figure", report.pk, 2)).status_code == 404
        assert client.get(page("figure", report.pk, 0)).status_code == 404

    def test_the_lead_disagrees_and_is_quoted(self, client, lead, report):
        client.force_login(lead)
        refused = client.post(page("sign", report.pk), {"word": "disagree", "comment": ""})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["comment"])

        client.post(
            page("sign", report.pk), {"word": "disagree", "comment": "<b>Nine</b> “came back” 🎉"}
        )

        html = client.get(page("detail", report.pk)).content.decode()
        assert "&lt;b&gt;Nine&lt;/b&gt;" in html
        again = client.get(page("sign", report.pk), follow=True)
        assert (
            "The beneficiary has given its word on this report already." in again.content.decode()
        )

    @pytest.mark.parametrize("size", [1, 5])
    def test_statements_of_the_page_do_not_grow(
        self, client, funder, engagement, coordinator, size
    ):
        for place in range(size):
            metric = MetricFactory(engagement=engagement, position=place)
            BaselineFactory(metric=metric)
            MeasurementFactory(metric=metric)
        report = publish_as_read(engagement, by=coordinator, today=TODAY)
        client.force_login(funder)
        client.get(page("detail", report.pk))

        with CaptureQueriesContext(connection) as asked:
            client.get(page("detail", report.pk))

        assert len(asked) == 12

    @pytest.mark.parametrize("size", [1, 12])
    def test_statements_of_the_list_do_not_grow(
        self, client, funder, engagement, measured, coordinator, size
    ):
        for number in range(size):
            measured.count += 1
            measured.save()
            publish_as_read(engagement, by=coordinator, today=TODAY + timedelta(days=number))
        client.force_login(funder)
        client.get(page("list"))

        with CaptureQueriesContext(connection) as asked:
            response = client.get(page("list"))

        assert (len(asked), len(response.context["reports"])) == (6, size)


class TestTheCheck:
    def test_says_that_it_is_genuine_and_what_was_corrected(self, client, report, measured):
        address = page("check", report.code)
        assert "genuine, stands as published" in client.get(address).content.decode()

        correct(measured, 12)

        html = client.get(address).content.decode()
        assert "genuine, corrected since" in html
        assert "became 12 people" in html

    def test_says_that_it_was_tampered_with(self, client, report):
        contents = report.contents | {"half_days": 9_000}
        ImpactReport.objects.filter(pk=report.pk).update(contents=contents)

        assert "do not match" in client.get(page("check", report.code)).content.decode()

    def test_names_the_report_that_came_after(
        self, client, report, measured, engagement, coordinator
    ):
        correct(measured, 9)
        later = publish_as_read(engagement, by=coordinator, today=TODAY)

        assert later.number in client.get(page("check", report.code)).content.decode()

    def test_a_wrong_code_is_unknown(self, client, db):
        assert client.get(page("check", "x" * 43)).status_code == 404
