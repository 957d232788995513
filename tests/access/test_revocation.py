"""What opened a door a moment ago opens it no more at the very next request, by session and by token alike."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import ApiKey
from crm.services import referrals
from tests.access.world import build_onlookers, build_world

SENT_TO_LOG_IN = {302, 401}
AS_IF_MISSING = {404, 403}
HIDDEN = dict.fromkeys(["page", "session", "token"], AS_IF_MISSING)
SHUT = dict.fromkeys(["page", "session", "token"], SENT_TO_LOG_IN)


@pytest.fixture
def world(db):
    world = build_world("A")
    build_onlookers(world)
    return world


def end_the_role(world, user):
    user.memberships.update(ended_on=timezone.localdate())


def delete_the_role(world, user):
    user.memberships.all().delete()


def disable(world, user):
    user.is_active = False
    user.save()


def end_the_funding(world, user):
    world.objects["funding"].starts_on = timezone.localdate() - timedelta(days=30)
    world.objects["funding"].reads_until = timezone.localdate() - timedelta(days=1)
    world.objects["funding"].save()


def take_the_referral_back(world, user):
    """A member goes on reading what was once proposed to it: only its answer is over."""
    referrals.take_back(world.objects["referral"], by=world.people[Role.DESK], at=timezone.now())


def change_the_password(world, user):
    user.set_password("another-password-2026")
    user.save()


def revoke_tokens(world, user):
    ApiKey.objects.filter(user=user).delete()


ENGAGEMENT = ("engagements:engagement-detail", "api:engagement-detail", "engagement")
IMPACT = ("impact:engagement-impact", "api:supportrequest-list", "engagement")
REQUEST = ("crm:request-detail", "api:supportrequest-detail", "request")
PEOPLE = ("volunteers:volunteer-detail", "api:volunteer-detail", "volunteer")


@pytest.mark.parametrize(
    ("role", "event", "doors", "channels"),
    [
        (Role.COORDINATOR, end_the_role, ENGAGEMENT, HIDDEN),
        (Role.COORDINATOR, delete_the_role, ENGAGEMENT, HIDDEN),
        (Role.COORDINATOR, end_the_role, REQUEST, HIDDEN),
        (Role.COORDINATOR, end_the_role, PEOPLE, HIDDEN),
        (Role.COORDINATOR, disable, ENGAGEMENT, SHUT),
        (
            Role.COORDINATOR,
            change_the_password,
            ENGAGEMENT,
            {"page": SENT_TO_LOG_IN, "session": SENT_TO_LOG_IN},
        ),
        (Role.COORDINATOR, revoke_tokens, ENGAGEMENT, {"token": SENT_TO_LOG_IN}),
        (Role.DESK, end_the_role, REQUEST, HIDDEN),
        (Role.DESK, disable, REQUEST, SHUT),
        (Role.LEAD, end_the_role, ENGAGEMENT, HIDDEN),
        (Role.LEAD, disable, ENGAGEMENT, SHUT),
        (Role.VOLUNTEER, end_the_role, ENGAGEMENT, HIDDEN),
        (Role.VOLUNTEER, disable, ENGAGEMENT, SHUT),
        (Role.SPONSOR, end_the_role, PEOPLE, HIDDEN),
        (Role.FUNDER, end_the_role, IMPACT, {"page": AS_IF_MISSING}),
        (Role.FUNDER, end_the_funding, IMPACT, {"page": AS_IF_MISSING}),
        (Role.FUNDER, disable, IMPACT, {"page": SENT_TO_LOG_IN}),
        (Role.ADMINISTRATOR, end_the_role, ENGAGEMENT, HIDDEN),
        (Role.ADMINISTRATOR, disable, REQUEST, SHUT),
    ],
)
def test_the_door_shuts_at_the_next_request(world, role, event, doors, channels):
    user = world.people[role]
    page, api, kind = doors
    _token, secret = ApiKey.objects.make(user)
    browser, machine = Client(), Client(headers={"authorization": f"Token {secret}"})
    browser.force_login(user)
    key = world.objects[kind].pk
    ask = {
        "page": lambda: browser.get(reverse(page, args=[key])).status_code,
        "session": lambda: browser.get(reverse(api, args=[key])).status_code,
        "token": lambda: machine.get(reverse(api, args=[key])).status_code,
    }
    assert {channel: ask[channel]() for channel in channels} == dict.fromkeys(channels, 200)

    event(world, user)

    after = {channel: ask[channel]() for channel in channels}
    assert all(after[channel] in shut for channel, shut in channels.items()), after


def test_a_proposal_taken_back_is_no_longer_answered(world):
    client = Client()
    client.force_login(world.people[Role.COORDINATOR])
    url = reverse("engagements:referral-accept", args=[world.objects["referral"].pk])
    body = {
        "title": "X",
        "coordinator": world.people[Role.COORDINATOR].pk,
        "started_on": "2026-06-15",
    }
    assert client.get(url).status_code == 200

    take_the_referral_back(world, None)

    assert client.post(url, body).status_code == 422


def test_logging_out_ends_the_session_and_keeps_other_devices(world):
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(world.people[Role.COORDINATOR])
    first.post(reverse("crm:logout"))

    assert first.get(reverse("crm:account")).status_code == 302
    assert second.get(reverse("crm:account")).status_code == 200
