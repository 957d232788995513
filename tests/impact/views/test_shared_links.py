"""A link to a report gives one report, to whoever holds it, for a time, and leaves no trace of its secret."""

import logging
import re
from datetime import timedelta
from secrets import token_urlsafe

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from impact.models import ShareLink, ShareView
from impact.services import reports
from tests.access.test_access import body_of
from tests.crm.factories import person_as
from tests.impact.factories import MeasurementFactory, MetricFactory, publish_as_read
from tests.impact.shared import sharing

pytestmark = pytest.mark.django_db
OTHERWISE = [
    ("head", {}),
    ("get", {"data": {"format": "json", "print": "1"}}),
    ("get", {"headers": {"range": "bytes=0-", "accept": "application/json"}}),
    ("options", {}),
    ("put", {}),
]


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
def pages(report):
    def at(name, *args):
        return reverse(f"impact:shared-{name}", args=[report.pk, *args])

    return [
        at("cover"),
        at("report"),
        at("figure", 1),
        at("file", "pdf"),
        at("file", "xlsx"),
        at("file", "json"),
    ]


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


class TestTheSecret:
    def test_has_256_bits(self, path):
        assert re.fullmatch(r"[\w-]{43}", secret_of(path))

    def test_lies_in_a_cookie_that_scripts_other_pages_and_other_sites_do_not_get(
        self, path, report, settings
    ):
        settings.SESSION_COOKIE_SECURE = True
        cookie = Client().get(path).cookies["relais-report"]

        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
        assert cookie["path"] == reverse("impact:shared-cover", args=[report.pk])

    def test_is_told_to_nobody_by_the_page_that_takes_it(self, path):
        entered = Client().get(path)

        assert (entered["Referrer-Policy"], entered.content) == ("no-referrer", b"")

    def test_stands_on_no_page_and_in_no_file(self, reader, pages, path):
        for page in pages:
            assert secret_of(path).encode() not in reader.get(page).content

    def test_stands_in_no_log_alive_dead_or_cut_short(
        self, reader, path, report, coordinator, caplog
    ):
        caplog.set_level(logging.DEBUG)
        Client().get(path)
        Client().get(path[:-3] + "/")
        reports.revoke_share_link(report.links.get(), by=coordinator, at=timezone.now())
        Client().get(path)

        assert secret_of(path)[:20] not in caplog.text


class TestEveryPage:
    def test_stays_out_of_caches_search_engines_and_other_sites_referrers(
        self, reader, pages, path
    ):
        for page in (*pages, path, "/impact/shared/open/wrong/"):
            answer = reader.get(page)
            assert answer["X-Robots-Tag"] == "noindex", page
            assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", ")), page
            assert answer["Referrer-Policy"] in ("no-referrer", "same-origin"), page

    def test_gives_no_more_when_asked_otherwise(self, reader, pages):
        for page in pages:
            for method, how in OTHERWISE:
                assert getattr(Client(), method)(page, **how).status_code in (404, 405)
            assert reader.head(page).content == b""
            assert reader.get(page, headers={"range": "bytes=0-9"}).status_code == 200
            assert (
                reader.get(page, {"format": "json"})["Content-Type"]
                == reader.get(page)["Content-Type"]
            )

    def test_needs_no_script(self, reader, pages):
        for page in pages[:3]:
            assert not re.search(
                r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:", reader.get(page).content.decode()
            )

    def test_names_nobody_who_works_on_it(self, reader, pages, coordinator):
        for page in pages[:3]:
            assert coordinator.full_name not in reader.get(page).content.decode()


class TestDeadLinks:
    def test_wrong_expired_revoked_and_widowed_look_the_same(
        self, share, report, coordinator, client
    ):
        gone = person_as(Role.COORDINATOR, report.engagement.member)
        paths = [
            share(coordinator),
            share(coordinator),
            share(gone),
            f"/impact/shared/open/{token_urlsafe(32)}/",
        ]
        first, second, _third = report.links.order_by("pk")
        ShareLink.objects.filter(pk=first.pk).update(
            made_at=timezone.now() - timedelta(days=9),
            expires_at=timezone.now() - timedelta(seconds=1),
        )
        reports.revoke_share_link(second, by=coordinator, at=timezone.now())
        gone.is_active = False
        gone.save()

        answers = [client.get(path) for path in paths]
        alike = {
            (answer.status_code, body_of(answer, path), str(sorted(answer.headers.items())))
            for answer, path in zip(answers, paths, strict=True)
        }
        assert len(alike) == 1

    def test_guesses_find_nothing_and_are_slowed_down(self, path, client):
        answers = [
            client.get(f"/impact/shared/open/{token_urlsafe(32)}/").status_code for _n in range(300)
        ]

        assert answers == [404] * 30 + [429] * 270
        refused = client.get(f"/impact/shared/open/{token_urlsafe(32)}/")
        assert (refused["Retry-After"], refused["X-Robots-Tag"]) == ("900", "noindex")
        assert opens(path)  # another reader behind the same address is not shut out


class TestCounting:
    def test_looking_counts_nothing(self, path, report, pages):
        client = Client()
        for page in (path, path, *pages):
            client.get(page)
            client.head(page)

        assert ShareView.objects.count() == 0

    def test_a_second_click_a_refresh_and_a_robot_count_once(self, path, report):
        cover = reverse("impact:shared-cover", args=[report.pk])
        client = Client()
        client.get(path)
        cookie = client.cookies["relais-report"].value
        for _n in range(50):
            client.post(cover)
            client.cookies["relais-report"] = cookie

        assert ShareView.objects.count() == 1

    def test_another_reading_counts_later(self, path, report):
        link = report.links.get()
        now = timezone.now()

        for seconds in (0, 59, 61, 100, 200):
            reports.count_view(link, at=now + timedelta(seconds=seconds))

        assert ShareView.objects.count() == 3

    def test_a_page_that_was_read_does_not_count_again(self, reader, report, pages):
        ShareView.objects.update(at=timezone.now() - timedelta(hours=1))

        reader.post(pages[0])

        assert ShareView.objects.count() == 1
