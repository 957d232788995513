"""What a project holder asked for."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from crm.services import organisations, requests
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door

RULES = {
    "a request that was proposed is answered or taken back first": Rule(
        "request",
        lambda o, by: requests.qualify(o, by=by, at=timezone.now(), seen=o.version),
        ("crm:request-qualify",),
        ("api:supportrequest-qualify", "post"),
        lambda w: {"seen": w.objects["request"].version},
        role=Role.DESK,
    ),
    "a proposal that is open stands in the way of: nobody fits": Rule(
        "request",
        lambda o, by: requests.nobody_fits(
            o, next_step="x", review_on=today() + 9 * DAY, by=by, at=timezone.now()
        ),
        ("crm:request-nobody",),
        ("api:supportrequest-nobody", "post"),
        lambda w: {"next_step": "x", "review_on": (today() + 9 * DAY).isoformat()},
        role=Role.DESK,
    ),
    "an organisation with something under way is archived knowingly": Rule(
        "organisation",
        lambda o, by: organisations.archive_organisation(
            o, by=by, at=timezone.now(), why="x", seen=o.version
        ),
        ("crm:organisation-archive",),
        ("api:organisation-archive", "post"),
        lambda w: {"why": "x", "seen": w.objects["organisation"].version},
        role=Role.DESK,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
