"""Clients of the API: of anybody, and of the coordinator."""

import pytest

from tests.api_client import ReadingClient


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
