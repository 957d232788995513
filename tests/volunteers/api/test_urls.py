"""What all lists of the volunteers' part of the API share: order, pages, statements, and what stays out of sight."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api_client import keys, refused
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    SkillFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import WorkDay

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Zoé")


@pytest.fixture
def assignment(engagement, volunteer):
    return AssignmentFactory(engagement=engagement, volunteer=volunteer)


class TestLists:
    FILL = {
        "skills": lambda engagement: SkillFactory(),
        "volunteers": lambda engagement: VolunteerFactory(member=engagement.member),
        "assignments": lambda engagement: AssignmentFactory(engagement=engagement),
        "worked-days": lambda engagement: WorkDayFactory(assignment__engagement=engagement),
    }
    STATEMENTS = {"skills": 1, "volunteers": 3, "assignments": 2, "worked-days": 2}

    @pytest.mark.parametrize("size", [2, 12])
    @pytest.mark.parametrize("route", FILL)
    def test_statements_do_not_grow(self, enter, coordinator, engagement, route, size):
        for _n in range(size):
            self.FILL[route](engagement)
        api = enter(type(coordinator).objects.get(pk=coordinator.pk))

        with CaptureQueriesContext(connection) as asked:
            response = api.get(f"{ROOT}/{route}/")

        assert len(response.data["results"]) == size
        assert len(asked) == self.STATEMENTS[route]

    @pytest.mark.parametrize("route", FILL)
    def test_pages_walk_through_each_row_once_and_in_order(self, api, engagement, route):
        rows = sorted(self.FILL[route](engagement).pk for _n in range(7))

        response = api.get(f"{ROOT}/{route}/", {"page_size": 3})
        seen = keys(response)
        while response.data["next"]:
            response = api.get(response.data["next"])
            seen += keys(response)

        assert sorted(seen) == rows
        assert route == "skills" or seen == rows

    def test_days_come_by_date_and_those_of_one_date_walk_as_well(self, api, engagement):
        later = WorkDayFactory(assignment__engagement=engagement, day=date(2026, 2, 3)).pk
        rows = [
            WorkDayFactory(assignment__engagement=engagement, day=date(2026, 2, 2)).pk
            for _n in range(5)
        ]

        first = api.get(f"{ROOT}/worked-days/", {"page_size": 3})

        assert keys(first) + keys(api.get(first.data["next"])) == [*rows, later]

    def test_a_page_has_two_hundred_rows_at_most(self, api, assignment):
        WorkDay.objects.bulk_create(
            WorkDay(assignment=assignment, day=date(2026, 1, 5) + timedelta(days=n), half_days=1)
            for n in range(201)
        )

        assert len(keys(api.get(f"{ROOT}/worked-days/", {"page_size": 100_000}))) == 200
        assert len(keys(api.get(f"{ROOT}/worked-days/", {"page_size": "x"}))) == 50

    @pytest.mark.parametrize("route", ["volunteers", "assignments"])
    def test_rows_of_another_member_are_missing(self, api, route):
        row = self.FILL[route](EngagementFactory())

        assert keys(api.get(f"{ROOT}/{route}/")) == []
        assert refused(api.get(f"{ROOT}/{route}/{row.pk}/"), 404) == {}

    def test_days_of_another_member_are_missing(self, api):
        WorkDayFactory()

        assert keys(api.get(f"{ROOT}/worked-days/")) == []
