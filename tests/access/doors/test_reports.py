"""What a funder reads."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from impact.services import reports
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door


def given_already(world):
    lead = world.people[Role.LEAD]
    reports.sign_report(world.objects["report"], agrees=True, by=lead, today=today())


RULES = {
    "a word on a report is given once": Rule(
        "report",
        lambda o, by: reports.sign_report(o, agrees=True, by=by, today=today()),
        ("impact:report-sign",),
        ("api:impactreport-sign", "post"),
        lambda w: {"agrees": True},
        typed=lambda w: {"word": "agree"},
        role=Role.LEAD,
        prepare=given_already,
    ),
    "a link to a report opens for a year at most": Rule(
        "report",
        lambda o, by: reports.share_report(
            o, sent_to="Board", until=today() + 400 * DAY, by=by, at=timezone.now()
        ),
        ("impact:report-share",),
        ("api:impactreport-share", "post"),
        lambda w: {"sent_to": "Board", "until": (today() + 400 * DAY).isoformat()},
    ),
    "who disagrees with a report says with what": Rule(
        "report",
        lambda o, by: reports.sign_report(o, agrees=False, by=by, today=today()),
        ("impact:report-sign",),
        ("api:impactreport-sign", "post"),
        lambda w: {"agrees": False},
        typed=lambda w: {"word": "disagree"},
        role=Role.LEAD,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
