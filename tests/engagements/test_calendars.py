"""Milestones and last days, as a calendar program reads them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.models import Membership
from engagements.models import CalendarLink
from engagements.services import calendars
from tests.engagements.calendars import read_back
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, MilestoneFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


class TestCalendar:
    def made(self, coordinator, engagement=None):
        link, token = calendars.make_calendar_link(coordinator, engagement=engagement, at=NOW)
        return link, reverse("engagements:calendar", args=[token])

    @pytest.mark.parametrize("address", ["https://relais.example", "http://127.0.0.1:8123"])
    def test_two_sites_in_one_calendar_program_are_told_apart(
        self, client, settings, engagement, coordinator, address
    ):
        settings.SITE_URL = address
        MilestoneFactory(engagement=engagement, planned_on=timezone.localdate())
        _link, calendar = self.made(coordinator)

        (event,) = read_back(client.get(calendar).content, address).values()

        assert str(event["url"]) == address + engagement.get_absolute_url()

    @pytest.mark.parametrize(
        ("planned", "done", "is_shown"),
        [
            (365, None, True),
            (366, None, False),
            (500, 365, True),
            (500, 366, False),
            (10, 366, False),
        ],
    )
    def test_it_goes_back_one_year_by_the_day_that_it_shows(
        self, client, engagement, coordinator, planned, done, is_shown
    ):
        planned_on, done_on = (
            days and timezone.localdate() - timedelta(days=days) for days in (planned, done)
        )
        MilestoneFactory(engagement=engagement, planned_on=planned_on, done_on=done_on)
        _link, calendar = self.made(coordinator)

        assert (b"VEVENT" in client.get(calendar).content) == is_shown

    def test_a_calendar_program_reads_milestones_and_last_days(
        self, client, settings, engagement, coordinator
    ):
        day = timezone.localdate() + timedelta(days=3)
        milestone = MilestoneFactory(
            engagement=engagement, title="Épicerie; déjà, «là»\n🚲", planned_on=day
        )
        LeadAppointmentFactory(engagement=engagement, ends_on=day)
        _link, address = self.made(coordinator)

        response = client.get(address)

        events = read_back(response.content, settings.SITE_URL)
        event = events[f"milestone-{milestone.pk}@{settings.SITE_URL.partition('//')[2]}"]
        assert str(event["summary"]) == f"{milestone.title} — {engagement.title}"
        assert (event["dtstart"].dt, event["dtend"].dt) == (day, day + timedelta(days=1))
        assert len(events) == 2
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert "no-store" in response["Cache-Control"]

    def test_an_address_that_leaked_is_dead_at_once(self, client, engagement, coordinator):
        link, address = self.made(coordinator)
        assert client.get(address).status_code == 200
        client.force_login(coordinator)
        client.post(reverse("engagements:calendar-revoke", args=[link.pk]))
        client.logout()

        assert client.get(address).status_code == 404

    def test_it_shows_no_more_than_its_owner_may_open_today(self, client, engagement, coordinator):
        MilestoneFactory(engagement=engagement, planned_on=timezone.localdate())
        _link, address = self.made(coordinator, engagement)
        assert b"VEVENT" in client.get(address).content

        Membership.objects.filter(user=coordinator).update(ended_on=timezone.localdate())
        assert b"VEVENT" not in client.get(address).content

        coordinator.is_active = False
        coordinator.save()
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("token", ["x", "a" * 43, "é"])
    def test_a_wrong_address_does_not_exist(self, client, token):
        assert client.get(reverse("engagements:calendar", args=[token])).status_code == 404

    def test_the_secret_is_shown_once_and_not_stored(self, client, coordinator):
        client.force_login(coordinator)
        page = reverse("engagements:calendar-links")
        first = client.post(page).content.decode()
        token = first.split("/engagements/calendar/")[1].split(".ics")[0]

        assert token not in client.get(page).content.decode()
        assert token not in str(CalendarLink.objects.values_list())

    def test_a_foreign_engagement_is_as_if_missing(self, client, coordinator):
        client.force_login(coordinator)
        for number in (EngagementFactory().pk, 987_654_321, "x", "9" * 30):
            assert (
                client.post(
                    reverse("engagements:calendar-links"), {"engagement": number}
                ).status_code
                == 404
            )
        assert not CalendarLink.objects.exists()

    def test_twenty_addresses_are_enough(self, coordinator):
        for _turn in range(20):
            self.made(coordinator)

        with pytest.raises(Refused, match="revoke one"):
            self.made(coordinator)

    @pytest.mark.parametrize("size", [1, 9])
    def test_queries_do_not_grow(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for engagement in EngagementFactory.create_batch(size, member=member):
            MilestoneFactory(engagement=engagement, planned_on=timezone.localdate())
        _link, address = self.made(coordinator)

        with django_assert_num_queries(6):
            client.get(address)
