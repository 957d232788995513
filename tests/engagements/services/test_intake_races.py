"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Referral, SupportRequest
from crm.services.referrals import accept, take_back
from engagements.models import Engagement
from engagements.services import intake
from tests.crm.factories import MemberOfferFactory, ReferralFactory, person_as
from tests.races import at_once, unexpected

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer at a time: there is no race to lose",
    ),
]

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TURNS = 6


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
