"""What is saved as it was found changes nothing: no version that makes another's form stale, no line of history.

The routes of the API and the pages' forms are found by the table of access; a form that does something each time it is
sent (it finishes, moves, appoints…) stands in the list below.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from rest_framework.serializers import ListSerializer

from crm.audit import write
from crm.domain.workdays import monday_of
from crm.models import Organisation, Sdg
from crm.services import organisations
from engagements.models import Milestone
from engagements.services.handover import BarrierAnswers, assess_barriers
from engagements.services.milestones import MilestonePlan, change_milestone
from engagements.services.progress import WeekLog, log_progress
from impact.models import Measurement
from impact.services.baselines import change_baseline
from tests.access.expectations import ADMIN, API, PAGES
from tests.access.routes import all_routes
from tests.access.test_access import fingerprint, key_of
from tests.access.test_bodies import serializers_of_routes, shape_of
from tests.access.world import build_onlookers, build_world
from tests.drawn_forms import drawn_forms
from volunteers.services.parts import save_part
from volunteers.services.volunteers import VolunteerProfile, change_volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROUTES = {route.name: route for route in all_routes()}
PATCHES = sorted(name for name, row in API.items() if row.patch)
OF = {"api:measurement-detail": "draft"}  # what is published is not changed
ACTS = {
    "engagements:engagement-stop",
    "engagements:decision-finish",
    "engagements:risk-close",
    "engagements:milestone-finish",
    "engagements:milestone-accept",
    "engagements:milestone-not-yet",
    "engagements:referral-accept",
    "engagements:health-override",
    "engagements:signature-create",
    "engagements:survival-answer",
    "crm:request-refer",
    "volunteers:volunteer-company",
    "volunteers:statement-declare",
    "volunteers:cost-delete",
    "volunteers:agreement-consent",
    "volunteers:agreement-sign",
    "volunteers:agreement-take-back",
    "volunteers:agreement-end",
    "volunteers:assignment-extend",
    "volunteers:assignment-shorten",
    "volunteers:assignment-replace",
    "impact:report-create",
    "impact:target-delete",
    "impact:measurement-return",
    "crm:organisation-archive",
    "crm:request-nobody",
    "crm:request-merge",
    "engagements:lead-appoint",
    "engagements:lead-correct",
    "engagements:lead-end",
    "engagements:pause-end",
    "engagements:milestone-reopen",
    "engagements:milestone-remove",
    "engagements:blocker-resolve",
    "engagements:cost-remove",
    "engagements:ownership-remove",
}


@pytest.fixture
def world():
    world = build_world("U")
    build_onlookers(world)
    Measurement.objects.filter(pk=world.objects["draft"].pk).update(
        exposure_months=1
    )  # not more than there are
    return world


def client_of(world, roles):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[ADMIN if ADMIN in roles else roles[0]])
    return client


def offered(name):
    """The fields that a PATCH may give, as the document of the API names them."""
    view, actions = serializers_of_routes()[name]
    shape = shape_of(view, actions["patch"])
    return {field for field, kind in shape().fields.items() if not kind.read_only} - {"seen"}


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_of_nothing_or_of_what_is_there_leaves_the_row_and_its_history(world, name):
    row = API[name]
    client, url = (
        client_of(world, row.patch),
        ROUTES[name].url(world.objects[OF.get(name, row.of)].pk, row.words),
    )
    read = client.get(url)
    told, before = read.json(), fingerprint()
    same = {field: told[field] for field in sorted(offered(name)) if field in told}

    for body in [{}, *({field: value} for field, value in same.items()), same]:
        answer = client.patch(
            url, body, content_type="application/json", headers={"if-match": read.headers["ETag"]}
        )

        assert answer.status_code == 200, (body, answer.content)
        assert answer.json().items() <= told.items()
        assert answer.headers["ETag"] == read.headers["ETag"]
    assert fingerprint() == before


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_gives_whole_rows_where_it_gives_a_list_of_them(world, name):
    row = API[name]
    client, url = (
        client_of(world, row.patch),
        ROUTES[name].url(world.objects[OF.get(name, row.of)].pk, row.words),
    )
    view, actions = serializers_of_routes()[name]
    fields = shape_of(view, actions["patch"])().fields
    tag, before = client.get(url).headers["ETag"], fingerprint()

    for field in [name for name, kind in fields.items() if isinstance(kind, ListSerializer)]:
        answer = client.patch(
            url, {field: [{}]}, content_type="application/json", headers={"if-match": tag}
        )

        assert answer.status_code == 400, answer.content
        assert field in answer.json()["errors"]
    assert fingerprint() == before


def edits(client, world):
    """(route, drawn form) of each form that says which version was read, and does nothing by itself."""
    for name, row in PAGES.items():
        if row.link or not (ADMIN in row.get and ADMIN in row.post):
            continue
        url = ROUTES[name].url(key_of(world, row), row.words)
        for form in drawn_forms(client.get(url)):
            to = resolve(form.action.partition("?")[0]).view_name
            if form.get("seen") not in {None, "", "0"} and to not in ACTS:
                yield to, form


def test_a_form_saved_as_it_was_drawn_leaves_the_row_and_its_history(world):
    client, before = client_of(world, [ADMIN]), fingerprint()
    tried, wrong = set(), []
    for name, form in edits(client, world):
        why = {"why": "Because"} if form.get("why") == "" else {}
        answer = client.post(form.action, form | why)
        tried.add(name)
        if answer.status_code != 302:
            wrong.append(f"{name} answers {answer.status_code}")
        elif (after := fingerprint()) != before:
            wrong.append(f"{name} changes something")
            before = after

    assert wrong == [], "\n".join(wrong)
    assert len(tried) >= 12, tried


class TestWhatCountsAsAChange:
    """What hangs from a row is part of what others have read; when and by whom it was written is not."""

    @pytest.fixture
    def by(self, world):
        return world.people[ADMIN]

    def versions_of(self, row, *acts):
        versions = []
        for act in acts:
            act()
            row.refresh_from_db()
            versions.append((row.version, row.history.count()))
        return versions

    def test_goals_of_an_organisation(self, world, by):
        row = world.objects["organisation"]
        goal = Sdg.objects.create(
            number=3, name_fr="Santé", name_en="Health", colour="#4C9F38", text_colour="#FFFFFF"
        )

        def save():
            again = Organisation.objects.get(pk=row.pk)
            return organisations.save_organisation(again, by=by, sdgs=[goal])

        first, second = self.versions_of(row, save, save)

        assert first == second == (row.version, row.history.count())
        assert "3" in str(row.history.latest().history_change_reason)

    def test_what_a_milestone_waits_for(self, world, by):
        row, other = world.objects["milestone"], world.objects["done milestone"]
        plan = MilestonePlan(row.title, row.planned_on, row.owner, after=[other])
        wait = lambda: change_milestone(row, plan, by=by)  # noqa: E731

        before = row.version
        first, second = self.versions_of(row, wait, wait)

        assert first == second
        assert first[0] == before + 1

    def test_what_a_person_can_do(self, world, by):
        row = world.objects["volunteer"]
        skill = row.levels.first().skill
        facts = {
            name: getattr(row, name)
            for name in ("days_a_week", "available_from", "available_to", "languages")
        }

        def say(level):
            profile = VolunteerProfile(**facts, levels={skill: level})
            change_volunteer(row, profile, by=by, today=timezone.localdate())

        (first, _n), (second, _n), (third, _n) = self.versions_of(
            row, *(partial(say, level) for level in (1, 3, 3))
        )

        assert (second, third) == (first + 1, first + 1)

    def test_who_knows_a_part(self, world, by):
        row, person = world.objects["part"], world.objects["volunteer"]

        def know(level):
            save_part(row, knowledge=[(person, level)], by=by)

        (first, _n), (second, _n), (third, _n) = self.versions_of(
            row, *(partial(know, level) for level in (1, 2, 2))
        )

        assert (second, third) == (first + 1, first + 1)

    def test_the_same_words_on_another_day_are_no_news(self, world, by):
        engagement, now = world.objects["engagement"], timezone.now()
        week = monday_of(timezone.localdate(now)) - timedelta(days=14)
        type(engagement).objects.filter(pk=engagement.pk).update(started_on=week)
        log = log_progress(engagement, WeekLog(week=week, done="Wrote."), by=by, at=now)
        type(engagement).objects.filter(pk=engagement.pk).update(last_news_on=week)
        written_at = log.written_at

        again = log_progress(
            engagement, WeekLog(week=week, done="Wrote."), by=by, at=now + timedelta(minutes=5)
        )

        engagement.refresh_from_db()
        assert (again.version, again.written_at, again.history.count()) == (1, written_at, 1)
        assert engagement.last_news_on == week

    def test_the_same_levels_stay_those_of_whoever_said_them(self, world, by):
        engagement, today = world.objects["engagement"], timezone.localdate()
        levels = {"culture": 1, "expertise": 1, "finance": 1, "time": 1}
        answers = BarrierAnswers(moment="intake", side="member", levels=levels)
        first = assess_barriers(engagement, answers, by=by, today=today)

        again = assess_barriers(engagement, answers, by=world.people["coordinator"], today=today)

        assert (again.version, again.assessed_by) == (first.version, by)

    def test_what_was_agreed_to_stays_agreed_where_nothing_changed(self, world, by):
        baseline = world.objects["baseline"]
        type(baseline).objects.filter(pk=baseline.pk).update(
            agreed_by=by, agreed_on=timezone.localdate()
        )

        after = change_baseline(
            baseline, source=baseline.source, why="x", by=by, today=timezone.localdate()
        )

        assert (after.version, after.agreed_by, after.amended_on) == (
            baseline.version,
            by,
            None,
        )

    def test_a_row_of_which_some_columns_are_saved(self, world, by):
        row = Milestone.objects.get(pk=world.objects["milestone"].pk)
        row.title = "Not saved"

        write.save(row, by=by, why="Moved", fields=["planned_on"])

        assert row.history.count() == Milestone.objects.get(pk=row.pk).history.count()
        assert Milestone.objects.get(pk=row.pk).version == row.version
