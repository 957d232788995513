"""More days than were promised are asked about once, by page and API."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain import workdays
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import WorkDay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class TestMoreDaysThanPromised:
    @pytest.fixture
    def monday(self):
        return workdays.monday_of(timezone.localdate()) - timedelta(days=7)

    @pytest.fixture
    def assignment(self):
        today = timezone.localdate()
        return AssignmentFactory(
            starts_on=today - 60 * DAY, ends_on=today + 60 * DAY, days_a_week=1
        )

    def days(self, monday, number):
        return [{"day": (monday + n * DAY).isoformat(), "half_days": 2} for n in range(number)]

    def page(self, client, assignment, monday, number, **more):
        client.force_login(assignment.volunteer.user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        sent = (
            {"week": monday.isoformat(), "done": "x"}
            | {f"day_{n}": "2" for n in range(number)}
            | more
        )
        return client.post(reverse("volunteers:log-work", args=[assignment.pk]), sent, follow=True)

    def api(self, client, assignment, monday, number, **more):
        client.force_login(assignment.volunteer.user)
        sent = {"week": monday.isoformat(), "done": "x", "days": self.days(monday, number)} | more
        address = reverse("api:assignment-log-week", args=[assignment.pk])
        return client.post(
            address, sent, content_type="application/json", headers={"accept-language": "en"}
        )

    def test_five_days_on_an_assignment_of_one_are_asked_about(self, client, assignment, monday):
        page = self.page(client, assignment, monday, 5)
        api = self.api(client, assignment, monday, 5)

        words = "This week would have 5 days, on a mission of 1 day a week. Say that it is so."
        assert (page.status_code, api.status_code) == (422, 400)
        assert api.json()["errors"] == {"more_days": [words]}
        assert words in page.content.decode()
        assert 'name="more_days"' in page.content.decode()
        assert not WorkDay.objects.exists()

    def test_and_saved_once_somebody_says_so(self, client, assignment, monday):
        assert self.page(client, assignment, monday, 5, more_days="on").status_code == 200
        assert WorkDay.objects.count() == 5

        assert self.api(client, assignment, monday - 7 * DAY, 5, more_days=True).status_code == 201
        assert WorkDay.objects.count() == 10

    def test_and_put_back_without_being_asked_again(self, client, assignment, monday):
        self.page(client, assignment, monday, 5, more_days="on")
        self.page(client, assignment, monday, 0, nothing="1", seen="1", sure="1")
        assert WorkDay.objects.count() == 0

        self.page(client, assignment, monday, 0, put_back="1", seen="2")

        assert WorkDay.objects.count() == 5

    @pytest.mark.parametrize(("number", "is_asked"), [(1, False), (2, False), (3, True)])
    def test_a_week_may_make_up_for_another(self, client, assignment, monday, number, is_asked):
        assert (self.api(client, assignment, monday, number).status_code == 400) == is_asked

    def test_what_is_more_than_promised_is_never_saved_without_a_word(
        self, client, assignment, monday
    ):
        assert "more than this mission's 1 day a week" in self.page(
            client, assignment, monday, 2
        ).content.decode().replace("&#39;", "'")
        assert (
            "more than this mission"
            not in self.page(client, assignment, monday - 7 * DAY, 1).content.decode()
        )

    def test_days_that_stood_before_count(self, client, assignment, monday):
        self.api(client, assignment, monday, 2)
        third = [{"day": (monday + 2 * DAY).isoformat(), "half_days": 1}]

        assert self.api(client, assignment, monday, 0, days=third, seen=1).status_code == 400
