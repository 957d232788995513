"""Rows that count no version: whoever comes second changes nothing, and reads the same words on page and in the API.

Some have a `mark` that stands for the version; others are ended once, and the second is told that it is done.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.audit import write
from engagements.models import Blocker
from tests.crm.factories import ContactFactory, ReferralFactory, UserFactory
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    HealthOverrideFactory,
    LeadAppointmentFactory,
    PauseFactory,
)
from tests.volunteers.factories import AttestationFactory, DayDisagreementFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SECOND = "Somebody else changed this"
BEHIND_A_BUTTON = "This was changed since the page was opened"


@dataclass
class Verb:
    """Where it is told in a page and in the API, with what, and whether it is done."""

    page: str
    api: str
    typed: dict
    read: Callable[[], int]
    is_done: Callable[[], bool]
    change: Callable[[], None]


def changed(row, **columns):
    def change():
        fresh = type(row)._base_manager.get(pk=row.pk)
        for name, value in columns.items():
            setattr(fresh, name, value)
        write.save(fresh, by=UserFactory(), why="In between", fields=[*columns])

    return change


def mark_in(client, address, row):
    """Of the row in a list of the API, and by its own address where it has one."""
    rows = client.get(address).json()
    rows = rows["results"] if isinstance(rows, dict) else rows
    return next(each["mark"] for each in rows if each["id"] == row.pk)


def resolve(client, engagement):
    blocker = BlockerFactory(engagement=engagement)
    return Verb(
        page=reverse("engagements:blocker-resolve", args=[blocker.pk]),
        api=f"/api/v1/blockers/{blocker.pk}/resolve/",
        typed={"resolution": "We have the password."},
        read=lambda: mark_in(client, "/api/v1/blockers/", blocker),
        is_done=lambda: Blocker.objects.get().resolved_on is not None,
        change=changed(blocker, text="No access at all."),
    )


def resume(client, engagement):
    pause = PauseFactory(engagement=engagement)
    last = TODAY + timedelta(days=3)
    return Verb(
        page=reverse("engagements:pause-end", args=[pause.pk]),
        api=f"/api/v1/pauses/{pause.pk}/resume/",
        typed={"ends_on": last.isoformat()},
        read=lambda: mark_in(client, "/api/v1/pauses/", pause),
        is_done=lambda: engagement.pauses.get().ends_on == last,
        change=changed(pause, ends_on=TODAY),
    )


def _contact(engagement):
    return ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)


def correct(client, engagement):
    lead, meant = LeadAppointmentFactory(engagement=engagement), _contact(engagement)
    return Verb(
        page=reverse("engagements:lead-correct", args=[lead.pk]),
        api=f"/api/v1/engagements/{engagement.pk}/correct-lead/",
        typed={"contact": meant.pk, "reason": "Another Marie"},
        read=lambda: mark_in(client, f"/api/v1/engagements/{engagement.pk}/leads/", lead),
        is_done=lambda: engagement.leads.get().contact == meant,
        change=changed(lead, contact=_contact(engagement)),
    )


def replace(client, engagement):
    lead, next_one = LeadAppointmentFactory(engagement=engagement), _contact(engagement)
    typed = {"contact": next_one.pk, "starts_on": TODAY.isoformat(), "share": 100}
    return Verb(
        page=reverse("engagements:lead-appoint", args=[engagement.pk]),
        api=f"/api/v1/engagements/{engagement.pk}/appoint-lead/",
        typed=typed,
        read=lambda: mark_in(client, f"/api/v1/engagements/{engagement.pk}/leads/", lead),
        is_done=lambda: engagement.leads.filter(contact=next_one).exists(),
        change=changed(lead, share=50),
    )


def take_back_referral(client, engagement):
    referral = ReferralFactory()
    request = referral.request
    return Verb(
        page=reverse("crm:referral-take-back", args=[referral.pk]),
        api=f"/api/v1/referrals/{referral.pk}/take-back/",
        typed={},
        read=lambda: client.get(f"/api/v1/requests/{request.pk}/").json()["version"],
        is_done=lambda: type(referral).objects.get().state == "taken-back",
        change=changed(request, name="Another name"),
    )


MARKED = [resolve, resume, correct, replace, take_back_referral]


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def client(client, administrator):
    client.force_login(administrator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def verb(request, client, engagement):
    with translation.override("en"):
        return request.param(client, engagement)


def sent(client, verb, **more):
    return client.post(verb.api, json.dumps(verb.typed | more), "application/json")


@pytest.mark.parametrize("verb", MARKED, ids=lambda make: make.__name__, indirect=True)
class TestWhatHasAMark:
    def test_is_done_of_what_was_read(self, client, verb):
        answer = sent(client, verb, seen=verb.read())

        assert answer.status_code in {200, 201}, answer.content
        assert verb.is_done()

    def test_is_done_where_nothing_is_said_of_it(self, client, verb):
        assert sent(client, verb).status_code in {200, 201}
        assert verb.is_done()

    def test_is_refused_after_somebody_else_in_the_words_of_the_page(self, client, verb):
        version = verb.read()
        verb.change()

        answer = sent(client, verb, seen=version)
        page = client.post(verb.page, verb.typed | {"seen": version}, follow=True).content.decode()

        assert answer.status_code == 409, answer.content
        assert not verb.is_done()
        assert SECOND in str(answer.json()["errors"])
        assert (SECOND if verb.typed else BEHIND_A_BUTTON) in page

    def test_what_was_read_anew_is_taken(self, client, verb):
        verb.change()

        assert sent(client, verb, seen=verb.read()).status_code in {200, 201}
        assert verb.is_done()


def test_if_match_names_the_version_of_the_request_too(client, engagement):
    """A request counts its versions, so that the ETag of what was read may come back in place of `seen`."""
    verb = take_back_referral(client, engagement)
    version = verb.read()
    verb.change()

    stale = {"HTTP_IF_MATCH": f'"{version}"'}
    answer = client.post(verb.api, "{}", "application/json", **stale)

    assert (answer.status_code, verb.is_done()) == (412, False)


def test_a_lead_who_came_meanwhile_is_not_replaced(client, engagement):
    """0 says that nobody led."""
    LeadAppointmentFactory(engagement=engagement)
    body = {"contact": _contact(engagement).pk, "starts_on": TODAY.isoformat(), "seen": 0}

    answer = client.post(
        f"/api/v1/engagements/{engagement.pk}/appoint-lead/", body, "application/json"
    )

    assert answer.status_code == 409
    assert engagement.leads.count() == 1


def resolved(engagement):
    blocker = BlockerFactory(engagement=engagement)
    return "engagements:blocker-resolve", "blockers", "resolve", blocker, {"resolution": "x"}


def taken_back(engagement):
    override = HealthOverrideFactory(engagement=engagement)
    return "engagements:health-override-end", "health-overrides", "take-back", override, {}


def revoked(engagement):
    paper = AttestationFactory(assignment__engagement=engagement)
    return "volunteers:attestation-revoke", "attestations", "revoke", paper, {"reason": "x"}


def settled(engagement):
    disagreement = DayDisagreementFactory(sheet__assignment__engagement=engagement)
    return "volunteers:disagreement-settle", "day-disagreements", "settle", disagreement, {}


def answered(engagement):
    return "crm:referral-take-back", "referrals", "take-back", ReferralFactory(), {}


ENDED = [resolved, taken_back, revoked, settled, answered]


@pytest.mark.parametrize("make", ENDED, ids=lambda make: make.__name__)
def test_what_is_ended_once_says_so_to_the_second_in_the_same_words(client, engagement, make):
    route, name, action, row, body = make(engagement)
    api = f"/api/v1/{name}/{row.pk}/{action}/"
    assert client.post(api, body, "application/json").status_code == 200
    versions = row.history.count()

    answer = client.post(api, body, "application/json")
    page = client.post(reverse(route, args=[row.pk]), body, follow=True).content.decode()

    assert answer.status_code == 400
    sentences = [each for told in answer.json()["errors"].values() for each in told]
    assert len(sentences) == 1
    assert sentences[0].replace("'", "&#x27;") in page.replace("&#39;", "&#x27;")
    assert row.history.count() == versions
