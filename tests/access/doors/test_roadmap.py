"""Milestones and stages."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from engagements.services import engagements, milestones
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door, tomorrow


def waiting(world):
    """Another milestone, that waits for the open one."""
    awaited = world.objects["milestone"]
    world.objects["waiting milestone"] = milestones.add_milestone(
        awaited.engagement,
        milestones.MilestonePlan(title="It waits", planned_on=tomorrow(), after=[awaited]),
        by=world.people[Role.COORDINATOR],
    )


def the_one_that_waits(milestone):
    return milestone.engagement.milestones.get(title="It waits")


RULES = {
    "a milestone is done today or in the past": Rule(
        "milestone",
        lambda o, by: milestones.finish_milestone(
            o, done_on=tomorrow(), today=today(), by=by, seen=o.version
        ),
        ("engagements:milestone-finish",),
        ("api:milestone-finish", "post"),
        lambda w: {"done_on": tomorrow().isoformat(), "seen": w.objects["milestone"].version},
    ),
    "only what is done is accepted": Rule(
        "milestone",
        lambda o, by: milestones.accept_milestone(o, today=today(), by=by, seen=o.version),
        ("engagements:milestone-accept",),
        ("api:milestone-accept", "post"),
        lambda w: {"seen": w.objects["milestone"].version},
        role=Role.LEAD,
    ),
    "a milestone does not come before the engagement": Rule(
        "engagement",
        lambda o, by: milestones.add_milestone(
            o, milestones.MilestonePlan(title="Early", planned_on=o.started_on - DAY), by=by
        ),
        ("engagements:milestone-create",),
        ("api:engagement-add-milestone", "post"),
        lambda w: {
            "title": "Early",
            "planned_on": (w.objects["engagement"].started_on - DAY).isoformat(),
        },
    ),
    "a milestone that is open is not opened again": Rule(
        "milestone",
        lambda o, by: milestones.reopen_milestone(o, by=by, why="x"),
        ("engagements:milestone-reopen",),
        ("api:milestone-reopen", "post"),
        lambda w: {"why": "x"},
    ),
    "what is done is done once": Rule(
        "done milestone",
        lambda o, by: milestones.finish_milestone(
            o, done_on=today(), today=today(), by=by, seen=o.version
        ),
        ("engagements:milestone-finish",),
        ("api:milestone-finish", "post"),
        lambda w: {"done_on": today().isoformat(), "seen": w.objects["done milestone"].version},
    ),
    "a milestone that is done is not moved": Rule(
        "done milestone",
        lambda o, by: milestones.change_milestone(
            o, milestones.MilestonePlan(title=o.title, planned_on=today()), by=by
        ),
        ("engagements:milestone-change",),
        ("api:milestone-detail", "patch"),
        lambda w: {
            "title": w.objects["done milestone"].title,
            "planned_on": today().isoformat(),
            "seen": w.objects["done milestone"].version,
        },
    ),
    "the gates of a stage": Rule(
        "engagement",
        lambda o, by: engagements.move_stage(
            o, engagements.StageMove(to="launch"), by=by, at=timezone.now(), seen=o.version
        ),
        ("engagements:engagement-move",),
        ("api:engagement-move", "post"),
        lambda w: {"to": "launch", "seen": w.objects["engagement"].version},
    ),
    "stages are not jumped over": Rule(
        "engagement",
        lambda o, by: engagements.move_stage(
            o, engagements.StageMove(to="autonomous"), by=by, at=timezone.now(), seen=o.version
        ),
        ("engagements:engagement-move",),
        ("api:engagement-move", "post"),
        lambda w: {"to": "autonomous", "seen": w.objects["engagement"].version},
    ),
    "an engagement is stopped with a post-mortem": Rule(
        "engagement",
        lambda o, by: engagements.move_stage(
            o,
            engagements.StageMove(to="stopped", reason="x"),
            by=by,
            at=timezone.now(),
            seen=o.version,
        ),
        ("engagements:engagement-move",),
        ("api:engagement-move", "post"),
        lambda w: {"to": "stopped", "reason": "x", "seen": w.objects["engagement"].version},
    ),
    "milestones do not wait for each other without end": Rule(
        "milestone",
        lambda o, by: milestones.change_milestone(
            o,
            milestones.MilestonePlan(
                title=o.title, planned_on=o.planned_on, after=[the_one_that_waits(o)]
            ),
            by=by,
        ),
        ("engagements:milestone-change",),
        ("api:milestone-detail", "patch"),
        lambda w: {
            "after": [the_one_that_waits(w.objects["milestone"]).pk],
            "seen": w.objects["milestone"].version,
        },
        prepare=lambda w: waiting(w),
        drawn=True,
    ),
    "an accepted milestone stays": Rule(
        "done milestone",
        lambda o, by: milestones.remove_milestone(o, by=by, why="x", seen=o.version),
        ("engagements:milestone-remove",),
        None,
        lambda w: {"why": "x"},
        prepare=lambda w: milestones.accept_milestone(
            w.objects["done milestone"],
            today=today(),
            by=w.people[Role.LEAD],
            seen=w.objects["done milestone"].version,
        ),
    ),
    "what others wait for is done first": Rule(
        "waiting milestone",
        lambda o, by: milestones.finish_milestone(
            o, done_on=today(), today=today(), by=by, seen=o.version
        ),
        ("engagements:milestone-finish",),
        ("api:milestone-finish", "post"),
        lambda w: {"done_on": today().isoformat(), "seen": w.objects["waiting milestone"].version},
        prepare=lambda w: waiting(w),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
