"""Reading may outlive a mission, an appointment or a funding; writing never does, and never begins before it.

Every write route of the table of access, for each tie between a person and what they write: on the day after its last
day, on its last day, on the day before its first.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import User
from engagements.models import ProgressLog
from tests.access.expectations import ADMIN, API, COORD, DESK, FUNDER, LEAD, PAGES, SPONSOR, VOL
from tests.access.test_access import ALLOWED, ROUTES, client_of, fingerprint, key_of, undone
from tests.access.world import build_onlookers, build_world

EXPECTED = PAGES | API
WRITES = ("post", "put", "patch", "delete")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tie:
    """What a role's writing hangs on: `set_days(world, first, last)`; `apart` are the routes that hang on none.

    The day that is written down as the end of a role is already without it, as a key that is taken back; missions,
    appointments and fundings last until the end of their last day.
    """

    role: str
    set_days: object
    apart: set = field(default_factory=set)
    last_day_counts: bool = True
    begin_by_themselves: set = field(default_factory=set)


def role_days(role):
    def set_days(world, first, last):
        world.people[role].memberships.filter(role=role).update(started_on=first, ended_on=last)

    return set_days


def assignment_days(world, first, last):
    """Of the person in the engagement; a milestone of it and a log are older than all of it."""
    world.objects["assignment"].worked_days.all().delete()
    world.people[VOL].volunteer.assignments.update(starts_on=first, ends_on=last)


def appointment_days(world, first, last):
    world.objects["engagement"].leads.update(starts_on=first, ends_on=last)


def funding_days(world, first, last):
    world.objects["funding"].__class__.objects.update(starts_on=first, reads_until=last)


# One's own page, an agreement about oneself and the link in one's own mailbox belong to the person, not to a mission;
# so do one's own days, which both sides sign when it is over.
OWN = {
    "volunteers:volunteer-change",
    "api:volunteer-detail",
    "volunteers:week-link-revoke",
    "volunteers:volunteer-identity",
    "volunteers:month-disagree",
    "api:monthsheet-disagree",
    "volunteers:agreement-consent",
    "api:sponsorshipagreement-consent",
}
# The week of the last day is written until it is over: tests/volunteers/views/test_weeks.py has its boundaries.
WEEKS = {"volunteers:log-work", "api:assignment-log-week"}
TIES = {
    **{
        f"role of {role}": Tie(
            role, role_days(role), last_day_counts=False, begin_by_themselves=WEEKS
        )
        for role in (ADMIN, DESK, COORD, VOL, LEAD, SPONSOR, FUNDER)
    },
    "mission": Tie(VOL, assignment_days, apart=OWN | WEEKS),
    "appointment": Tie(LEAD, appointment_days),
    "funding": Tie(FUNDER, funding_days),
}
# What belongs to whoever has an account, in whatever role.
OF_THE_ACCOUNT = {
    "crm:token-revoke",
    "crm:passkey-rename",
    "mfa_remove_webauthn",
    "crm:snooze-end",
    "crm:view-change",
    "crm:view-delete",
    "api:savedview-detail",
    "engagements:calendar-revoke",
    "api:snooze-detail",
    "api:calendarlink-detail",
}


def bodies(world):
    """What is sent where an empty form would be refused for being empty."""
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    week = {"week": monday.isoformat(), "done": "Wrote."}
    return {
        "volunteers:log-work": week,
        "api:assignment-log-week": week,
        "api:engagement-log-progress": week,
        "volunteers:relay-note": {"in_progress": "All."},
        "api:mission-relay-note": {"in_progress": "All."},
        "api:solutionpart-know": {"level": 2, "volunteer": world.objects["volunteer"].pk},
    }


@pytest.fixture
def world(db):
    world = build_world("A")
    build_onlookers(world)
    undone.before = fingerprint()
    return world


def cells(tie):
    for route in ROUTES:
        row = EXPECTED[route.name]
        if row.link or not row.of or route.name in tie.apart | OF_THE_ACCOUNT:
            continue
        for method in WRITES:
            if tie.role in row.roles(method):
                yield route, row, method


def statuses(world, tie):
    """{(method, route): (status, whether it changed anything)}; each request is taken back."""
    world.people[tie.role] = User.objects.get(pk=world.people[tie.role].pk)
    undone.before = fingerprint()
    client, sent, statuses_found = client_of(world, tie.role), bodies(world), {}
    for route, row, method in cells(tie):
        options = {"data": sent.get(route.name, row.body or {})}
        if route.is_api:
            options["content_type"] = "application/json"
        url = route.url(key_of(world, row), row.words)
        answer = undone(
            lambda url=url, method=method, options=options: getattr(client, method)(url, **options)
        )
        statuses_found[method, route.name] = (answer.status_code, answer.changed_something)
    return statuses_found


@pytest.mark.one_database
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.large] if tie.role in {ADMIN, COORD} else [])
        for name, tie in TIES.items()
    ],
)
def test_writing_ends_with_the_tie(world, name):
    tie, today = TIES[name], timezone.localdate()
    first = today - 90 * DAY
    last_open_day = today if tie.last_day_counts else today + DAY
    tie.set_days(world, first, last_open_day)
    open_ones = statuses(world, tie)
    tie.set_days(world, first, last_open_day - DAY)
    after = statuses(world, tie)
    tie.set_days(world, today + DAY, today + 90 * DAY)
    before = statuses(world, tie)

    assert open_ones
    assert {cell: got for cell, got in open_ones.items() if got[0] not in ALLOWED} == {}
    assert too_wide(after) == {}
    assert (
        too_wide(
            {cell: got for cell, got in before.items() if cell[1] not in tie.begin_by_themselves}
        )
        == {}
    )


def too_wide(found):
    """The cells that opened, or changed something."""
    return {cell: got for cell, got in found.items() if got[1] or got[0] not in {403, 404}}


def test_the_words_of_an_assignment_stay_readable(world):
    assignment_days(world, timezone.localdate() - 90 * DAY, timezone.localdate() - DAY)
    client = client_of(world, VOL)

    assert client.get(f"/engagements/{world.objects['engagement'].pk}/").status_code == 200
    assert (
        client.get(f"/volunteering/assignments/{world.objects['assignment'].pk}/log/").status_code
        == 200
    )


def test_what_is_refused_leaves_the_silence_as_it_is(world):
    """Seventeen months after they left: news by the API would have hidden that nobody is there."""
    assignment_days(world, timezone.localdate() - 800 * DAY, timezone.localdate() - 517 * DAY)
    engagement = world.objects["engagement"]
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    body = {"week": monday.isoformat(), "done": "Still here."}
    logs = ProgressLog.objects.count()

    answer = client_of(world, VOL).post(
        f"/api/v1/engagements/{engagement.pk}/log-progress/", body, content_type="application/json"
    )

    last_news_on = engagement.last_news_on
    engagement.refresh_from_db()
    assert (answer.status_code, ProgressLog.objects.count(), engagement.last_news_on) == (
        403,
        logs,
        last_news_on,
    )
