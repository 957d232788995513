"""Who stands before the pages of the ground floor."""

import pytest

from crm.domain.roles import Role
from tests.crm.factories import person_as


@pytest.fixture
def desk(db):
    return person_as(Role.DESK, full_name="Dana Desk", email="desk@coalition.example")


@pytest.fixture
def as_desk(client, desk):
    client.force_login(desk)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


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
