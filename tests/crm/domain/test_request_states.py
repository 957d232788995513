"""The table of moves: whatever one does, an open request has an owner and a next date."""

from datetime import UTC, date, datetime, timedelta

import hypothesis
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from crm.domain.request_states import MOVES, OPEN, RequestState
from crm.models import SupportRequest
from crm.services import referrals, requests
from tests.crm.factories import MemberOfferFactory, SupportRequestFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


class TestTheTableOfMoves:
    ACTS = [
        "qualify",
        "refer",
        "decline",
        "accept",
        "take_back",
        "nobody",
        "withdraw",
        "ask",
        "fact",
        "escalate",
    ]

    @hypothesis.settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(acts=st.lists(st.sampled_from(ACTS), max_size=12))
    def test_whatever_one_does_an_open_request_has_an_owner_and_a_next_date(self, desk, acts):
        with transaction.atomic():
            request, at = SupportRequestFactory(), NOW
            for act in acts:
                before = SupportRequest.objects.get(pk=request.pk)
                at += timedelta(days=3)
                try:
                    with transaction.atomic():
                        self.do(act, before, desk, at)
                except Refused:
                    pass
                after = SupportRequest.objects.get(pk=request.pk)
                moved = RequestState(before.state), RequestState(after.state)
                assert moved[0] == moved[1] or moved[1] in MOVES[moved[0]]
                assert (after.due_on is not None) == (after.state in OPEN)
                assert after.referrals.open().count() == (after.state == RequestState.REFERRED)
                assert (
                    (after.waiting_for != "member")
                    or after.state not in OPEN
                    or after.owner is not None
                )
            transaction.set_rollback(True)

    def do(self, act, request, desk, at):
        referral = request.referrals.open().first()
        if act == "qualify":
            requests.qualify(request, by=desk, at=at)
        elif act == "refer":
            referrals.refer(request, offer=MemberOfferFactory(), by=desk, at=at)
        elif act == "decline" and referral:
            referrals.decline(
                referral, seen=referral.request.version, reason="need", text="", by=desk, at=at
            )
        elif act == "accept" and referral:
            referrals.accept(referral, seen=referral.request.version, by=desk, at=at)
        elif act == "take_back" and referral:
            referrals.take_back(referral, by=desk, at=at)
        elif act == "nobody":
            requests.nobody_fits(
                request, next_step="Wait.", review_on=date(2030, 1, 1), by=desk, at=at
            )
        elif act == "withdraw":
            requests.withdraw_request(request, at=at)
        elif act == "ask":
            requests.ask_holder(request, text="Who?", by=desk, at=at)
        elif act == "fact":
            requests.add_fact(request, text="Us.", at=at)
        elif act == "escalate":
            referrals.escalate(request, at=at)
