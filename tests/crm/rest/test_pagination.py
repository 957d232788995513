"""Every list of the API, row by row: each page begins where the one before it ended."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.access.routes import all_routes
from tests.access.world import build_onlookers, build_world
from tests.engagements.factories import DecisionFactory, RiskFactory

pytestmark = pytest.mark.django_db
LISTS = sorted(
    route.name
    for route in all_routes()
    if route.is_api and route.name.endswith("-list") and not route.parameters
)


@pytest.fixture
def client():
    world = build_world("A")
    build_onlookers(world)
    engagement, today = world.objects["engagement"], timezone.localdate()
    for days in (None, 9, None, 3):
        DecisionFactory(engagement=engagement, due_on=days and today + timedelta(days=days))
    for likelihood, impact in ((1, 3), (3, 1), (3, 3), (2, 2)):
        RiskFactory(engagement=engagement, likelihood=likelihood, impact=impact)
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[Role.ADMINISTRATOR])
    return client


def test_no_row_is_left_out_or_told_twice(client):
    walked = {}
    for name in LISTS:
        whole = client.get(reverse(name), {"page_size": 200})
        if whole.status_code == 200 and isinstance(whole.json(), dict) and "next" in whole.json():
            keys, url = [], f"{reverse(name)}?page_size=1"
            while url and len(keys) < 50:
                page = client.get(url).json()
                keys += page["results"]
                url = page["next"]
            walked[name] = len(keys)
            assert keys == whole.json()["results"][:50], name

    assert walked["api:decision-list"] > 4
    assert walked["api:risk-list"] > 4
    assert len(walked) > 20
