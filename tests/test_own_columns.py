"""A service saves what it changed and nothing else: what somebody else wrote to the row meanwhile stays."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagements.services import milestones
from impact.services import measurements, targets
from tests.crm.factories import UserFactory
from tests.engagements.factories import MilestoneFactory
from tests.impact.factories import PUBLISHED_AT, MeasurementFactory, TargetFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    WorkDayFactory,
)
from volunteers.services import assignments, months
from volunteers.services.months import note_changed_days

pytestmark = pytest.mark.django_db

TODAY, FIRST, LAST = date(2026, 7, 15), date(2026, 8, 1), date(2026, 9, 30)
NOW = datetime(2026, 7, 15, 9, tzinfo=UTC)
UPDATE = re.compile(r'^UPDATE "(\w+)" SET (.*) WHERE ', re.DOTALL)
SIGNED = {"state", "lead_by_id", "lead_at", "sponsor_by_id", "sponsor_at"}


def written(act):
    """{table: columns} of the rows that were there before, but for their version."""
    with CaptureQueriesContext(connection) as said:
        act()
    found = {}
    for query in said.captured_queries:
        if update := UPDATE.match(query["sql"]):
            found.setdefault(update[1], set()).update(re.findall(r'"(\w+)" = ', update[2]))
    return {table: columns - {"version"} for table, columns in found.items()}


def sheet(**facts):
    assignment = AssignmentFactory(starts_on=date(2026, 1, 5), ends_on=LAST)
    WorkDayFactory(assignment=assignment, day=date(2026, 6, 8))
    return MonthSheetFactory(assignment=assignment, **facts)


ACTS = {
    "a milestone is changed": (
        lambda by: milestones.change_milestone(
            MilestoneFactory(),
            milestones.MilestonePlan(title="New", planned_on=TODAY, owner=by),
            by=by,
        ),
        {"engagements_milestone": {"title", "planned_on", "owner_id"}},
    ),
    "a milestone is done": (
        lambda by: milestones.finish_milestone(
            MilestoneFactory(), done_on=TODAY, today=TODAY, by=by
        ),
        {"engagements_milestone": {"done_on"}},
    ),
    "a milestone is accepted": (
        lambda by: milestones.accept_milestone(
            MilestoneFactory(done=True), today=TODAY, by=by, seen=1, comment="Good"
        ),
        {"engagements_milestone": {"accepted_on", "accepted_by_id", "acceptance_comment"}},
    ),
    "a milestone is reopened": (
        lambda by: milestones.reopen_milestone(
            MilestoneFactory(accepted=True), by=by, why="It fell over"
        ),
        {
            "engagements_milestone": {
                "done_on",
                "accepted_on",
                "accepted_by_id",
                "acceptance_comment",
            }
        },
    ),
    "a mission is changed": (
        lambda by: assignments.change_assignment(AssignmentFactory(), role="Designer", by=by),
        {"volunteers_assignment": {"role", "starts_on", "ends_on", "days_a_week", "need_id"}},
    ),
    "a mission is confirmed": (
        lambda by: assignments.confirm_assignment(
            AssignmentFactory(confirmed_on=None), by=by, today=TODAY, seen=1
        ),
        {"volunteers_assignment": {"confirmed_on"}},
    ),
    "a month is confirmed by the lead": (
        lambda by: months.confirm_month(sheet(), "lead", by=by, at=NOW, seen=1),
        {"volunteers_monthsheet": SIGNED},
    ),
    "a month is confirmed by the company": (
        lambda by: months.confirm_month(sheet(is_confirmed=True), "sponsor", by=by, at=NOW, seen=1),
        {"volunteers_monthsheet": SIGNED},
    ),
    "a day of a signed month changes": (
        lambda by: note_changed_days(
            sheet(is_confirmed=True).assignment,
            [date(2026, 6, 8)],
            by=by,
            at=NOW,
            undoes={date(2026, 6, 1): 1},
        ),
        {"volunteers_monthsheet": SIGNED},
    ),
    "a disagreement is settled": (
        lambda by: months.settle(DayDisagreementFactory(), by=by, at=NOW),
        {"volunteers_daydisagreement": {"settled_at", "settled_by_id"}},
    ),
    "a day is corrected": (
        lambda by: months.correct_day(
            sheet(is_locked=True),
            day=date(2026, 6, 8),
            half_days=1,
            reason="Left at noon",
            by=by,
            at=NOW,
        ),
        {"volunteers_workday": {"half_days"}},
    ),
    "a draft is changed": (
        lambda by: measurements.change_draft(
            MeasurementFactory(status="draft"), count=61, by=by, today=TODAY
        ),
        {"impact_measurement": {"count"}},
    ),
    "a figure is submitted": (
        lambda by: measurements.submit_measurement(MeasurementFactory(status="draft"), by=by),
        {"impact_measurement": {"status", "returned_why"}},
    ),
    "a figure is sent back": (
        lambda by: measurements.return_measurement(
            MeasurementFactory(status="submitted"), reason="Look again", by=by
        ),
        {"impact_measurement": {"status", "returned_why", "approved_by_id"}},
    ),
    "a figure is approved": (
        lambda by: measurements.approve_measurement(
            MeasurementFactory(status="submitted"), by=by, seen=1
        ),
        {"impact_measurement": {"status", "approved_by_id"}},
    ),
    "a figure is published": (
        lambda by: measurements.publish_measurement(
            MeasurementFactory(status="approved", approved_by=by), by=by, at=PUBLISHED_AT, seen=1
        ),
        {"impact_measurement": {"status", "published_at"}},
    ),
    "a target is changed": (
        lambda by: targets.change_target(
            TargetFactory(window_start=FIRST, window_end=LAST),
            value=Decimal(80),
            by=by,
            today=TODAY,
        ),
        {"impact_target": {"value", "set_on"}},
    ),
}


@pytest.mark.parametrize(("act", "columns"), ACTS.values(), ids=ACTS)
def test_what_is_saved_is_what_changed(act, columns):
    by = UserFactory()

    assert {
        table: found for table, found in written(lambda: act(by)).items() if table in columns
    } == columns
