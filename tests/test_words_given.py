"""A word (approve, agree, sign, accept, confirm, publish) is given of what was read, and says of which state that was.

Each word of the product is a row of the table: on its page and in the API, with what changed in between.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm.audit import write
from crm.domain.roles import Role
from engagements.models import Engagement
from impact.models import Baseline
from tests.crm.factories import MemberOfferFactory, ReferralFactory, UserFactory, person_as
from tests.engagements.factories import EngagementFactory, MilestoneFactory, OwnershipItemFactory
from tests.impact.factories import BaselineFactory, MeasurementFactory, MetricFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    MonthSheetFactory,
    WorkDayFactory,
)
from volunteers.services import weeks

pytestmark = pytest.mark.django_db


@dataclass
class Word:
    """Who gives it, where it is read, where it is given, what is typed with it, how it looks once given."""

    by: object
    read: str  # the page that shows what the word is about, with its form
    given: str  # the address of the form
    api_read: str
    api: str
    is_given: Callable[[], bool]
    change: Callable[[], None]
    typed: dict = field(default_factory=dict)
    body: dict = field(default_factory=dict)
    told: str = ""  # what changed, as the refusal tells it


def changes(row, **columns):
    def change():
        fresh = type(row)._base_manager.get(pk=row.pk)
        for name, value in columns.items():
            setattr(fresh, name, value)
        write.save(fresh, by=UserFactory(), why="In between", fields=[*columns])

    return change


def is_now(row, **lookups):
    return lambda: type(row)._base_manager.filter(pk=row.pk, **lookups).exists()


def approve(member, coordinator):
    figure = MeasurementFactory(
        metric__engagement__member=member, status="submitted", approved_by=None, count=412
    )
    page = f"/impact/measurements/{figure.pk}/"
    return Word(
        by=coordinator,
        read=page,
        given=f"{page}approve/",
        api_read=f"/api/v1/measurements/{figure.pk}/",
        api=f"/api/v1/measurements/{figure.pk}/approve/",
        is_given=is_now(figure, status="approved"),
        change=changes(figure, count=450),
        told="412 → 450",
    )


def publish(member, coordinator):
    figure = MeasurementFactory(
        metric__engagement__member=member, status="approved", approved_by=UserFactory()
    )
    page = f"/impact/measurements/{figure.pk}/"
    return Word(
        by=coordinator,
        read=page,
        given=f"{page}publish/",
        api_read=f"/api/v1/measurements/{figure.pk}/",
        api=f"/api/v1/measurements/{figure.pk}/publish/",
        is_given=is_now(figure, status="published"),
        change=changes(figure, note_en="Twice the same people", note_fr="Deux fois les mêmes"),
        told="Twice the same people",
    )


def agree(member, coordinator):
    baseline = BaselineFactory(
        metric__engagement__member=member, agreed_on=None, agreed_by=None, count=30
    )
    page = f"/impact/baselines/{baseline.pk}/"
    return Word(
        by=person_as(Role.LEAD, baseline.metric.engagement.beneficiary),
        read=page,
        given=f"{page}agree/",
        api_read=f"/api/v1/baselines/{baseline.pk}/",
        api=f"/api/v1/baselines/{baseline.pk}/agree/",
        is_given=is_now(baseline, agreed_on__isnull=False),
        change=changes(baseline, count=3),
        told="30 → 3",
    )


def question(member, coordinator):
    word = agree(member, coordinator)
    word.read = word.given = word.read + "question/"
    word.api = word.api.replace("agree", "question")
    word.typed = word.body = {"reason": "It was more."}
    word.is_given = lambda: Baseline.objects.filter(doubt="It was more.").exists()
    return word


def accept_milestone(member, coordinator):
    milestone = MilestoneFactory(engagement__member=member, done=True, title="Pilot online")
    page = f"/engagements/milestones/{milestone.pk}/accept/"
    return Word(
        by=person_as(Role.LEAD, milestone.engagement.beneficiary),
        read=page,
        given=page,
        api_read=f"/api/v1/milestones/{milestone.pk}/",
        api=f"/api/v1/milestones/{milestone.pk}/accept/",
        is_given=is_now(milestone, accepted_on__isnull=False),
        change=changes(milestone, title="Half of the pilot online"),
        told="Half of the pilot online",
    )


def hand_over(member, coordinator):
    engagement = EngagementFactory(member=member, stage="handover")
    owned = OwnershipItemFactory(engagement=engagement)
    page = f"/engagements/{engagement.pk}/sign/beneficiary/"
    typed = {"comment": "", "name": "Ada Martin"}
    return Word(
        by=person_as(Role.LEAD, engagement.beneficiary),
        read=page,
        given=page,
        api_read=f"/api/v1/engagements/{engagement.pk}/to-sign/",
        api=f"/api/v1/engagements/{engagement.pk}/sign/",
        is_given=lambda: engagement.signatures.exists(),
        change=changes(owned, holder_name="A company"),
        typed=typed | {"agrees": "True"},
        body=typed | {"agrees": True, "occasion": "handover", "side": "beneficiary"},
    )


def confirm_assignment(member, coordinator):
    assignment = AssignmentFactory(
        engagement__member=member,
        confirmed_on=None,
        role="Developer",
        ends_on=timezone.localdate() + timedelta(days=90),
    )
    return Word(
        by=coordinator,
        read=f"/volunteering/engagements/{assignment.engagement_id}/team/",
        given=f"/volunteering/assignments/{assignment.pk}/confirm/",
        api_read=f"/api/v1/assignments/{assignment.pk}/",
        api=f"/api/v1/assignments/{assignment.pk}/confirm/",
        is_given=is_now(assignment, confirmed_on__isnull=False),
        change=changes(assignment, role="Designer"),
        told="Developer → Designer",
    )


def agreement_of(member):
    return AgreementFactory(
        volunteer__member=member,
        purpose="partnership",
        qualification="Engineer",
        missions="Build the platform",
        costs="Nothing is invoiced",
        has_return=True,
        has_conditions=True,
    )


def consent(member, coordinator):
    agreement = agreement_of(member)
    page = f"/volunteering/agreements/{agreement.pk}/consent/"
    today = {"on": timezone.localdate().isoformat()}
    return Word(
        by=agreement.volunteer.user,
        read=page,
        given=page,
        api_read=f"/api/v1/agreements/{agreement.pk}/",
        api=f"/api/v1/agreements/{agreement.pk}/consent/",
        is_given=is_now(agreement, consent_on__isnull=False),
        change=changes(agreement, missions="Build two platforms"),
        typed=today,
        body=today,
        told="Build two platforms",
    )


def sign_agreement(member, coordinator):
    agreement = agreement_of(member)
    agreement.consent_on = agreement.starts_on
    agreement.save()
    page = f"/volunteering/agreements/{agreement.pk}/sign/host/"
    typed = {"on": timezone.localdate().isoformat(), "name": "Ada Martin"}
    return Word(
        by=coordinator,
        read=page,
        given=page,
        api_read=f"/api/v1/agreements/{agreement.pk}/",
        api=f"/api/v1/agreements/{agreement.pk}/sign/",
        is_given=is_now(agreement, host_signed_on__isnull=False),
        change=changes(agreement, costs="Half is invoiced"),
        typed=typed,
        body=typed | {"side": "host"},
        told="Half is invoiced",
    )


def confirm_month(member, coordinator):
    """Its days are rows of their own: a week logged in between is a change of what was read."""
    assignment = AssignmentFactory(engagement__member=member, volunteer__member=member)
    monday, at = date(2026, 6, 8), timezone.make_aware(timezone.datetime(2026, 6, 12, 16))
    weeks.log_work(
        assignment,
        weeks.WorkedWeek(week=monday, days={monday: 2}, done="Done."),
        by=assignment.volunteer.user,
        at=at,
    )
    sheet = assignment.month_sheets.get()

    def another_day():
        tuesday = {monday + timedelta(days=8): 2}
        week = monday + timedelta(days=7)
        weeks.log_work(
            assignment,
            weeks.WorkedWeek(week=week, days=tuesday, done="More."),
            by=assignment.volunteer.user,
            at=timezone.now(),
        )

    page = f"/volunteering/months/{sheet.pk}/"
    return Word(
        by=person_as(Role.LEAD, assignment.engagement.beneficiary),
        read=page,
        given=f"{page}confirm/",
        api_read=f"/api/v1/month-sheets/{sheet.pk}/",
        api=f"/api/v1/month-sheets/{sheet.pk}/confirm/",
        is_given=is_now(sheet, state="confirmed"),
        change=another_day,
        told="16",
    )


def referral_of(member):
    MemberOfferFactory(member=member)
    return ReferralFactory(member=member)


def accept_request(member, coordinator):
    referral = referral_of(member)
    page = f"/engagements/referrals/{referral.pk}/accept/"
    typed = {"title": "Matching", "coordinator": coordinator.pk, "started_on": "2026-06-15"}
    return Word(
        by=coordinator,
        read=page,
        given=page,
        api_read=f"/api/v1/requests/{referral.request_id}/",
        api="/api/v1/engagements/accept-referral/",
        is_given=lambda: Engagement.objects.filter(request=referral.request_id).exists(),
        change=changes(referral.request, need_text="Two websites and an application"),
        typed=typed,
        body=typed | {"referral": referral.pk},
        told="Two websites and an application",
    )


def decline_request(member, coordinator):
    referral = referral_of(member)
    typed = {"reason": "capacity", "text": "Not before spring."}
    return Word(
        by=coordinator,
        read=f"/requests/{referral.request_id}/",
        given=f"/requests/referrals/{referral.pk}/decline/",
        api_read=f"/api/v1/requests/{referral.request_id}/",
        api=f"/api/v1/referrals/{referral.pk}/decline/",
        is_given=is_now(referral, state="declined"),
        change=changes(referral.request, need_text="A small form"),
        typed=typed,
        body=typed,
        told="A small form",
    )


def attest(member, coordinator):
    today = timezone.localdate()
    assignment = AssignmentFactory(
        engagement__member=member, engagement__coordinator=coordinator, ends_on=today
    )
    WorkDayFactory(assignment=assignment, day=date(2026, 5, 4))
    MonthSheetFactory(assignment=assignment, month=date(2026, 5, 1), is_confirmed=True)
    page = f"/volunteering/assignments/{assignment.pk}/attest/"
    typed = {"signer": "Rose Martin", "function": "Director", "language": "en"}
    return Word(
        by=coordinator,
        read=page,
        given=page,
        api_read=f"/api/v1/assignments/{assignment.pk}/to-attest/",
        api="/api/v1/attestations/",
        is_given=lambda: assignment.attestations.exists(),
        change=lambda: WorkDayFactory(assignment=assignment, day=date(2026, 5, 5)),
        typed=typed,
        body=typed | {"assignment": assignment.pk},
    )


def publish_report(member, coordinator):
    figure = MeasurementFactory(metric=MetricFactory(engagement=EngagementFactory(member=member)))
    engagement = figure.metric.engagement
    page = f"/impact/engagements/{engagement.pk}/report/"
    return Word(
        by=coordinator,
        read=page,
        given=page,
        api_read=f"/api/v1/impact/{engagement.pk}/to-publish/",
        api="/api/v1/reports/",
        is_given=lambda: engagement.impact_reports.exists(),
        change=changes(figure.metric, caveat_en="Counted twice", caveat_fr="Comptées deux fois"),
        body={"engagement": engagement.pk},
    )


WORDS = [
    approve,
    publish,
    agree,
    question,
    accept_milestone,
    hand_over,
    confirm_assignment,
    consent,
    sign_agreement,
    confirm_month,
    accept_request,
    decline_request,
    attest,
    publish_report,
]
every_word = pytest.mark.parametrize("make", WORDS, ids=lambda make: make.__name__)


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def seen_on(client, word):
    """What the form of the word on its page gives back."""
    page = client.get(word.read).content.decode()
    form = next(
        each for each in re.findall(r"<form.*?</form>", page, re.S) if _is_form_of(each, word)
    )
    return re.search(r'name="seen"[^>]*value="([^"]+)"', form)[1]


def _is_form_of(form, word):
    action = re.search(r'action="([^"]+)"', form)
    return action[1] == word.given if action else word.read == word.given


def seen_through(client, word):
    body = client.get(word.api_read).json()
    return body["seen"] if "seen" in body else body["version"]


def send(client, word, **more):
    headers = more.pop("headers", {})
    return client.post(word.api, json.dumps(word.body | more), "application/json", headers=headers)


@every_word
class TestOnItsPage:
    def test_is_given_of_what_was_read(self, client, member, coordinator, make):
        word = make(member, coordinator)
        client.force_login(word.by)

        client.post(word.given, word.typed | {"seen": seen_on(client, word)})

        assert word.is_given()

    def test_is_refused_where_that_changed_and_the_page_tells_it(
        self, client, member, coordinator, make
    ):
        word = make(member, coordinator)
        client.force_login(word.by)
        version = seen_on(client, word)
        word.change()

        answer = client.post(word.given, word.typed | {"seen": version}, follow=True)

        assert not word.is_given()
        page = answer.content.decode()
        assert "you read it" in page or "while you were reading" in page
        assert word.told in page
        assert all(
            str(typed) in page
            for name, typed in word.typed.items()
            if name in {"comment", "text", "reason"}
        )

    def test_is_given_at_the_second_reading(self, client, member, coordinator, make):
        word = make(member, coordinator)
        client.force_login(word.by)
        word.change()

        client.post(word.given, word.typed | {"seen": seen_on(client, word)})

        assert word.is_given()

    @pytest.mark.parametrize("seen", ["", "0", "x", "9" * 30])
    def test_is_refused_without_saying_what_was_read(self, client, member, coordinator, make, seen):
        word = make(member, coordinator)
        client.force_login(word.by)

        assert client.post(word.given, word.typed | {"seen": seen}).status_code in {302, 422}
        assert not word.is_given()


@every_word
class TestInTheApi:
    def test_is_given_of_what_was_read(self, client, member, coordinator, make):
        word = make(member, coordinator)
        client.force_login(word.by)

        assert send(client, word, seen=seen_through(client, word)).status_code in {200, 201}
        assert word.is_given()

    def test_is_refused_where_that_changed(self, client, member, coordinator, make):
        word = make(member, coordinator)
        client.force_login(word.by)
        version = seen_through(client, word)
        word.change()

        answer = send(client, word, seen=version)

        assert (answer.status_code, word.is_given()) == (409, False)
        assert answer.json()["title"] == "This was changed after you had read it."
        assert word.told in json.dumps(answer.json(), ensure_ascii=False)

    def test_is_refused_without_saying_what_was_read(self, client, member, coordinator, make):
        word = make(member, coordinator)
        client.force_login(word.by)

        answers = [send(client, word), send(client, word, headers={"if-match": "*"})]

        assert [answer.status_code for answer in answers] == [428, 428]
        assert answers[0].headers["content-type"] == "application/problem+json"
        assert not word.is_given()
