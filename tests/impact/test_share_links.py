"""A link to a report gives one report, to whoever holds it, for a time, and leaves no trace of its secret."""

import logging
import re
from datetime import timedelta
from secrets import token_urlsafe
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from impact import permissions
from impact.models import ShareLink, ShareView
from impact.services import reports
from tests.access.test_access import body_of
from tests.api_client import ReadingClient
from tests.crm.factories import MembershipFactory, UserFactory, person_as
from tests.impact.factories import (
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)

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
    def share(by, days=30):
        at = timezone.now()
        until = timezone.localdate(at) + timedelta(days=days)
        _link, path = reports.share_report(report, sent_to="The board", until=until, by=by, at=at)
        return path

    return share


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


class TestWhoMadeIt:
    """A link opens as long as whoever made it could make it again."""

    def test_ends_with_the_grant_of_the_funder_who_made_it(self, share, report):
        funding = FundingFactory(engagement=report.engagement)
        path = share(person_as(Role.FUNDER, funding.funder))
        assert opens(path)

        funding.reads_until = timezone.localdate() - timedelta(days=1)
        funding.starts_on = funding.reads_until
        funding.save()

        assert not opens(path)

    def test_a_grant_on_another_engagement_does_not_hold_it_open(self, share, report):
        funder = FundingFactory().funder

        assert not opens(share(person_as(Role.FUNDER, funder)))

    @pytest.mark.parametrize("event", ["account closed", "role ended"])
    def test_ends_with_the_account_and_with_the_role(self, share, report, event):
        maker = person_as(Role.COORDINATOR, report.engagement.member)
        path = share(maker)
        if event == "account closed":
            maker.is_active = False
            maker.save()
        else:
            maker.memberships.update(ended_on=timezone.localdate())

        assert not opens(path)

    @pytest.mark.parametrize(
        ("role", "where"),
        [(role, where) for role in Role.values for where in ("member", "funder", "elsewhere")],
    )
    def test_is_the_rule_of_who_may_share(self, share, report, role, where):
        funder = FundingFactory(engagement=report.engagement).funder
        place = {"member": report.engagement.member, "funder": funder, "elsewhere": None}[where]
        maker = person_as(role, place)

        assert opens(share(maker)) == permissions.can_share_report(maker, report)

    def test_two_roles_open_it_once(self, share, report):
        maker = UserFactory()
        for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
            MembershipFactory(user=maker, role=role, organisation=report.engagement.member)

        assert opens(share(maker))

    def test_those_who_run_the_engagement_see_why_it_opens_nothing_and_may_revoke_it(
        self, share, report, client
    ):
        maker = person_as(Role.COORDINATOR, report.engagement.member)
        share(maker)
        maker.is_active = False
        maker.save()
        client.force_login(person_as(Role.COORDINATOR, report.engagement.member))

        html = client.get(
            report.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()

        assert "closed: whoever made it may not share it any more" in html
        client.post(reverse("impact:share-link-revoke", args=[report.links.get().pk]))
        assert report.links.get().revoked_at


class TestWhoRevoked:
    def test_is_told_and_the_first_one_stays(self, path, report, client, coordinator):
        colleague = person_as(Role.COORDINATOR, report.engagement.member)
        client.force_login(colleague)
        for _click in range(2):
            client.post(reverse("impact:share-link-revoke", args=[report.links.get().pk]))
        first = report.links.get().revoked_at
        reports.revoke_share_link(report.links.get(), by=coordinator, at=timezone.now())

        assert (report.links.get().revoked_by, report.links.get().revoked_at) == (colleague, first)
        html = client.get(
            report.get_absolute_url(), headers={"accept-language": "en"}
        ).content.decode()
        assert re.search(rf"revoked by {re.escape(str(colleague))} on <time", html)

    def test_a_live_link_was_revoked_by_nobody(self, path, report, coordinator):
        with pytest.raises(IntegrityError, match="share_link_live_has_no_revoker"):
            report.links.update(revoked_by=coordinator)


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
