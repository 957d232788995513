"""A report is frozen as it was read, numbered, agreed to or not, shared by a link, and corrected in the open."""

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.files.checksums import checksum_of
from impact import todos
from impact.exports.report import pdf
from impact.models import ImpactReport, Measurement, ShareView
from impact.selectors import report_snapshot, reports, summaries
from impact.services import baselines, indicators
from impact.services.reports import publish_report, revoke_share_link, share_report, sign_report
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    BreakdownFactory,
    ClaimFactory,
    FundingFactory,
    IndicatorFactory,
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


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Job “platform” 🎉")


@pytest.fixture
def measured(engagement):
    metric = MetricFactory(
        engagement=engagement, indicator=IndicatorFactory(name_en="People back in work")
    )
    BaselineFactory(metric=metric)
    return MeasurementFactory(metric=metric)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


@pytest.fixture
def funder(engagement):
    return person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder)


@pytest.fixture
def report(measured, engagement, coordinator):
    return publish_as_read(engagement, by=coordinator, today=TODAY)


def page(name, *args):
    return reverse(f"impact:report-{name}", args=args)


def correct(measurement, count):
    return MeasurementFactory(
        metric=measurement.metric, corrects=measurement, count=count, recorded_on=TODAY
    )


class TestFreezing:
    @pytest.fixture
    def rich(self, engagement, measured):
        """Shares, groups, a net, an endless interval, a hypothesis, a claim, a figure beside, a refusal."""
        share = MetricFactory(engagement=engagement, indicator__share=True, position=1)
        BaselineFactory(
            metric=share,
            count=11,
            total=15,
            exposure_months=None,
            method="declared",
            hours=Decimal("9.5"),
        )
        MeasurementFactory(metric=share, count=45, total=80, exposure_months=None)
        MeasurementFactory(
            metric=share,
            count=None,
            percent=Decimal("61.25"),
            exposure_months=None,
            counts_in_total=False,
        )
        BaselineFactory(
            metric=measured.metric, method="hypothesis", count=1, exposure_months=Decimal("15.4")
        )
        ClaimFactory(metric=measured.metric)
        for count in (40, 12, 3):
            BreakdownFactory(measurement=measured, count=count)
        BreakdownFactory(
            measurement=share.measurements.get(total=80), dimension="age", count=20, total=40
        )
        payload = {"deadweight_asked": 30, "deadweight_answered": 20, "deadweight": 5}
        Measurement.objects.filter(pk=measured.pk).update(**payload)
        nothing = MetricFactory(engagement=engagement, position=2)
        BaselineFactory(metric=nothing, count=0)
        MeasurementFactory(metric=nothing, count=5)
        MetricFactory(engagement=engagement, position=3, target=500, target_on=date(2027, 1, 1))
        return summaries.summarise([engagement])[0]

    def test_what_comes_back_is_what_was_frozen(self, rich):
        frozen = json.loads(json.dumps(report_snapshot.dump(rich)))

        assert report_snapshot.dump(report_snapshot.load(frozen)) == frozen

    def test_the_numbers_that_come_back_are_the_numbers(self, rich):
        back = report_snapshot.load(json.loads(json.dumps(report_snapshot.dump(rich))))

        for before, after in zip(rich.metrics, back.metrics, strict=True):
            assert after.result == before.result
            assert after.series == before.series
            assert (after.disaggregations, after.least) == (before.disaggregations, before.least)
            assert [c.result for c in after.what_ifs] == [c.result for c in before.what_ifs]
            if before.comparison:
                assert (after.comparison.result, after.comparison.strength) == (
                    before.comparison.result,
                    before.comparison.strength,
                )

    def test_a_report_of_an_earlier_method_still_opens(self, rich):
        """Groups and net came later: what was frozen before knows neither."""
        frozen = json.loads(json.dumps(report_snapshot.dump(rich)))
        for told in frozen["figures"]:
            del (
                told["disaggregations"],
                told["least"],
                told["standing"]["net"],
                told["standing"]["no_net"],
            )
            for row in (*told["series"], *told["beside"], told["standing"]["latest"] or {}):
                if isinstance(row, dict):
                    for name in ("deadweight_asked", "deadweight_answered", "deadweight"):
                        row.pop(name, None)
        back = report_snapshot.load(frozen)

        assert [each.disaggregations for each in back.metrics] == [()] * len(back.metrics)
        assert {each.result.net for each in back.metrics} == {None}

    def test_nobody_is_named(self, rich, measured):
        frozen = json.dumps(report_snapshot.dump(rich))

        assert measured.author.full_name not in frozen
        assert measured.author.email not in frozen


