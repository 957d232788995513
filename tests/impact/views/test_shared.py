"""A report is read by its link: that report alone, without an account."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from impact.models import ShareView
from impact.services.reports import revoke_share_link, share_report
from tests.impact.factories import MeasurementFactory, publish_as_read

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


class TestSharing:
    @pytest.fixture
    def path(self, report, coordinator):
        _link, path = share_report(
            report,
            sent_to="The board",
            until=timezone.localdate() + timedelta(days=30),
            by=coordinator,
            at=timezone.now(),
        )
        return path

    def read(self, client, path, report):
        client.get(path)
        return client.post(reverse("impact:shared-cover", args=[report.pk]), follow=True)

    def test_is_read_without_an_account_and_counted_once_asked(self, client, path, report):
        cover = client.get(path, follow=True)
        assert (cover.status_code, ShareView.objects.count()) == (200, 0)
        assert "60 people" not in cover.content.decode()

        response = self.read(client, path, report)

        assert "60 people in 6 months" in response.content.decode()
        assert ShareView.objects.count() == 1

    def test_the_secret_is_in_no_address_and_told_to_no_other_site(self, client, path, report):
        entered = client.get(path)
        token = path.rstrip("/").rsplit("/", 1)[-1]

        assert token not in entered["Location"]
        assert entered["Referrer-Policy"] == "no-referrer"
        assert (
            entered.cookies["relais-report"]["path"],
            entered.cookies["relais-report"]["httponly"],
        ) == (
            reverse("impact:shared-cover", args=[report.pk]),
            True,
        )
        response = self.read(client, path, report)
        assert token not in response.content.decode()
        assert response["X-Robots-Tag"] == "noindex"

    def test_files_and_passports_open_by_it(self, client, path, report):
        self.read(client, path, report)

        assert (
            client.get(reverse("impact:shared-file", args=[report.pk, "json"])).status_code == 200
        )
        assert client.get(reverse("impact:shared-figure", args=[report.pk, 1])).status_code == 200

    def test_opens_its_own_report_alone(
        self, client, path, report, measured, engagement, coordinator
    ):
        correct(measured, 9)
        other = publish_as_read(engagement, by=coordinator, today=TODAY)
        client.get(path)
        client.cookies["relais-report"]["path"] = "/"

        assert client.get(reverse("impact:shared-cover", args=[other.pk])).status_code == 404

    @pytest.mark.parametrize("end", ["revoked", "expired"])
    def test_a_dead_link_opens_nothing_any_more(self, client, path, report, coordinator, end):
        self.read(client, path, report)
        link = report.links.get()
        if end == "revoked":
            revoke_share_link(link, by=coordinator, at=timezone.now())
        else:
            report.links.update(
                made_at=datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone()),
                expires_at=timezone.now() - timedelta(seconds=1),
            )

        for address in (path, reverse("impact:shared-report", args=[report.pk])):
            assert client.get(address).status_code == 404

    def test_a_guessed_link_opens_nothing(self, client, report):
        for token in ("x" * 43, "x" * 5000, "%00", "é"):
            assert client.get(reverse("impact:shared-enter", args=[token])).status_code == 404

    def test_only_its_digest_is_kept(self, path, report):
        token = path.rstrip("/").rsplit("/", 1)[-1]

        assert token not in repr(list(report.links.values()))

    @pytest.mark.parametrize("days", [-1, 367])
    def test_it_opens_for_a_year_at_most(self, report, coordinator, days):
        until = timezone.localdate() + timedelta(days=days)

        with pytest.raises(Refused, match="a year at most"):
            share_report(report, sent_to="A", until=until, by=coordinator, at=timezone.now())

    def test_the_address_is_shown_once(self, client, coordinator, report):
        client.force_login(coordinator)

        answered = client.post(
            page("share", report.pk),
            {"sent_to": "“Board” 🎉", "until": timezone.localdate()},
            follow=True,
        ).content.decode()

        path = re.search(r"/impact/shared/open/([\w-]{43})/", answered)
        assert Client().get(path[0]).status_code == 302
        assert path[1] not in client.get(page("detail", report.pk)).content.decode()

    def test_a_funder_sees_and_revokes_the_links_they_made(
        self, client, coordinator, funder, path, report
    ):
        until = timezone.localdate() + timedelta(days=9)
        share_report(report, sent_to="My board", until=until, by=funder, at=timezone.now())
        client.force_login(funder)
        html = client.get(page("detail", report.pk)).content.decode()
        assert ("My board" in html, "The board" in html) == (True, False)

        own, other = report.links.get(made_by=funder), report.links.get(made_by=coordinator)
        assert client.post(reverse("impact:share-link-revoke", args=[other.pk])).status_code == 404
        client.post(reverse("impact:share-link-revoke", args=[own.pk]))

        own.refresh_from_db()
        assert own.revoked_at is not None

    def test_a_reading_by_hand_needs_the_cover_first(self, client, path, report):
        client.get(path)

        response = client.get(reverse("impact:shared-report", args=[report.pk]))

        assert (response.status_code, response["Location"]) == (
            302,
            reverse("impact:shared-cover", args=[report.pk]),
        )
        assert client.get(reverse("impact:shared-file", args=[report.pk, "pdf"])).status_code == 404
