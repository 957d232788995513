"""Two clicks on a request in the same moment. Only PostgreSQL can show these."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from crm.domain.roles import Role
from crm.models import RequestEntry, SupportRequest
from crm.services import requests
from tests.crm.factories import SupportRequestFactory, person_as
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