class TestPublishing:
    def test_stays_as_it_was_whatever_changes_afterwards(self, report, measured, engagement):
        before = (report.contents, report.checksum)
        measured.metric.indicator.name_en = "Something else"
        measured.metric.indicator.save()
        correct(measured, 12)
        engagement.title = "Renamed"
        engagement.save()

        report.refresh_from_db()
        assert (report.contents, report.checksum) == before
        assert reports.is_intact(report)
        assert report.contents["figures"][0]["standing"]["count"] == 60

    def test_a_changed_figure_no_longer_matches_its_checksum(self, report):
        report.contents["figures"][0]["standing"]["count"] = 61

        assert not reports.is_intact(report)

    def test_other_figures_than_those_that_were_read_are_refused(
        self, engagement, measured, coordinator
    ):
        seal = checksum_of(reports.contents_of(engagement, today=TODAY))
        MeasurementFactory(
            metric=measured.metric, window_start=date(2026, 7, 1), window_end=date(2026, 7, 5)
        )

        with pytest.raises(Refused, match="changed while you were reading"):
            publish_report(engagement, by=coordinator, today=TODAY, seen=seal)
        assert not ImpactReport.objects.exists()

    def test_what_was_read_is_published(self, engagement, measured, coordinator):
        seal = checksum_of(reports.contents_of(engagement, today=TODAY))

        assert publish_report(engagement, by=coordinator, today=TODAY, seen=seal).number.startswith(
            "R2026-"
        )

    def test_a_second_click_finds_that_nothing_has_changed(self, report, engagement, coordinator):
        with pytest.raises(Refused, match=report.number):
            publish_as_read(engagement, by=coordinator, today=TODAY + timedelta(days=1))

    def test_numbers_follow_each_other_within_a_member(
        self, report, measured, engagement, coordinator
    ):
        correct(measured, 61)
        second = publish_as_read(engagement, by=coordinator, today=TODAY)

        series = f"R2026-{engagement.member_id}-"
        assert [report.number, second.number] == [f"{series}0001", f"{series}0002"]
        assert report.code != second.code

    def test_without_a_published_figure_there_is_nothing_to_report(self, engagement, coordinator):
        MeasurementFactory(metric=MetricFactory(engagement=engagement), status="draft")

        with pytest.raises(Refused, match="nothing to report"):
            publish_as_read(engagement, by=coordinator, today=TODAY)

    def test_tells_in_both_languages(self, report):
        assert "its stage is: Scoping." in report.contents["story"]["en"]
        assert "il en est à l’étape : Cadrage." in report.contents["story"]["fr"]


class TestTheWord:
    def test_is_given_once(self, report, lead):
        sign_report(report, agrees=True, by=lead, today=TODAY)

        with pytest.raises(Refused, match="already"):
            sign_report(report, agrees=False, comment="No", by=lead, today=TODAY)
        report.refresh_from_db()
        assert (report.word_agrees, report.word_on, report.word_by) == (True, TODAY, lead)

    def test_a_disagreement_says_why(self, report, lead):
        with pytest.raises(Refused) as refused:
            sign_report(report, agrees=False, comment="  ", by=lead, today=TODAY)

        assert "comment" in refused.value.message_dict

    @pytest.mark.parametrize(
        "wrong", [{"word_agrees": False}, {"word_on": TODAY}, {"word_comment": "x"}]
    )
    def test_the_database_wants_it_whole(self, report, wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImpactReport.objects.filter(pk=report.pk).update(**wrong)

    def test_the_database_wants_the_reason_of_a_disagreement(self, report, lead):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImpactReport.objects.filter(pk=report.pk).update(
                word_agrees=False, word_on=TODAY, word_by=lead
            )

    def test_the_lead_is_asked_and_then_no_longer(self, report, lead):
        assert report.number in [need.title for need in todos.todos_of(lead, TODAY)]

        sign_report(report, agrees=True, by=lead, today=TODAY)

        assert report.number not in [need.title for need in todos.todos_of(lead, TODAY)]


class TestCorrections:
    def test_nothing_has_changed_at_first(self, report):
        assert reports.changes_since(report) == {}

    def test_a_correction_and_its_correction_are_told(self, report, measured):
        first = correct(measured, 12)
        correct(first, 14)

        sentences = reports.changes_since(report)[1]

        assert [re.findall(r"\d+ people", sentence) for sentence in sentences] == [
            ["60 people", "12 people"],
            ["12 people", "14 people"],
        ]

    def test_a_figure_that_is_new_or_not_published_is_no_correction(self, report, measured):
        later = MeasurementFactory(
            metric=measured.metric,
            window_start=date(2026, 7, 1),
            window_end=date(2026, 7, 5),
            count=3,
        )
        correct(later, 4)
        MeasurementFactory(metric=measured.metric, corrects=measured, status="draft")

        assert reports.changes_since(report) == {}

    def test_a_changed_baseline_says_why(self, report, measured, lead, coordinator):
        baseline = measured.metric.baselines.get()
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)
        baselines.change_baseline(
            baseline, count=12, why="Two were forgotten", by=coordinator, today=TODAY
        )

        assert "Two were forgotten" in reports.changes_since(report)[1][0]

    def test_a_definition_written_anew_is_told(self, report, measured, coordinator):
        indicators.change_indicator(
            measured.metric.indicator, definition_en="Else", why="Clearer", by=coordinator
        )

        assert "definition" in reports.changes_since(report)[1][0]

    def test_the_unit_of_a_single_one_given_later_corrects_nothing(
        self, report, measured, coordinator
    ):
        indicators.change_indicator(
            measured.metric.indicator, unit_one_fr="personne", why="One", by=coordinator
        )

        assert reports.changes_since(report) == {}

    @pytest.mark.parametrize("size", [1, 6])
    def test_five_statements_whatever_the_report(self, engagement, coordinator, size):
        for place in range(size):
            metric = MetricFactory(engagement=engagement, position=place)
            BaselineFactory(metric=metric)
            correct(MeasurementFactory(metric=metric), 9)
        report = publish_as_read(engagement, by=coordinator, today=TODAY)

        with CaptureQueriesContext(connection) as asked:
            reports.changes_since(report)

        assert len(asked) == 5


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


