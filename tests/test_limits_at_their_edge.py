"""“n at most”: the one before the last and the last are taken, the next one is refused and writes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.files.uploaded_tables import MAX_COLUMNS, MAX_ROWS, rows_of_text
from crm.models import ApiKey, Attachment, Snooze, SupportRequest
from crm.services import requests, snoozes
from crm.services.attachments import attach
from crm.services.keys import KeyPlan, make_key
from engagements.models import CalendarLink, HealthOverride
from engagements.services import health
from engagements.services.calendars import MAX_CALENDAR_LINKS, make_calendar_link
from impact.models import Evidence, ShareLink, Target
from impact.selectors import reports
from impact.services.evidence import add_evidence
from impact.services.reports import MAX_LINK_DAYS, publish_report, share_report
from impact.services.targets import MAX_TARGETS, set_target
from tests.crm.factories import SupportRequestFactory, UserFactory
from tests.engagements.factories import EngagementFactory
from tests.entering import enter
from tests.impact.factories import MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


def a_file(number):
    return SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.4 " + str(number).encode())


def attachments():
    request = SupportRequestFactory()
    return lambda number: attach(request, a_file(number), at=NOW)


def evidence():
    measurement, user = MeasurementFactory(), UserFactory()
    return lambda number: add_evidence(measurement, a_file(number), by=user, today=TODAY)


def drafts():
    common = {"contact_name": "A", "language": "fr", "network": "192.0.2.1", "at": NOW}
    return lambda number: requests.start_request(email=f"a{number}@ask.example", **common)


def calendars():
    user = UserFactory()
    return lambda number: make_calendar_link(user, at=NOW)


def targets():
    metric, user = MetricFactory(), UserFactory()

    def set_one(number):
        first = date(2030, 1, 1) + number * 2 * DAY
        set_target(
            metric, by=user, today=TODAY, window_start=first, window_end=first + DAY, value=5
        )

    return set_one


def keys():
    user = UserFactory()
    return lambda number: make_key(user, KeyPlan("One", 30), at=timezone.now())


COUNTED = {
    "files of a request": (Attachment, settings.REQUEST_LIMITS["attachments"], attachments),
    "files of a figure": (Evidence, settings.REQUEST_LIMITS["attachments"], evidence),
    "drafts of a network in an hour": (
        SupportRequest,
        settings.REQUEST_LIMITS["drafts_an_hour"],
        drafts,
    ),
    "calendar addresses": (CalendarLink, MAX_CALENDAR_LINKS, calendars),
    "targets of a metric": (Target, MAX_TARGETS, targets),
    "keys of the API": (ApiKey, settings.REST_KNOX["TOKEN_LIMIT_PER_USER"], keys),
}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("what", COUNTED)
def test_the_last_one_is_taken_and_the_next_is_refused(what):
    model, most, prepare = COUNTED[what]
    add = prepare()
    before = model.objects.count()

    for number in range(most):
        add(number)
    with pytest.raises(Refused, match=r"\d|network|réseau"):
        add(most)

    assert model.objects.count() == before + most


def put_off(days):
    until = TODAY + days * DAY
    snoozes.snooze(f"late:1:{TODAY}", title="Late", until=until, by=UserFactory(), at=NOW)


def set_by_hand(days):
    until = TODAY + days * DAY
    health.override_health(
        EngagementFactory(),
        health.HandSetLevel(level="good", reason="x", until=until),
        by=UserFactory(),
        at=NOW,
    )


def shared(days):
    figure, user = MeasurementFactory(), UserFactory()
    engagement = figure.metric.engagement
    seal = reports.seal_of(engagement, today=TODAY)
    report = publish_report(engagement, by=user, today=TODAY, seen=seal)
    share_report(report, sent_to="A", until=TODAY + days * DAY, by=user, at=NOW)


AHEAD = {
    "a to-do put off": (Snooze, Snooze.MAX_DAYS, 1, put_off),
    "a health set by hand": (HealthOverride, HealthOverride.MAX_DAYS, 1, set_by_hand),
    "a link to a report": (ShareLink, MAX_LINK_DAYS, 0, shared),
}


@pytest.mark.parametrize("what", AHEAD)
def test_the_last_day_ahead_is_taken_and_the_next_is_refused(what):
    model, most, least, act = AHEAD[what]
    for days in (least, most - 1, most):
        act(days)
    number = model.objects.count()

    for days in (least - 1, most + 1):
        with pytest.raises(Refused):
            act(days)

    assert model.objects.count() == number == 3


@pytest.mark.parametrize(
    ("rows", "is_read"), [(MAX_ROWS - 1, True), (MAX_ROWS, True), (MAX_ROWS + 1, False)]
)
def test_rows_of_a_table_under_its_headings(rows, is_read):
    text = "\n".join(["a\tb", *["1\t2"] * rows])

    if is_read:
        assert len(rows_of_text(text)) == rows + 1
    else:
        with pytest.raises(Refused):
            rows_of_text(text)


@pytest.mark.parametrize(
    ("columns", "is_read"),
    [(MAX_COLUMNS - 1, True), (MAX_COLUMNS, True), (MAX_COLUMNS + 1, False)],
)
def test_columns_of_a_table(columns, is_read):
    text = "\t".join(["a"] * columns)

    if is_read:
        assert len(rows_of_text(text)[0]) == columns
    else:
        with pytest.raises(Refused):
            rows_of_text(text)


def test_the_page_refuses_one_key_more_in_words_and_makes_none(client):
    user = UserFactory()
    for _n in range(settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]):
        ApiKey.objects.make(user)
    enter(client, user)

    answer = client.post(
        reverse("crm:token-create"),
        {"name": "One more", "days": 30},
        headers={"accept-language": "en"},
    )

    assert "You have 20 keys: revoke one first." in answer.content.decode()
    assert ApiKey.objects.filter(user=user).count() == 20
