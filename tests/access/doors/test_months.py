"""The days of a month, and who gave their word on them."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from crm.domain.workdays import monday_of
from tests.access.doors.rule import DAY, Rule, today, told_at_every_door, tomorrow
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory
from volunteers.models import MonthSheet
from volunteers.services import months, weeks


def week_rule(days_of, *, prepare=None, is_on_the_page=False):
    """Of a week that the lent person writes; days that cannot be written have no field on its page."""

    def week_of(assignment):
        return monday_of(min(days_of(assignment)))

    def sent(world):
        assignment = world.objects["assignment"]
        days = [
            {"day": day.isoformat(), "half_days": half} for day, half in days_of(assignment).items()
        ]
        return {"week": week_of(assignment).isoformat(), "done": "x", "days": days, "seen": 0}

    def typed(world):
        assignment = world.objects["assignment"]
        week = week_of(assignment)
        days = {f"day_{(day - week).days}": half for day, half in days_of(assignment).items()}
        return {"week": week.isoformat(), "done": "x", "seen": 0} | days

    def log(assignment, by):
        return weeks.log_work(
            assignment,
            weeks.WorkedWeek(week=week_of(assignment), days=days_of(assignment), done="x"),
            by=by,
            at=timezone.now(),
            seen=0,
        )

    return Rule(
        "assignment",
        log,
        ("volunteers:log-work",) if is_on_the_page else None,
        ("api:assignment-log-week", "post"),
        sent,
        role=Role.VOLUNTEER,
        typed=typed,
        prepare=prepare,
    )


def three_weeks_ago():
    return today() - 21 * DAY


RULES = {
    "a month is corrected once both have signed": Rule(
        "month sheet",
        lambda o, by: months.correct_day(
            o, day=o.month, half_days=1, reason="x", by=by, at=timezone.now()
        ),
        ("volunteers:month-correct",),
        ("api:monthsheet-correct", "post"),
        lambda w: {
            "day": w.objects["month sheet"].month.isoformat(),
            "half_days": "1",
            "reason": "x",
        },
    ),
    "a month with a disagreement is settled first": Rule(
        "month sheet",
        lambda o, by: months.confirm_month(o, "sponsor", by=by, at=timezone.now(), seen=o.version),
        ("volunteers:month-confirm",),
        ("api:monthsheet-confirm", "post"),
        lambda w: {"seen": w.objects["month sheet"].version},
        role=Role.SPONSOR,
    ),
    "the lead confirms a month once": Rule(
        "month sheet",
        lambda o, by: months.confirm_month(o, "lead", by=by, at=timezone.now(), seen=o.version),
        ("volunteers:month-confirm",),
        ("api:monthsheet-confirm", "post"),
        lambda w: {"seen": w.objects["month sheet"].version},
        role=Role.LEAD,
    ),
    "one disagrees with a day of the month": Rule(
        "month sheet",
        lambda o, by: months.disagree(
            o, "sponsor", day=o.month - DAY, comment="x", by=by, at=timezone.now()
        ),
        ("volunteers:month-disagree",),
        ("api:monthsheet-disagree", "post"),
        lambda w: {"day": (w.objects["month sheet"].month - DAY).isoformat(), "comment": "x"},
        role=Role.SPONSOR,
    ),
    "a day that the lead confirmed is changed knowingly": week_rule(
        lambda o: {o.month_sheets.get().month + DAY: 1}, is_on_the_page=True
    ),
    "a day that both have signed stays": week_rule(
        lambda o: {o.month_sheets.get().month + DAY: 1},
        prepare=lambda w: MonthSheet.objects.filter(pk=w.objects["month sheet"].pk).update(
            state="locked", sponsor_by=w.people[Role.SPONSOR], sponsor_at=timezone.now()
        ),
    ),
    "a day holds one day": week_rule(
        lambda o: {three_weeks_ago(): 2},
        prepare=lambda w: WorkDayFactory(
            assignment=AssignmentFactory(
                volunteer=w.objects["volunteer"], starts_on=three_weeks_ago()
            ),
            day=three_weeks_ago(),
        ),
        is_on_the_page=True,
    ),
    "a day outside the mission is not worked on it": week_rule(
        lambda o: {monday_of(o.starts_on): 2},
        prepare=lambda w: (
            type(w.objects["assignment"])
            .objects.filter(pk=w.objects["assignment"].pk)
            .update(starts_on=monday_of(today()) - 68 * DAY)
        ),
    ),
    "a day is logged once it is worked": week_rule(lambda o: {tomorrow(): 2}),
    "far more days than promised are said": week_rule(
        lambda o: {monday_of(three_weeks_ago()) + n * DAY: 2 for n in range(5)},
        prepare=lambda w: (
            type(w.objects["assignment"])
            .objects.filter(pk=w.objects["assignment"].pk)
            .update(days_a_week=1)
        ),
        is_on_the_page=True,
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_one_at_every_door(world, name):
    told = told_at_every_door(world, RULES[name])

    assert told["fr"] != told["en"]