class TestTheFiles:
    def test_the_paper_is_tagged_and_has_its_address(self, client, funder, report):
        client.force_login(funder)

        content = client.get(page("file", report.pk, "pdf")).content

        assert content.startswith(b"%PDF")
        assert b"/StructTreeRoot" in content
        assert pdf.paper_of(report)["address"].endswith(page("check", report.code))

    def test_the_paper_tells_what_was_corrected(self, report, measured):
        correct(measured, 12)

        assert "12 people" in pdf.paper_of(report)["notices"][0]

    def test_the_spreadsheet_holds_numbers_and_no_formula(
        self, client, funder, engagement, measured, coordinator
    ):
        measured.source = "=1+1"
        measured.save()
        report = publish_as_read(engagement, by=coordinator, today=TODAY)
        client.force_login(funder)
        content = client.get(page("file", report.pk, "xlsx")).content
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        figures = book.get_sheet_by_name("Figures").to_python()

        cells = dict(zip(figures[0], figures[1], strict=True))
        assert (cells["Count"], cells["Months"], cells["From"]) == (60, 6, date(2026, 1, 1))
        assert cells["Multiplier"] == pytest.approx(12)
        with ZipFile(BytesIO(content)) as parts:
            sheets = [parts.read(name) for name in parts.namelist() if "/worksheets/sheet" in name]
        assert not any(b"<f>" in sheet for sheet in sheets)

    def test_the_data_prove_themselves(self, client, funder, report):
        client.force_login(funder)

        data = json.loads(client.get(page("file", report.pk, "json")).content)

        assert checksum_of(data["contents"]) == data["checksum"] == report.checksum

    def test_there_is_no_other_file(self, client, funder, report):
        client.force_login(funder)

        assert client.get(page("file", report.pk, "exe")).status_code == 404


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


class TestApi:
    URL = "/api/v1/reports/"

    def test_publishes_reads_signs_and_shares(
        self, client, coordinator, lead, engagement, measured
    ):
        client.force_login(coordinator)
        body = client.get(f"/api/v1/impact/{engagement.pk}/to-publish/").json()["seen"]
        payload = {"engagement": engagement.pk, "seen": body}
        response = client.post(self.URL, payload, content_type="application/json")
        assert response.status_code == 201
        url = f"{self.URL}{response.json()['id']}/"
        assert checksum_of(client.get(url).json()["contents"]) == response.json()["checksum"]

        again = client.post(self.URL, payload, content_type="application/json")
        assert (again.status_code, "Nothing has changed" in str(again.json())) == (400, True)
        payload = {"sent_to": "A", "until": str(timezone.localdate())}
        shared = client.post(f"{url}share/", payload, content_type="application/json")
        assert "/impact/shared/open/" in shared.json()["address"]

        client.force_login(lead)
        signed = client.post(f"{url}sign/", {"agrees": False}, content_type="application/json")
        assert (signed.status_code, list(signed.json()["errors"])) == (400, ["comment"])
        client.post(
            f"{url}sign/", {"agrees": False, "comment": "No"}, content_type="application/json"
        )
        assert client.get(self.URL).json()["results"][0]["word_comment"] == "No"

    def test_a_stranger_finds_none(self, client, report):
        client.force_login(UserFactory())

        assert client.get(self.URL).json()["results"] == []

    @pytest.mark.parametrize("size", [1, 8])
    def test_statements_of_the_list(self, client, funder, engagement, measured, coordinator, size):
        for number in range(size):
            measured.count += 1
            measured.save()
            publish_as_read(engagement, by=coordinator, today=TODAY + timedelta(days=number))
        client.force_login(funder)
        client.get(self.URL)

        with CaptureQueriesContext(connection) as asked:
            client.get(self.URL)

        assert len(asked) == 4
