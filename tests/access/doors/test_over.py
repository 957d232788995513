"""Nothing new is planned in an engagement that is over; what is open may still be finished."""

from decimal import Decimal

import pytest

from crm.domain.roles import Role
from engagements.models import Decision, Risk
from engagements.services import milestones, moves, roadmap, steering
from tests.access.doors.rule import (
    DAY,
    Rule,
    by_name,
    of_the_engagement,
    today,
    told_at_every_door,
    tomorrow,
)
from tests.volunteers.factories import StaffingNeedFactory
from volunteers.services import assignments, needs, relay


def over(world):
    """The engagement was stopped yesterday, with one need closed and one milestone open."""
    engagement = world.objects["engagement"]
    day = today() - DAY
    type(engagement).objects.filter(pk=engagement.pk).update(
        stage="stopped", stage_entered_on=day, stopped_on=day, stop_reason="x"
    )
    world.objects["closed need"] = StaffingNeedFactory(engagement=engagement, closed_on=day)


def planned(**changes):
    """Of a milestone's form."""
    return lambda w: (
        {
            "title": "Other",
            "planned_on": (today() + 30 * DAY).isoformat(),
            "owner": "",
            "seen": w.objects["milestone"].version,
        }
        | changes
    )


def wanted(**changes):
    """Of a need's form."""
    return lambda w: (
        {
            "skill": w.objects["need"].skill_id,
            "level": 2,
            "starts_on": today().isoformat(),
            "ends_on": tomorrow().isoformat(),
            "days_a_week": "1",
            "note": "",
        }
        | {name: change(w) if callable(change) else change for name, change in changes.items()}
    )


def decided(w):
    facts = {"title": "Other", "text": "x", "decided_on": today().isoformat()}
    return facts | {"owner": w.objects["engagement"].coordinator_id}


def feared(w):
    facts = {
        "title": "Other",
        "text": "x",
        "likelihood": 1,
        "impact": 1,
        "response": "x",
        "review_on": tomorrow().isoformat(),
    }
    return facts | {"owner": w.objects["engagement"].coordinator_id}


