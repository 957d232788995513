"""“Not in the future” is asked of the day where the person stands: it has begun in Nouméa before it does in Paris.

The doors are those of the rules that want something to have happened; each is sent the day that is tomorrow in Paris.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.web.clock import COOKIE
from engagements.models import Blocker
from engagements.services import progress
from tests.access.doors import test_autonomy, test_papers, test_roadmap, test_steering
from tests.access.doors.rule import DAY, ROUTE, tomorrow
from tests.access.world import build_onlookers, build_world
from tests.api_client import ReadingBrowser
from tests.engagements.factories import EngagementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
RULES = test_roadmap.RULES | test_autonomy.RULES | test_steering.RULES | test_papers.RULES
HAPPENED = [
    "a milestone is done today or in the past",
    "a drill has happened",
    "a risk is closed today or in the past",
    "a note of a meeting tells what has happened",
    "a call is written down once it has happened",
    "nobody agreed tomorrow",
]
ZONES = ["Pacific/Noumea", "Indian/Reunion"]


@pytest.fixture
def clock(monkeypatch):
    """Set what Django takes for now: this time of tomorrow, in a zone. Gives that day."""

    def set_to(zone, at):
        day = timezone.localdate() + DAY
        moment = datetime.combine(day, at, ZoneInfo(zone))
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return day

    return set_to


@pytest.fixture
def world(db):
    world = build_world("A")
    build_onlookers(world)
    return world


@pytest.mark.parametrize("at", [time(0, 30), time(23, 30)], ids=str)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("name", HAPPENED)
def test_what_has_happened_has_happened_where_one_stands(world, clock, name, door, zone, at):
    rule, day = RULES[name], clock(zone, at)
    row = world.objects[rule.of]
    sent = {"seen": getattr(row, "version", 1)} | rule.sent(world)
    is_over_there = tomorrow() <= day
    browser = ReadingBrowser()
    browser.force_login(world.people[rule.role])

    def send():
        if door == "page":
            return browser.post(ROUTE[rule.page[0]].url(row.pk, rule.words), sent).status_code
        route, method = rule.api
        body = sent if "seen" in rule.sent(world) else rule.sent(world)
        return getattr(browser, method)(
            ROUTE[route].url(row.pk), body, content_type="application/json"
        ).status_code

    assert send() in {422, 400}  # where nothing is said of the zone, it is tomorrow
    browser.cookies[COOKIE] = zone
    assert (send() in {200, 201, 302}) == is_over_there
    assert is_over_there == (at == time(0, 30))


@pytest.mark.parametrize("zone", ZONES)
def test_a_blocker_opened_where_it_is_tomorrow_is_resolved_where_it_is_today(
    member, coordinator, clock, zone, client
):
    engagement = EngagementFactory(member=member)
    day = clock(zone, time(0, 30))
    written = {
        "week": day - day.weekday() * DAY,
        "done": "x",
        "blocked": "No key",
        "opens_blocker": True,
    }
    with timezone.override(ZoneInfo(zone)):
        progress.log_progress(
            engagement, progress.WeekLog(**written), by=coordinator, at=timezone.now()
        )
    blocker = Blocker.objects.get()
    assert (blocker.opened_on, timezone.localdate()) == (day, day - DAY)
    client.force_login(coordinator)

    client.post(
        reverse("engagements:blocker-resolve", args=[blocker.pk]),
        {"resolution": "Found.", "seen": mark_of(blocker)},
    )

    blocker.refresh_from_db()
    assert blocker.resolved_on == day
