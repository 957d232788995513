"""Two officers, two members, two clicks in the same moment. Only PostgreSQL can show these: see test_races."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Referral, RequestEntry, SupportRequest
from crm.services import requests
from crm.services.referrals import accept, refer, take_back
from engagements.models import Engagement
from engagements.services import intake
from tests.crm.factories import (
    MemberOfferFactory,
    ReferralFactory,
    SupportRequestFactory,
    person_as,
)
from tests.engagements.test_races import at_once, unexpected

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TURNS = 6

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer at a time: there is no race to lose",
    ),
]


@pytest.mark.parametrize("turn", range(TURNS))
def test_two_officers_propose_one_request_once(turn):
    desk, support_request = person_as(Role.DESK), SupportRequestFactory(qualified=True)
    offers = [MemberOfferFactory(), MemberOfferFactory()]

    outcomes = at_once(
        *(lambda o=offer: refer(support_request, offer=o, by=desk, at=NOW) for offer in offers)
    )

    assert unexpected(outcomes) == []
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Referral.objects.filter(request=support_request, state="proposed").count() == 1


@pytest.mark.parametrize("turn", range(TURNS))
def test_accepted_and_taken_back_at_once_ends_one_way(turn):
    coordinator = person_as(Role.COORDINATOR)
    member = coordinator.memberships.get().organisation
    MemberOfferFactory(member=member)
    referral, desk = ReferralFactory(member=member), person_as(Role.DESK)
    acceptance = intake.Acceptance("Matching", coordinator, started_on=date(2026, 6, 15))

    outcomes = at_once(
        lambda: intake.accept_request(referral, acceptance, by=coordinator, at=NOW, seen=1),
        lambda: take_back(referral, by=desk, at=NOW),
    )

    assert unexpected(outcomes) == []
    state = SupportRequest.objects.get(pk=referral.request_id).state
    assert (state, Engagement.objects.count()) in {("accepted", 1), ("qualified", 0)}


@pytest.mark.parametrize("turn", range(TURNS))
def test_the_last_place_is_taken_once_and_the_other_is_told_by_whom(turn):
    coordinator = person_as(Role.COORDINATOR)
    member = coordinator.memberships.get().organisation
    offer = MemberOfferFactory(member=member, places=1)
    referrals = [ReferralFactory(member=member), ReferralFactory(member=member)]

    outcomes = at_once(
        *(
            lambda r=referral: accept(r, by=coordinator, at=NOW, seen=r.request.version)
            for referral in referrals
        )
    )

    offer.refresh_from_db()
    assert unexpected(outcomes) == []
    assert offer.places == 0
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert str(coordinator) in refused.messages[0]
    assert Referral.objects.filter(state="accepted").count() == 1


@pytest.mark.parametrize("turn", range(TURNS))
def test_sent_by_two_clicks_at_once_arrives_once(turn):
    draft = SupportRequestFactory(draft=True)

    outcomes = at_once(*[lambda: requests.submit_request(draft, at=NOW)] * 2)

    assert unexpected(outcomes) == []
    assert RequestEntry.objects.filter(request=draft, kind="received").count() == 1


@pytest.mark.parametrize("turn", range(TURNS))
def test_merging_each_into_the_other_leaves_one_of_them_open(turn):
    desk, first, second = person_as(Role.DESK), SupportRequestFactory(), SupportRequestFactory()

    outcomes = at_once(
        lambda: requests.merge_request(first, into=second, by=desk, at=NOW),
        lambda: requests.merge_request(second, into=first, by=desk, at=NOW),
    )

    assert unexpected(outcomes) == []
    assert sorted(SupportRequest.objects.order_by("pk").values_list("state", flat=True)) == [
        "merged",
        "received",
    ]
