"""An engagement is stopped while people are on it: whoever stops it reads which missions are open, and may end them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from engagements.domain.stages import Stage
from engagements.models import PostMortem
from engagements.services import engagements
from tests.api_client import ReadingBrowser
from tests.drawn_forms import drawn_form
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    StaffingNeedFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import Assignment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEARNED = {"what_happened": "No funds", "what_we_learned": "Ask earlier", "what_we_would_do": "Ask"}


def today():
    return timezone.localdate()


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def assignments(engagement):
    """One that runs, one that is to begin, one that is over."""
    return [
        AssignmentFactory(
            engagement=engagement, starts_on=today() + first * DAY, ends_on=today() + last * DAY
        )
        for first, last in ((-30, 30), (10, 40), (-60, -31))
    ]


@pytest.fixture
def page(coordinator):
    client = ReadingBrowser()
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def by_the_page(page, engagement, coordinator, **said):
    address = reverse("engagements:engagement-stop", args=[engagement.pk])
    page.post(
        address,
        drawn_form(page.get(address), holding=["reason"]) | LEARNED | {"reason": "No funds"} | said,
    )


def by_the_api(page, engagement, coordinator, **said):
    body = {"to": "stopped", "reason": "No funds", "post_mortem": LEARNED} | said
    page.post(f"/api/v1/engagements/{engagement.pk}/move/", body, content_type="application/json")


def by_the_service(page, engagement, coordinator, ends_missions=False):
    move = engagements.StageMove(
        Stage.STOPPED, reason="No funds", post_mortem=LEARNED, ends_assignments=ends_missions
    )
    engagements.move_stage(engagement, move, by=coordinator, at=timezone.now())


every_door = pytest.mark.parametrize("stop", [by_the_page, by_the_api, by_the_service])


@every_door
def test_they_end_with_it_where_that_is_said(page, engagement, coordinator, assignments, stop):
    runs, to_begin, over = assignments

    stop(page, engagement, coordinator, ends_missions=True)

    engagement.refresh_from_db()
    runs.refresh_from_db()
    assert (engagement.stage, runs.ends_on) == ("stopped", today())
    row = runs.history.latest()
    assert (row.history_user, str(row.history_change_reason)) == (
        coordinator,
        "The engagement was stopped",
    )
    assert list(Assignment.objects.order_by("pk")) == [runs, over]
    assert Assignment.history.filter(id=to_begin.pk).latest().history_type == "-"
    assert Assignment.objects.get(pk=over.pk).ends_on == over.ends_on


@every_door
def test_they_go_on_where_nothing_is_said(page, engagement, coordinator, assignments, stop):
    stop(page, engagement, coordinator)

    engagement.refresh_from_db()
    last_days = {row.pk: row.ends_on for row in Assignment.objects.all()}
    assert engagement.stage == "stopped"
    assert last_days == {row.pk: row.ends_on for row in assignments}


def test_the_page_says_which_are_open_and_how_long(page, engagement, assignments):
    form = page.get(reverse("engagements:engagement-stop", args=[engagement.pk])).context_data[
        "form"
    ]

    sentence = form.fields["ends_missions"].help_text
    assert sentence.startswith("2 missions go on after today")
    assert [str(row.volunteer) in sentence for row in assignments] == [True, True, False]


def test_the_page_asks_nothing_where_none_is_open(page, engagement):
    AssignmentFactory(engagement=engagement, starts_on=today() - DAY, ends_on=today())

    form = page.get(reverse("engagements:engagement-stop", args=[engagement.pk])).context_data[
        "form"
    ]

    assert "ends_missions" not in form.fields


def test_a_day_that_would_be_left_hanging_stops_all_of_it(engagement, coordinator, assignments):
    """Where it is tomorrow already, somebody may have logged a day that has not begun here."""
    WorkDayFactory(assignment=assignments[0], day=today() + DAY)

    with pytest.raises(Refused, match="hanging"):
        by_the_service(None, engagement, coordinator, ends_missions=True)

    engagement.refresh_from_db()
    assert engagement.stage != "stopped"
    assert not PostMortem.objects.exists()


class TestOnceItIsOver:
    """Its pages offer nothing that would be refused, and nobody is looked for there any more."""

    @pytest.fixture
    def over(self, engagement, coordinator, assignments):
        StaffingNeedFactory(engagement=engagement, starts_on=today(), ends_on=today() + 60 * DAY)
        AssignmentFactory(
            engagement=engagement,
            starts_on=today(),
            ends_on=today() + 30 * DAY,
            confirmed_on=None,
        )
        by_the_service(None, engagement, coordinator)
        return engagement

    @pytest.mark.parametrize("route", ["engagement-team", "relay-plan"])
    def test_no_assignment_is_replaced_extended_or_confirmed(self, page, over, route):
        html = page.get(reverse(f"volunteers:{route}", args=[over.pk])).content.decode()

        assert [verb for verb in ("replace", "extend", "confirm") if f"/{verb}/" in html] == []

    def test_what_ends_today_is_confirmed_still(self, page, over):
        Assignment.objects.filter(confirmed_on=None).update(ends_on=today())

        html = page.get(reverse("volunteers:engagement-team", args=[over.pk])).content.decode()

        assert html.count("/confirm/") == 1

    def test_its_needs_look_for_nobody(self, page, over):
        VolunteerFactory(member=over.member, available_from=today() - DAY).levels.create(
            skill=over.staffing_needs.get().skill, level=3
        )

        listed = page.get(reverse("volunteers:need-list")).context_data["needs"]
        need = page.get(over.staffing_needs.get().get_absolute_url()).context_data

        assert (listed, need["proposed"]) == ([], [])


def test_a_mission_keeps_its_own_need_where_the_engagement_is_over(client, coordinator, member):
    """A client that sends back what it read is not told that its own need does not exist."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, stopped=True)
    need = StaffingNeedFactory(engagement=engagement)
    runs = AssignmentFactory(engagement=engagement, need=need)
    client.force_login(coordinator)

    answer = client.patch(
        f"/api/v1/assignments/{runs.pk}/",
        {"role": "Reviewer", "need": need.pk, "seen": runs.version},
        "application/json",
    )

    assert "need" not in answer.json().get("errors", {}), answer.content
