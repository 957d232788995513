"""The days of a month, and who gave their word on them."""

import pytest
from django.utils import timezone

from crm.roles import Role
from tests.access.doors.rule import Rule, told_at_every_door
from volunteers import services as lending

RULES = {
    "a month is corrected once both have signed": Rule(
        "month sheet",
        lambda o, by: lending.correct_day(o, day=o.month, half_days=1, reason="x", by=by, at=timezone.now()),
        ("volunteers:month-correct",),
        ("api:monthsheet-correct", "post"),
        lambda w: {"day": w.objects["month sheet"].month.isoformat(), "half_days": "1", "reason": "x"},
    ),
    "a month with a disagreement is settled first": Rule(
        "month sheet",
        lambda o, by: lending.confirm_month(o, "sponsor", by=by, at=timezone.now(), seen=o.version),
        ("volunteers:month-confirm",),
        ("api:monthsheet-confirm", "post"),
        lambda w: {"seen": w.objects["month sheet"].version},
        role=Role.SPONSOR,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
