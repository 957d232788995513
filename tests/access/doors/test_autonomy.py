"""What is shown before the hand-over."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from engagements.models import Drill
from engagements.services import handover
from tests.access.doors.rule import Rule, today, told_at_every_door, tomorrow

RULES = {
    "the hand-over is signed in its stage": Rule(
        "engagement",
        lambda o, by: handover.sign(
            o,
            handover.SignedWord(occasion="handover", side="member", agrees=True, name="A"),
            at=timezone.now(),
            by=by,
            seen="read",
        ),
        ("engagements:signature-create",),
        ("api:autonomy-sign", "post"),
        lambda w: {"occasion": "handover", "side": "member", "agrees": "True", "name": "A"},
        words=("member",),
    ),
    "a drill has happened": Rule(
        "engagement",
        lambda o, by: handover.save_drill(
            Drill(
                engagement=o,
                kind="restore",
                done_on=tomorrow(),
                done_by="Rose",
                outcome="alone",
                evidence="It is back.",
            ),
            by=by,
            today=today(),
        ),
        ("engagements:drill-create",),
        ("api:drill-list", "post"),
        lambda w: {
            "engagement": w.objects["engagement"].pk,
            "kind": "restore",
            "done_on": tomorrow().isoformat(),
            "done_by": "Rose",
            "outcome": "alone",
            "evidence": "Back.",
        },
        role=Role.LEAD,
    ),
    "the assessment at hand-over waits for the launch": Rule(
        "engagement",
        lambda o, by: handover.assess_barriers(
            o,
            handover.BarrierAnswers(
                moment="handover",
                side="beneficiary",
                levels={"culture": 1, "expertise": 1, "finance": 1, "time": 1},
            ),
            by=by,
            today=today(),
            seen=0,
        ),
        ("engagements:assessment-change",),
        ("api:autonomy-assess", "post"),
        lambda w: {
            "moment": "handover",
            "side": "beneficiary",
            "culture": 1,
            "expertise": 1,
            "finance": 1,
            "time": 1,
            "seen": 0,
        },
        role=Role.LEAD,
        words=("handover", "beneficiary"),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
