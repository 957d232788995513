"""The dates of missions and agreements in the calendar of whoever may see them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.audit import write
from engagements.services.calendars import make_calendar_link
from tests.crm.factories import person_as
from tests.engagements.calendars import read_back
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, MilestoneFactory
from tests.volunteers.factories import AgreementFactory, AssignmentFactory, VolunteerFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def assignment(member, coordinator):
    return AssignmentFactory(
        volunteer=VolunteerFactory(member=member, user__full_name="Inès; «Zoé», 🚲"),
        engagement=EngagementFactory(member=member, coordinator=coordinator),
        starts_on=TODAY() - timedelta(days=30),
        ends_on=TODAY() + timedelta(days=30),
    )


@pytest.fixture
def site(settings):
    settings.SITE_URL = "https://relais.example"
    return settings.SITE_URL


@pytest.fixture
def events_of(client, site):
    def events_of(user, engagement=None):
        _link, token = make_calendar_link(user, engagement=engagement, at=timezone.now())
        with translation.override("en"):
            body = client.get(
                reverse("engagements:calendar", args=[token]), headers={"accept-language": "en"}
            ).content
        return read_back(body, site)

    return events_of


def test_first_and_last_days_with_the_same_names_each_time(events_of, assignment, coordinator):
    events = events_of(coordinator)
    last = events[f"mission-last-{assignment.pk}@relais.example"]

    assert set(events) == {
        f"mission-{which}-{assignment.pk}@relais.example" for which in ("first", "last")
    }
    assert str(last["summary"]) == f"Last day of Inès; «Zoé», 🚲 — {assignment.engagement.title}"
    assert (last["dtstart"].dt, last["dtend"].dt) == (
        assignment.ends_on,
        assignment.ends_on + timedelta(days=1),
    )
    assert events_of(coordinator) == events


def test_a_proposed_assignment_is_no_date_yet(events_of, assignment, coordinator):
    type(assignment).objects.update(confirmed_on=None)

    assert events_of(coordinator) == {}


def test_a_company_has_the_dates_of_its_own_people_and_no_address_that_it_cannot_open(
    events_of, assignment, client
):
    other = AssignmentFactory(engagement=assignment.engagement, ends_on=TODAY() + timedelta(days=9))
    contact = person_as("sponsor", assignment.volunteer.sponsor)
    events = events_of(contact)

    assert f"mission-last-{assignment.pk}@relais.example" in events
    assert not any(uid.endswith(f"-{other.pk}@relais.example") for uid in events)
    client.force_login(contact)
    address = str(events[f"mission-last-{assignment.pk}@relais.example"]["url"])
    assert client.get(address[address.index("/volunteering/") :]).status_code == 200


def test_a_stranger_has_none_of_it(events_of, assignment):
    assert events_of(person_as("coordinator")) == {}


def test_the_end_of_a_signed_agreement_for_those_who_read_it(events_of, assignment, coordinator):
    volunteer = assignment.volunteer
    agreement = AgreementFactory(
        volunteer=volunteer,
        sponsor=volunteer.sponsor,
        host=volunteer.member,
        starts_on=TODAY() - timedelta(days=30),
        ends_on=TODAY() + timedelta(days=60),
        sponsor_signatory="Rose",
        sponsor_signed_on=TODAY(),
        host_signatory="Ali",
        host_signed_on=TODAY(),
        consent_on=TODAY(),
    )
    uid = f"agreement-{agreement.pk}@relais.example"

    assert events_of(coordinator)[uid]["dtstart"].dt == agreement.ends_on
    assert uid in events_of(person_as("sponsor", volunteer.sponsor))
    assert uid not in events_of(person_as("lead", assignment.engagement.beneficiary))


@pytest.mark.parametrize("size", [1, 9])
def test_the_same_number_of_statements(
    client, member, coordinator, size, django_assert_num_queries
):
    engagement = EngagementFactory(member=member, coordinator=coordinator)
    for _n in range(size):
        AssignmentFactory(engagement=engagement, ends_on=date(2099, 1, 1))
    _link, token = make_calendar_link(coordinator, at=timezone.now())
    with django_assert_num_queries(6):
        client.get(reverse("engagements:calendar", args=[token]))


class TestChangedAt:
    """DTSTAMP is the moment of the last change: a calendar program sees from it which of two copies is the newer."""

    def test_each_kind_of_date_has_the_moment_of_its_last_change(
        self, events_of, assignment, coordinator
    ):
        MilestoneFactory(engagement=assignment.engagement, planned_on=TODAY())
        LeadAppointmentFactory(engagement=assignment.engagement, ends_on=TODAY())
        kinds = {uid.rpartition("-")[0] for uid in events_of(coordinator)}

        assert kinds == {"milestone", "lead", "mission-first", "mission-last"}

    def test_it_moves_with_a_change_and_with_nothing_else(self, events_of, assignment, coordinator):
        uid = f"mission-last-{assignment.pk}@relais.example"
        newest = datetime(2027, 1, 1, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
        assignment.history.update(history_date=newest - timedelta(days=400))
        before = events_of(coordinator)[uid]
        assert events_of(coordinator)[uid] == before

        assignment.ends_on += timedelta(days=1)
        write.save(assignment, by=coordinator, why="Longer")
        assignment.history.filter(history_change_reason="Longer").update(history_date=newest)

        after = events_of(coordinator)[uid]
        assert b"DTSTAMP:20261231T233000Z" in after.to_ical()
        assert after["sequence"] > before["sequence"]
