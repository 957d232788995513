"""A row that there is once, and not yet: who writes it second, from a form opened before the first, overwrites nothing.

Each such row stands in the table below, by its page and by its route of the API.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from crm.domain import workdays
from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from crm.forms.fields import SeenField
from engagements.models import (
    BarrierAssessment,
    ExitOutcome,
    HealthOverride,
    HealthRule,
    ProgressLog,
    Side,
)
from engagements.services import handover, health, progress
from engagements.services.parts import save_part as save_part_of_engagement
from tests.api_client import ReadingClient
from tests.crm.factories import person_as
from tests.drawn_forms import drawn_form
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory
from tests.races import at_once, on_postgres
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.models import PartKnowledge, RelayDemand, RelayNote, SolutionPart, WorkDay
from volunteers.services import relay, weeks
from volunteers.services.parts import know, save_part

IN_TEN_DAYS = (timezone.localdate() + timedelta(days=10)).isoformat()
LEVELS = {"culture": 1, "expertise": 2, "finance": 1, "time": 0}


@dataclass
class Place:
    """One engagement with everybody who writes on it, and nothing written yet."""

    engagement: object
    coordinator: object
    volunteer: object
    administrator: object
    assignment: object
    monday: object

    @property
    def week(self):
        return {"week": self.monday.isoformat()}


def make_place():
    coordinator = person_as(Role.COORDINATOR, is_head=True)
    member = coordinator.memberships.get().organisation
    engagement = EngagementFactory(member=member, coordinator=coordinator, in_handover=True)
    LeadAppointmentFactory(engagement=engagement)
    today = timezone.localdate()
    assignment = AssignmentFactory(
        engagement=engagement,
        volunteer=VolunteerFactory(member=member, available_from=today - timedelta(days=90)),
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60),
    )
    return Place(
        engagement=engagement,
        coordinator=coordinator,
        volunteer=assignment.volunteer.user,
        administrator=person_as(Role.ADMINISTRATOR),
        assignment=assignment,
        monday=workdays.monday_of(today) - timedelta(days=7),
    )


@pytest.fixture
def place(db):
    with translation.override("en"):
        yield make_place()


# who, the page, what the first types, what the second types, which words of the first the second must read
PAGES = {
    "the week of a mission": (
        "volunteer",
        lambda place: (
            reverse("volunteers:log-work", args=[place.assignment.pk]) + f"?week={place.monday}"
        ),
        {"done": "First words", "day_0": "2", "day_1": "0"},
        {"done": "Second words", "day_0": "1", "day_1": "0"},
        ["First words", "1 day"],
        lambda: (ProgressLog.objects.get().done, WorkDay.objects.order_by("day")[0].half_days),
        ("First words", 2),
    ),
    "nothing in a week that is filled meanwhile": (
        "volunteer",
        lambda place: (
            reverse("volunteers:log-work", args=[place.assignment.pk]) + f"?week={place.monday}"
        ),
        {"done": "First words", "day_0": "2", "day_1": "0"},
        {"done": "", "nothing": "1"},
        ["First words"],
        lambda: (ProgressLog.objects.get().done, WorkDay.objects.order_by("day")[0].half_days),
        ("First words", 2),
    ),
    "a week's news": (
        "coordinator",
        lambda place: reverse("engagements:log-create", args=[place.engagement.pk]),
        {"done": "First words"},
        {"done": "Second words"},
        ["First words"],
        lambda: ProgressLog.objects.get().done,
        "First words",
    ),
    "the barriers": (
        "coordinator",
        lambda place: reverse(
            "engagements:assessment-change", args=[place.engagement.pk, "intake", "member"]
        ),
        LEVELS | {"comment": "First words"},
        LEVELS | {"comment": "Second words", "time": 4},
        ["First words"],
        lambda: (BarrierAssessment.objects.get().comment, BarrierAssessment.objects.get().time),
        ("First words", 0),
    ),
    "the levers": (
        "coordinator",
        lambda place: reverse("engagements:levers-change", args=[place.engagement.pk]),
        {"legitimacy": "yes", "skills": "both", "comment": "First words"},
        {"legitimacy": "no", "skills": "neither", "comment": "Second words"},
        ["First words", "we decide on digital matters as on others"],
        lambda: (ExitOutcome.objects.get().comment, ExitOutcome.objects.get().legitimacy),
        ("First words", "yes"),
    ),
    "a relay note": (
        "volunteer",
        lambda place: reverse("volunteers:relay-note", args=[place.assignment.pk]),
        {"in_progress": "First words"},
        {"in_progress": "Second words"},
        ["First words"],
        lambda: RelayNote.objects.get().in_progress,
        "First words",
    ),
    "the days side by side": (
        "coordinator",
        lambda place: reverse("volunteers:relay-demand", args=[place.engagement.pk]),
        {"overlap_days": "5"},
        {"overlap_days": "10"},
        ["5"],
        lambda: RelayDemand.objects.get().overlap_days,
        5,
    ),
    "the health set by hand": (
        "coordinator",
        lambda place: reverse("engagements:health-override", args=[place.engagement.pk]),
        {"level": "good", "until": IN_TEN_DAYS, "reason": "First words"},
        {"level": "act", "until": IN_TEN_DAYS, "reason": "Second words"},
        ["First words", "Good"],
        lambda: [(row.reason, row.level) for row in HealthOverride.objects.all()],
        [("First words", "good")],
    ),
    "a rule of health": (
        "administrator",
        lambda place: reverse("engagements:health-rule-change", args=["silent"]),
        {"days": "31", "weight": "2", "is_on": "on"},
        {"days": "41", "weight": "2", "is_on": "on"},
        ["31"],
        lambda: HealthRule.objects.get().days,
        31,
    ),
}


@pytest.mark.parametrize(
    ("who", "address", "first", "second", "told", "kept", "expected"),
    PAGES.values(),
    ids=PAGES.keys(),
)
class TestPages:
    def test_the_second_of_two_forms_drawn_before_the_row_is_refused_with_what_the_first_wrote(
        self, place, who, address, first, second, told, kept, expected
    ):
        browsers = [Client(HTTP_ACCEPT_LANGUAGE="en") for _n in range(2)]
        for browser in browsers:
            browser.force_login(getattr(place, who))
        forms = [drawn_form(browser.get(address(place)), holding=["seen"]) for browser in browsers]

        saved = browsers[0].post(forms[0].action, forms[0] | first)
        refused = browsers[1].post(forms[1].action, forms[1] | second)

        assert (saved.status_code, refused.status_code) == (302, 422)
        page = refused.content.decode()
        assert "Somebody else changed this while you were writing" in page
        for words in told:
            assert words in page
        for words in (words for words in second.values() if str(words).startswith("Second")):
            assert words in page
        assert kept() == expected

    def test_read_and_sent_again_it_is_saved(
        self, place, who, address, first, second, told, kept, expected
    ):
        browser = Client()
        browser.force_login(getattr(place, who))
        form, other = (drawn_form(browser.get(address(place)), holding=["seen"]) for _n in range(2))
        browser.post(form.action, form | first)
        again = drawn_form(browser.post(other.action, other | second), holding=["seen"])

        assert browser.post(again.action, again | second).status_code == 302

    def test_who_does_not_say_what_they_saw_overwrites_nothing(
        self, place, who, address, first, second, told, kept, expected
    ):
        browser = Client()
        browser.force_login(getattr(place, who))
        form, other = (drawn_form(browser.get(address(place)), holding=["seen"]) for _n in range(2))
        browser.post(form.action, form | first)

        assert browser.post(other.action, {**other, **second, "seen": ""}).status_code == 422
        assert kept() == expected


API = {
    "the week of a mission": (
        "volunteer",
        "post",
        lambda place: f"/api/v1/assignments/{place.assignment.pk}/log-week/",
        lambda place: place.week | {"done": "First words"},
        lambda place: place.week | {"done": "Second words"},
        lambda: ProgressLog.objects.get().done,
        "First words",
    ),
    "a week's news": (
        "coordinator",
        "post",
        lambda place: f"/api/v1/engagements/{place.engagement.pk}/log-progress/",
        lambda place: place.week | {"done": "First words"},
        lambda place: place.week | {"done": "Second words"},
        lambda: ProgressLog.objects.get().done,
        "First words",
    ),
    "the barriers": (
        "coordinator",
        "post",
        lambda place: f"/api/v1/engagements/{place.engagement.pk}/assess/",
        lambda place: LEVELS | {"moment": "intake", "side": "member", "comment": "First words"},
        lambda place: LEVELS | {"moment": "intake", "side": "member", "comment": "Second words"},
        lambda: BarrierAssessment.objects.get().comment,
        "First words",
    ),
    "the levers": (
        "coordinator",
        "put",
        lambda place: f"/api/v1/engagements/{place.engagement.pk}/levers/",
        lambda place: {"legitimacy": "yes", "skills": "both", "comment": "First words"},
        lambda place: {"legitimacy": "no", "skills": "both", "comment": "Second words"},
        lambda: ExitOutcome.objects.get().comment,
        "First words",
    ),
    "the health set by hand": (
        "coordinator",
        "post",
        lambda place: f"/api/v1/engagements/{place.engagement.pk}/override-health/",
        lambda place: {"level": "good", "until": IN_TEN_DAYS, "reason": "First words"},
        lambda place: {"level": "act", "until": IN_TEN_DAYS, "reason": "Second words"},
        lambda: HealthOverride.objects.get().reason,
        "First words",
    ),
    "a relay note": (
        "volunteer",
        "post",
        lambda place: f"/api/v1/assignments/{place.assignment.pk}/relay-note/",
        lambda place: {"in_progress": "First words"},
        lambda place: {"in_progress": "Second words"},
        lambda: RelayNote.objects.get().in_progress,
        "First words",
    ),
}


@pytest.mark.parametrize(
    ("who", "method", "address", "first", "second", "kept", "expected"), API.values(), ids=API
)
def test_the_api_refuses_the_second_of_two_who_saw_no_row(
    place, who, method, address, first, second, kept, expected
):
    client = ReadingClient()
    client.force_authenticate(getattr(place, who))
    send = getattr(client, method)

    saved = send(address(place), first(place) | {"seen": 0})
    refused = send(address(place), second(place) | {"seen": 0})

    assert saved.status_code in {200, 201}, saved.json()
    assert refused.status_code == 409
    assert kept() == expected


@pytest.mark.parametrize("sent", ["", None])
def test_a_form_without_a_version_is_one_that_saw_no_row(sent):
    assert SeenField().clean(sent) == 0


class TestWhoKnowsWhat:
    """A part has many rows, one for each person: what others say of other people stands in nobody's way."""

    @pytest.fixture
    def parts(self, place):
        return [
            save_part(SolutionPart(engagement=place.engagement, name=name), by=place.coordinator)
            for name in ("Search", "Mails")
        ]

    @pytest.fixture
    def browser(self, place):
        def logged_in(who):
            browser = Client(HTTP_ACCEPT_LANGUAGE="en")
            browser.force_login(getattr(place, who))
            return browser

        return logged_in

    def levels(self, place):
        rows = PartKnowledge.objects.filter(volunteer=place.assignment.volunteer).order_by(
            "part__pk"
        )
        return [(row.part.name, row.level) for row in rows]

    def test_the_second_of_two_devices_is_told_what_the_first_said(self, place, parts, browser):
        key, own = (
            f"part_{parts[0].pk}",
            reverse("volunteers:knowledge-own", args=[place.engagement.pk]),
        )
        browsers = [browser("volunteer"), browser("volunteer")]
        first, second = (drawn_form(each.get(own), holding=[key]) for each in browsers)

        browsers[0].post(own, first | {key: "2"})
        refused = browsers[1].post(own, second | {key: "1"})

        assert refused.status_code == 422
        assert "Changed by both of you" in refused.content.decode()
        assert "knows it" in refused.content.decode()
        assert self.levels(place) == [("Search", 2)]
        again = drawn_form(refused, holding=[key])
        assert browsers[1].post(own, again).status_code == 302
        assert self.levels(place) == [("Search", 1)]

    def test_what_one_did_not_touch_is_not_taken_back(self, place, parts, browser):
        (search, mails), own = (
            parts,
            reverse("volunteers:knowledge-own", args=[place.engagement.pk]),
        )
        client = browser("volunteer")
        form = drawn_form(client.get(own), holding=[f"part_{search.pk}"])
        know(search, place.assignment.volunteer, 2, by=place.coordinator)

        assert client.post(own, form | {f"part_{mails.pk}": "1"}).status_code == 302
        assert self.levels(place) == [("Search", 2), ("Mails", 1)]

    def test_the_coordinator_s_form_of_a_part_is_overtaken_by_the_person_s_own_word(
        self, place, parts, browser
    ):
        part, volunteer = parts[0], place.assignment.volunteer
        url, key = reverse("volunteers:part-change", args=[part.pk]), f"volunteer_{volunteer.pk}"
        client = browser("coordinator")
        untouched, touched = (drawn_form(client.get(url), holding=["seen"]) for _n in range(2))
        know(part, volunteer, 2, by=place.volunteer)

        refused = client.post(url, untouched | {"name": "Finding"})
        both = client.post(url, touched | {key: "1"})

        assert (refused.status_code, both.status_code) == (422, 422)
        assert "Changed by somebody else, and taken into this form" in refused.content.decode()
        assert "Changed by both of you" in both.content.decode()
        assert self.levels(place) == [("Search", 2)]
        assert client.post(url, drawn_form(refused, holding=["seen"])).status_code == 302
        assert self.levels(place) == [("Finding", 2)]

    def test_by_the_api_a_level_says_which_version_of_the_part_was_read(self, place, parts):
        part, volunteer = parts[0], place.assignment.volunteer
        address, client = f"/api/v1/solution-parts/{part.pk}/know/", ReadingClient()
        client.force_authenticate(place.volunteer)
        level = {"volunteer": volunteer.pk, "level": 1}
        know(part, volunteer, 2, by=place.coordinator)

        assert client.post(address, level | {"seen": part.version}).status_code == 409
        assert self.levels(place) == [("Search", 2)]
        assert client.post(address, level | {"seen": part.version + 1}).status_code == 200
        assert self.levels(place) == [("Search", 1)]


