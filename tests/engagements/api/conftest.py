"""Who asks the API."""

import pytest

from tests.api_client import ReadingClient
from tests.engagements.factories import (
    EngagementFactory,
)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def enter():
    def as_person(user):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(user)
        return client

    return as_person


@pytest.fixture
def api(enter, coordinator):
    return enter(coordinator)