OVER = {
    "a milestone is added": Rule(
        "engagement",
        lambda o, by: milestones.add_milestone(
            o, milestones.MilestonePlan(title="Late", planned_on=tomorrow()), by=by
        ),
        ("engagements:milestone-create",),
        ("api:engagement-add-milestone", "post"),
        lambda w: {"title": "Late", "planned_on": tomorrow().isoformat()},
    ),
    "milestones are planned": Rule(
        "engagement",
        lambda o, by: roadmap.plan_roadmap(o, [], by=by),
        None,
        ("api:engagement-plan-roadmap", "post"),
        lambda w: {"kind": "site", "first_on": tomorrow().isoformat()},
    ),
    "a milestone is changed": Rule(
        "milestone",
        lambda o, by: milestones.change_milestone(
            o, milestones.MilestonePlan(title="Other", planned_on=o.planned_on), by=by
        ),
        ("engagements:milestone-change",),
        ("api:milestone-detail", "patch"),
        planned(),
    ),
    "a milestone is moved": Rule(
        "milestone",
        lambda o, by: moves.move_milestone(o, tomorrow(), by=by),
        ("engagements:milestone-move",),
        ("api:milestone-move", "post"),
        lambda w: {"planned_on": tomorrow().isoformat(), "seen": w.objects["milestone"].version},
    ),
    "a milestone is opened again": Rule(
        "done milestone",
        lambda o, by: milestones.reopen_milestone(o, by=by, why="x"),
        ("engagements:milestone-reopen",),
        ("api:milestone-reopen", "post"),
        lambda w: {"why": "x"},
    ),
    "a milestone is removed": Rule(
        "milestone",
        lambda o, by: milestones.remove_milestone(o, by=by, why="x"),
        ("engagements:milestone-remove",),
        None,
        lambda w: {"why": "x"},
    ),
    "a decision is added": Rule(
        "engagement",
        lambda o, by: steering.save_decision(
            Decision(engagement=o, title="x", owner=o.coordinator), by=by, today=today()
        ),
        ("engagements:decision-create",),
        ("api:decision-list", "post"),
        of_the_engagement(decided),
    ),
    "a decision is changed": Rule(
        "decision",
        lambda o, by: steering.save_decision(o, by=by, today=today()),
        ("engagements:decision-change",),
        ("api:decision-detail", "patch"),
        lambda w: decided(w) | {"seen": w.objects["decision"].version},
    ),
    "a risk is added": Rule(
        "engagement",
        lambda o, by: steering.save_risk(
            Risk(engagement=o, title="x", owner=o.coordinator), by=by, today=today()
        ),
        ("engagements:risk-create",),
        ("api:risk-list", "post"),
        of_the_engagement(feared),
    ),
    "a risk is changed": Rule(
        "risk",
        lambda o, by: steering.save_risk(o, by=by, today=today()),
        ("engagements:risk-change",),
        ("api:risk-detail", "patch"),
        lambda w: feared(w) | {"seen": w.objects["risk"].version},
    ),
    "a need is stated": Rule(
        "engagement",
        lambda o, by: needs.state_need(
            o,
            needs.StatedNeed(
                skill=None, level=2, starts_on=today(), ends_on=today(), days_a_week=1
            ),
            by=by,
        ),
        ("volunteers:need-create",),
        ("api:staffingneed-list", "post"),
        of_the_engagement(wanted()),
    ),
    "a need is changed": Rule(
        "need",
        lambda o, by: needs.change_need(o, by=by, note="x"),
        ("volunteers:need-change",),
        ("api:staffingneed-detail", "patch"),
        wanted(seen=lambda w: w.objects["need"].version),
    ),
    "a need is opened again": Rule(
        "closed need",
        lambda o, by: needs.reopen_need(o, by=by),
        ("volunteers:need-reopen",),
        ("api:staffingneed-reopen", "post"),
        lambda w: {},
    ),
    "somebody is assigned": Rule(
        "engagement",
        lambda o, by: assignments.assign(
            by_name(o, "A volunteer"),
            o,
            assignments.AssignmentTerms(
                role="x", starts_on=today(), ends_on=tomorrow(), days_a_week=Decimal("0.5")
            ),
            by=by,
            today=today(),
        ),
        ("volunteers:assignment-create",),
        ("api:assignment-list", "post"),
        of_the_engagement(
            lambda w: {
                "volunteer": w.objects["volunteer"].pk,
                "role": "x",
                "starts_on": today().isoformat(),
                "ends_on": tomorrow().isoformat(),
                "days_a_week": "0.5",
            }
        ),
    ),
    "a mission that goes on is confirmed": Rule(
        "proposed assignment",
        lambda o, by: assignments.confirm_assignment(o, by=by, today=today(), seen=o.version),
        ("volunteers:assignment-confirm",),
        ("api:assignment-confirm", "post"),
        lambda w: {"seen": w.objects["proposed assignment"].version},
    ),
    "a mission is extended": Rule(
        "assignment",
        lambda o, by: relay.extend(o, ends_on=o.ends_on + DAY, by=by, seen=o.version),
        ("volunteers:assignment-extend",),
        ("api:mission-extend", "post"),
        lambda w: {
            "ends_on": (w.objects["assignment"].ends_on + DAY).isoformat(),
            "seen": w.objects["assignment"].version,
        },
    ),
}


@pytest.mark.parametrize("name", OVER)
def test_nothing_is_planned_any_more_in_what_is_over(world, name):
    over(world)

    told = told_at_every_door(world, OVER[name])

    assert [sentence.split(":")[0] for sentence in told["en"]] == ["This engagement is over"]


def test_what_is_open_may_be_finished_or_closed_when_all_is_over(world):
    over(world)
    by, day = world.people[Role.COORDINATOR], today() - 2 * DAY
    acts = [
        milestones.finish_milestone(world.objects["milestone"], done_on=day, today=today(), by=by),
        steering.finish_decision(world.objects["decision"], done_on=today(), today=today(), by=by),
        steering.close_risk(world.objects["risk"], closed_on=today(), today=today(), by=by),
        needs.close_need(world.objects["need"], today=today(), by=by),
    ]

    assert [getattr(row, "done_on", None) or row.closed_on for row in acts] == [
        day,
        today(),
        today(),
        today(),
    ]