class TestAtOnce:
    """The same two in the same moment."""

    pytestmark = on_postgres
    TURNS = 6

    def first_words(self, place, name):
        engagement, by = place.engagement, place.coordinator
        today = timezone.localdate()
        levers = lambda words: ExitOutcome(  # noqa: E731
            engagement=engagement, legitimacy="yes", skills="both", comment=words
        )
        return {
            "week": lambda words: weeks.log_work(
                place.assignment,
                weeks.WorkedWeek(week=place.monday, days={place.monday: 2}, done=words),
                by=place.volunteer,
                at=timezone.now(),
                seen=0,
            ),
            "news": lambda words: progress.log_progress(
                engagement,
                progress.WeekLog(week=place.monday, done=words),
                by=by,
                at=timezone.now(),
                seen=0,
            ),
            "barriers": lambda words: handover.assess_barriers(
                engagement,
                handover.BarrierAnswers(
                    moment="intake", side=Side.MEMBER, levels=LEVELS, comment=words
                ),
                by=by,
                today=today,
                seen=0,
            ),
            "levers": lambda words: save_part_of_engagement(levers(words), by=by, seen=0),
            "note": lambda words: relay.write_note(
                place.assignment, in_progress=words, by=by, today=today, seen=0
            ),
            "demand": lambda words: relay.demand_overlap(
                engagement, overlap_days=len(words), by=by, seen=0
            ),
            "override": lambda words: health.override_health(
                engagement,
                health.HandSetLevel(level="good", reason=words, until=today + timedelta(days=9)),
                by=by,
                at=timezone.now(),
                seen=0,
            ),
            "rule": lambda words: health.change_rule(
                HealthRule.by_default("silent"),
                days=len(words),
                weight=1,
                is_on=True,
                by=place.administrator,
                seen=1,
            ),
        }[name]

    @pytest.mark.parametrize("turn", range(TURNS))
    @pytest.mark.parametrize(
        "name", ["week", "news", "barriers", "levers", "note", "demand", "override", "rule"]
    )
    def test_one_is_saved_and_the_other_told(self, transactional_db, name, turn):
        act = self.first_words(make_place(), name)

        outcomes = at_once(lambda: act("One of two"), lambda: act("The other of two"))

        refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], Stale), refused
        assert isinstance(refused[0], Refused)
