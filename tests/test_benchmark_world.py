"""The world that the measurements are taken in can still be made, and each page that they ask for answers."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks import portfolio, world
from crm.models import User
from engagements.models import Engagement

PAGES = [
    (world.COORDINATOR, reverse("crm:home")),
    (world.COORDINATOR, reverse("engagements:engagement-list") + "?state=active&sort=title"),
    (world.COORDINATOR, reverse("engagements:engagement-board")),
    (world.COORDINATOR, reverse("engagements:engagement-timeline")),
    (world.COORDINATOR, reverse("engagements:engagement-detail", args=[1])),
    (world.FUNDER, reverse("impact:summary")),
]


@pytest.mark.thorough
@pytest.mark.django_db
def test_the_world_of_the_measurements_stands(monkeypatch):
    # VACUUM is no part of a transaction; without statistics the planner would guess.
    monkeypatch.setattr(world, "settle", lambda: connection.cursor().execute("ANALYZE"))
    world.build(1)

    assert Engagement.objects.count() == 100
    for person, address in PAGES:
        client = Client()
        client.force_login(User.objects.get(pk=person))
        assert client.get(address).status_code == 200, address


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 11])
def test_the_portfolio_that_is_measured_stands(size):
    portfolio.begin()
    portfolio.fill(0, size)

    measured = portfolio.measure(runs=1)

    assert [(name, statements) for name, statements, *_rest in measured] == [
        ("totals", 7 if size > 1 else 6),
        ("first page", 9),
    ]
