"""Two officers in the same moment. Only PostgreSQL can show this."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Referral
from crm.services.referrals import refer
from tests.crm.factories import MemberOfferFactory, SupportRequestFactory, person_as
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
def test_two_officers_propose_one_request_once(turn):
    desk, support_request = person_as(Role.DESK), SupportRequestFactory(qualified=True)
    offers = [MemberOfferFactory(), MemberOfferFactory()]

    outcomes = at_once(
        *(lambda o=offer: refer(support_request, offer=o, by=desk, at=NOW) for offer in offers)
    )

    assert unexpected(outcomes) == []
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Referral.objects.filter(request=support_request, state="proposed").count() == 1
