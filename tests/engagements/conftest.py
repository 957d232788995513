"""An engagement, and who stands before its pages."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.engagements.factories import (
    EngagementFactory,
)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Carte des paniers")


@pytest.fixture
def enter(client):
    """The client as somebody, in English."""

    def as_person(user):
        client.force_login(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return as_person


@pytest.fixture
def page(enter, coordinator):
    return enter(coordinator)


@pytest.fixture
def colleague(member):
    return person_as(Role.COORDINATOR, member, full_name="Cleo Colleague")


@pytest.fixture
def member_and_head():
    head = person_as(Role.COORDINATOR, is_head=True)
    return head.memberships.get().organisation, head


@pytest.fixture
def as_coordinator(client, coordinator):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def today():
    return timezone.localdate()
