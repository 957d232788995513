"""The map of who has time when, on its page, through the API and as a spreadsheet."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.volunteers.factories import AssignmentFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


class TestThePage:
    @pytest.mark.parametrize(
        "query", [{}, {"weeks": "52"}, {"weeks": "7"}, {"first_week": "9999-12-31"}]
    )
    def test_answers_whatever_the_weeks_asked_for(self, coordinator, client, query):
        VolunteerFactory(member=coordinator.memberships.get().organisation)
        client.force_login(coordinator)

        assert client.get(reverse("volunteers:capacity-map", query=query)).status_code == 200

    def test_asks_the_same_number_of_times_for_any_number_of_people(
        self, coordinator, client, member
    ):
        client.force_login(coordinator)

        def count():
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("volunteers:capacity-map"))
            return len(asked)

        def some(number):
            for _n in range(number):
                AssignmentFactory(volunteer__member=member)

        some(2)
        count()
        few = count()
        some(12)
        assert count() == few <= 11

    def test_the_api_says_the_same(self, coordinator, client, member):
        today = timezone.localdate()
        dates = {"starts_on": today, "ends_on": today + timedelta(days=60)}
        AssignmentFactory(volunteer__member=member, days_a_week=Decimal(2), **dates)
        client.force_login(coordinator)

        row = client.get(reverse("api:volunteer-capacity", query={"weeks": "26"})).json()[
            "results"
        ][0]

        assert len(row["weeks"]) == 26
        assert {week["free"] for week in row["weeks"]} >= {"3.0"}


class TestTheWholeMap:
    def test_holds_everybody_and_asks_the_same_number_of_times(self, page, member):
        def read():
            with CaptureQueriesContext(connection) as queries:
                response = page.get(reverse("volunteers:capacity-xlsx"), {"weeks": 52})
            book = ZipFile(BytesIO(response.content))
            return len(queries), book.read("xl/sharedStrings.xml").decode()

        VolunteerFactory.create_batch(2, member=member)
        read()
        few, _words = read()
        VolunteerFactory.create_batch(60, member=member)
        VolunteerFactory(member=member, user__full_name="Zoé the last")
        number, words = read()

        assert number == few <= 6
        assert "Zoé the last" in words
