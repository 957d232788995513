"""Needs and who is promised to them, from when to when."""

from decimal import Decimal

import pytest

from crm.domain.roles import Role
from tests.access.doors.rule import DAY, Rule, by_name, today, told_at_every_door, tomorrow
from tests.engagements.factories import DecisionFactory
from volunteers.models import Assignment
from volunteers.services import assignments, needs, relay

RULES = {
    "nobody is promised beyond their time": Rule(
        "engagement",
        lambda o, by: assignments.assign(
            by_name(o, "A volunteer"),
            o,
            assignments.AssignmentTerms(
                role="x", starts_on=today(), ends_on=today() + DAY, days_a_week=Decimal(5)
            ),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "volunteer": w.objects["volunteer"].pk,
            "role": "x",
            "starts_on": today().isoformat(),
            "ends_on": tomorrow().isoformat(),
            "days_a_week": "5",
        },
    ),
    "a mission is extended to a later day": Rule(
        "assignment",
        lambda o, by: relay.extend(o, ends_on=o.ends_on, by=by, seen=o.version),
        ("volunteers:assignment-extend",),
        ("api:mission-extend", "post"),
        lambda w: {
            "ends_on": w.objects["assignment"].ends_on.isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission made longer than a loan may last": Rule(
        "assignment",
        lambda o, by: relay.extend(o, ends_on=o.ends_on + 2_000 * DAY, by=by, seen=o.version),
        ("volunteers:assignment-extend",),
        ("api:mission-extend", "post"),
        lambda w: {
            "ends_on": (w.objects["assignment"].ends_on + 2_000 * DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission changed to be longer than a loan may last": Rule(
        "assignment",
        lambda o, by: assignments.change_assignment(
            o, ends_on=o.ends_on + 2_000 * DAY, by=by, seen=o.version
        ),
        ("volunteers:assignment-change",),
        ("api:assignment-detail", "patch"),
        lambda w: {
            "ends_on": (w.objects["assignment"].ends_on + 2_000 * DAY).isoformat(),
            "role": w.objects["assignment"].role,
            "starts_on": w.objects["assignment"].starts_on.isoformat(),
            "days_a_week": str(w.objects["assignment"].days_a_week),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission is shortened to an earlier day": Rule(
        "assignment",
        lambda o, by: relay.shorten(o, ends_on=o.ends_on, by=by, seen=o.version),
        ("volunteers:assignment-shorten",),
        ("api:mission-shorten", "post"),
        lambda w: {
            "ends_on": w.objects["assignment"].ends_on.isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "days that are logged are not cut off": Rule(
        "assignment",
        lambda o, by: relay.shorten(o, ends_on=o.starts_on + DAY, by=by, seen=o.version),
        ("volunteers:assignment-shorten",),
        ("api:mission-shorten", "post"),
        lambda w: {
            "ends_on": (w.objects["assignment"].starts_on + DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "a mission is confirmed once": Rule(
        "assignment",
        lambda o, by: assignments.confirm_assignment(o, by=by, today=today(), seen=o.version),
        ("volunteers:assignment-confirm",),
        ("api:assignment-confirm", "post"),
        lambda w: {},
    ),
    "a need that is open is not opened again": Rule(
        "need",
        lambda o, by: needs.reopen_need(o, by=by),
        ("volunteers:need-reopen",),
        ("api:staffingneed-reopen", "post"),
        lambda w: {},
    ),
    "a closed need is opened before it is changed": Rule(
        "need",
        lambda o, by: needs.change_need(o, note="x", by=by),
        None,
        ("api:staffingneed-detail", "patch"),
        lambda w: {"note": "x", "seen": w.objects["need"].version},
        prepare=lambda w: needs.close_need(
            w.objects["need"], by=w.people[Role.COORDINATOR], today=today()
        ),
    ),
    "a mission is replaced by somebody else": Rule(
        "assignment",
        lambda o, by: relay.replace(
            o,
            relay.Replacement(
                volunteer=o.volunteer, last_day=today(), overlap_days=0, ends_on=today() + 9 * DAY
            ),
            by=by,
            today=today(),
            seen=o.version,
        ),
        None,
        ("api:mission-replace", "post"),
        lambda w: {
            "volunteer": w.objects["volunteer"].pk,
            "last_day": today().isoformat(),
            "overlap_days": 0,
            "ends_on": (today() + 9 * DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
    "nobody takes the same need twice": Rule(
        "engagement",
        lambda o, by: assignments.assign(
            by_name(o, "Another volunteer"),
            o,
            assignments.AssignmentTerms(
                role="x",
                starts_on=today(),
                ends_on=today() + DAY,
                days_a_week=Decimal("0.5"),
                need=o.staffing_needs.get(),
            ),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "volunteer": w.objects["proposed assignment"].volunteer_id,
            "need": w.objects["need"].pk,
            "role": "x",
            "starts_on": today().isoformat(),
            "ends_on": tomorrow().isoformat(),
            "days_a_week": "0.5",
        },
        prepare=lambda w: Assignment.objects.filter(pk=w.objects["proposed assignment"].pk).update(
            need=w.objects["need"]
        ),
    ),
    "a mission of more than three years is looked up first": Rule(
        "engagement",
        lambda o, by: assignments.assign(
            by_name(o, "Another volunteer"),
            o,
            assignments.AssignmentTerms(
                role="x",
                starts_on=today() + 40 * DAY,
                ends_on=today() + 1200 * DAY,
                days_a_week=Decimal("0.5"),
            ),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "volunteer": w.objects["proposed assignment"].volunteer_id,
            "role": "x",
            "starts_on": (today() + 40 * DAY).isoformat(),
            "ends_on": (today() + 1200 * DAY).isoformat(),
            "days_a_week": "0.5",
        },
    ),
    "a mission that ends sooner asks who takes over": Rule(
        "assignment",
        lambda o, by: assignments.change_assignment(o, ends_on=tomorrow(), by=by, seen=o.version),
        ("volunteers:assignment-change",),
        ("api:assignment-detail", "patch"),
        lambda w: {"ends_on": tomorrow().isoformat(), "seen": w.objects["assignment"].version},
        drawn=True,
        prepare=lambda w: DecisionFactory(
            engagement=w.objects["engagement"], owner=w.people[Role.VOLUNTEER]
        ),
    ),
    "a need is closed once": Rule(
        "need",
        lambda o, by: needs.close_need(o, by=by, today=today(), seen=o.version),
        ("volunteers:need-close",),
        ("api:staffingneed-close", "post"),
        lambda w: {},
        prepare=lambda w: needs.close_need(
            w.objects["need"], by=w.people[Role.COORDINATOR], today=today()
        ),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
