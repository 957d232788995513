"""Links to reports through the API: the address is told once."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.impact.factories import (
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)
from tests.impact.shared import sharing

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(member, coordinator):
    row = MeasurementFactory(metric=MetricFactory(engagement__member=member))
    return publish_as_read(row.metric.engagement, by=coordinator, today=timezone.localdate())


@pytest.fixture
def share(report):
    return sharing(report)


@pytest.fixture
def path(share, coordinator):
    return share(coordinator)


@pytest.fixture
def reader(path, report):
    client = Client(headers={"accept-language": "en"})
    client.get(path)
    client.post(reverse("impact:shared-cover", args=[report.pk]))
    return client


def secret_of(path):
    return path.rstrip("/").rsplit("/", 1)[-1]


def opens(path):
    return Client().get(path).status_code == 302


class TestTheApi:
    @pytest.fixture
    def api(self, coordinator):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(coordinator)
        return client

    def made(self, api, report, **changes):
        until = timezone.localdate() + timedelta(days=30)
        body = {"sent_to": "The board", "until": str(until)} | changes
        return api.post(reverse("api:impactreport-share", args=[report.pk]), body)

    def test_tells_the_address_once_and_the_link_ever_after(self, api, report):
        answer = self.made(api, report)
        made = answer.json()
        path = urlsplit(made.pop("address")).path

        assert (answer.status_code, made["opens"], made["readings"]) == (201, True, 0)
        assert opens(path)
        assert api.get(reverse("api:sharelink-detail", args=[made["id"]])).json() == made
        listed = api.get(reverse("api:sharelink-list"), {"report": report.pk})
        assert listed.json()["results"] == [made]
        assert secret_of(path).encode() not in listed.content

    def test_counts_the_readings(self, api, path, report, reader):
        body = api.get(reverse("api:sharelink-detail", args=[report.links.get().pk])).json()

        assert (body["readings"], body["last_read_at"] is None) == (1, False)

    def test_revokes(self, api, report, coordinator):
        made = self.made(api, report).json()

        body = api.post(reverse("api:sharelink-revoke", args=[made["id"]])).json()

        assert (body["opens"], body["revoked_by"], body["revoked_at"] is None) == (
            False,
            coordinator.pk,
            False,
        )
        assert not opens(urlsplit(made["address"]).path)

    @pytest.mark.parametrize("days", [-1, 400])
    def test_refuses_at_its_field_what_the_page_refuses(self, api, report, days):
        answer = self.made(api, report, until=str(timezone.localdate() + timedelta(days=days)))

        assert answer.status_code == 400
        assert answer.json()["errors"]["until"] == [
            "A link opens for a year at most, from today on."
        ]

    def test_a_funder_reads_the_links_they_made_and_no_other(self, report, path):
        one, other = (
            person_as(Role.FUNDER, FundingFactory(engagement=report.engagement).funder)
            for _n in range(2)
        )
        for funder, expected in ((one, ["Of one"]), (other, ["Of other"])):
            api = ReadingClient()
            api.force_authenticate(funder)
            assert self.made(api, report, sent_to=expected[0]).status_code == 201
            listed = api.get(reverse("api:sharelink-list")).json()["results"]
            assert [link["sent_to"] for link in listed] == expected

    @pytest.mark.parametrize("links", [2, 20])
    def test_the_list_asks_as_much_for_two_as_for_twenty(self, api, share, coordinator, links):
        for _n in range(links):
            share(coordinator)

        with CaptureQueriesContext(connection) as asked:
            assert len(api.get(reverse("api:sharelink-list")).json()["results"]) == links

        assert len(asked) == 2
