"""Indicators, baselines, targets, figures and the people they have in common."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from impact.models import Target
from impact.services import baselines, indicators, measurements, overlaps, targets
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door, tomorrow


def begun(world):
    Target.objects.filter(pk=world.objects["target"].pk).update(
        window_start=today() - 9 * DAY, window_end=today()
    )


def figure(last):
    return {
        "window_start": last - 30 * DAY,
        "window_end": last,
        "count": 5,
        "population": "all",
        "source": "Database",
        "grade": "counted",
    }


def as_sent(facts):
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in facts.items()
    }


RULES = {
    "a figure is of a window that is over": Rule(
        "metric",
        lambda o, by: measurements.record_measurement(
            o, by=by, today=today(), **figure(tomorrow())
        ),
        ("impact:measurement-create",),
        ("api:measurement-list", "post"),
        lambda w: {"metric": w.objects["metric"].pk} | as_sent(figure(tomorrow())),
    ),
    "only an approved figure is published": Rule(
        "draft",
        lambda o, by: measurements.publish_measurement(o, by=by, at=timezone.now(), seen=o.version),
        ("impact:measurement-publish",),
        ("api:measurement-publish", "post"),
        lambda w: {},
    ),
    "only a submitted figure is approved": Rule(
        "draft",
        lambda o, by: measurements.approve_measurement(o, by=by, seen=o.version),
        ("impact:measurement-approve",),
        ("api:measurement-approve", "post"),
        lambda w: {},
        role=Role.LEAD,
    ),
    "whoever wrote a figure does not approve it": Rule(
        "draft",
        lambda o, by: measurements.approve_measurement(o, by=by, seen=o.version),
        ("impact:measurement-approve",),
        ("api:measurement-approve", "post"),
        lambda w: {},
        prepare=lambda w: measurements.submit_measurement(
            w.objects["draft"], by=w.people[Role.COORDINATOR]
        ),
    ),
    "a figure that is published is no longer changed": Rule(
        "measurement",
        lambda o, by: measurements.change_draft(o, by=by, today=today(), source="Other"),
        None,
        ("api:measurement-detail", "patch"),
        lambda w: {"source": "Other", "seen": w.objects["measurement"].version},
    ),
    "no more people in common than the smaller figure has": Rule(
        "overlap",
        lambda o, by: overlaps.change_overlap(o, people=31, why="x", by=by, today=today()),
        ("impact:overlap-change",),
        ("api:overlap-detail", "patch"),
        lambda w: {
            "people": "31",
            "bound": "exactly",
            "source": w.objects["overlap"].source,
            "why": "x",
            "seen": w.objects["overlap"].version,
        },
    ),
    "a change of people in common wants a reason": Rule(
        "overlap",
        lambda o, by: overlaps.change_overlap(o, people=20, by=by, today=today()),
        ("impact:overlap-change",),
        ("api:overlap-detail", "patch"),
        lambda w: {
            "people": "20",
            "bound": "exactly",
            "why": "",
            "source": w.objects["overlap"].source,
            "seen": w.objects["overlap"].version,
        },
    ),
    "a target whose period has begun is changed with a reason": Rule(
        "target",
        lambda o, by: targets.change_target(
            o, by=by, today=today(), window_start=o.window_start, window_end=tomorrow()
        ),
        ("impact:target-change",),
        ("api:target-detail", "patch"),
        lambda w: {
            "window_start": w.objects["target"].window_start.isoformat(),
            "window_end": tomorrow().isoformat(),
            "why": "",
            "seen": w.objects["target"].version,
        },
        drawn=True,
        prepare=lambda w: begun(w),
    ),
    "a baseline is changed with a reason": Rule(
        "baseline",
        lambda o, by: baselines.change_baseline(o, by=by, today=today(), source="Other"),
        ("impact:baseline-change",),
        ("api:baseline-detail", "patch"),
        lambda w: {"source": "Other", "why": "", "seen": w.objects["baseline"].version},
        drawn=True,
    ),
    "a baseline that is questioned is told what is not so": Rule(
        "baseline",
        lambda o, by: baselines.question_baseline(o, reason=" ", by=by, seen=o.version),
        ("impact:baseline-question",),
        ("api:baseline-question", "post"),
        lambda w: {"reason": ""},
        role=Role.LEAD,
    ),
    "a definition that targets rest on stays": Rule(
        "indicator",
        lambda o, by: indicators.change_indicator(
            o, wanted={"less": "more", "more": "less"}[o.wanted], why="x", by=by
        ),
        None,
        ("api:indicator-detail", "patch"),
        lambda w: {
            "wanted": {"less": "more", "more": "less"}[w.objects["indicator"].wanted],
            "why": "x",
            "seen": w.objects["indicator"].version,
        },
        role=Role.ADMINISTRATOR,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
