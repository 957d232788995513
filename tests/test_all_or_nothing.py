"""A service that writes several rows writes all of them or none, whichever of its writes fails."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from crm.services import organisations, referrals
from engagements.models import RunningCost
from engagements.services import costs, engagements, health, intake, leads
from impact.services import measurements
from tests.access.test_access import fingerprint
from tests.access.world import build_onlookers, build_world
from tests.crm.factories import OrganisationFactory
from tests.engagements.factories import LEARNED
from tests.volunteers.factories import AgreementFactory, MonthSheetFactory, VolunteerFactory
from volunteers.services import assignments, companies, months, relay, volunteers, weeks

WRITE = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def now():
    return timezone.now()


def log_work(world, by):
    assignment = world.objects["assignment"]
    monday = today() - timedelta(days=today().weekday())
    return lambda: weeks.log_work(
        assignment,
        weeks.WorkedWeek(
            week=monday - 7 * DAY,
            days={monday - 7 * DAY: 2, monday - 6 * DAY: 1},
            done="x",
            blocked="No key",
            opens_blocker=True,
        ),
        by=assignment.volunteer.user,
        at=now(),
    )


def assign(world, by):
    person = VolunteerFactory(member=world.objects["member"])
    return lambda: assignments.assign(
        person,
        world.objects["engagement"],
        assignments.AssignmentTerms(
            role="x", starts_on=today(), ends_on=today() + DAY, days_a_week=Decimal(1)
        ),
        by=by,
        today=today(),
    )


def replace(world, by):
    person = VolunteerFactory(member=world.objects["member"])
    assignment = world.objects["assignment"]
    world.objects["relay note"].delete()
    return lambda: relay.replace(
        assignment,
        relay.Replacement(
            volunteer=person,
            last_day=assignment.ends_on + DAY,
            overlap_days=1,
            ends_on=assignment.ends_on + 30 * DAY,
        ),
        by=by,
        today=today(),
    )


def correct_day(world, by):
    sheet = MonthSheetFactory(
        assignment=world.objects["assignment"], month=month_before(2), is_locked=True
    )
    return lambda: months.correct_day(
        sheet, day=sheet.month, half_days=1, reason="x", by=by, at=now()
    )


def month_before(number):
    day = today().replace(day=1)
    for _n in range(number):
        day = (day - DAY).replace(day=1)
    return day


def appoint_lead(world, by):
    return lambda: leads.appoint_lead(
        world.objects["engagement"],
        leads.LeadChoice(new_name="Rose"),
        leads.LeadTerm(starts_on=today()),
        by=by,
    )


def stop(world, by):
    return lambda: engagements.move_stage(
        world.objects["engagement"],
        engagements.StageMove(to="stopped", reason="x", post_mortem=LEARNED),
        by=by,
        at=now(),
    )


def cost_above_the_ceiling(world, by):
    engagement = world.objects["engagement"]
    facts = {
        "kind": "hosting",
        "label": "Dear",
        "quantity": 1,
        "unit_price": 1000,
        "period": "month",
    }
    facts |= {"payer": "beneficiary", "starts_on": today()}
    return lambda: costs.save_cost(
        RunningCost(engagement=engagement, **facts), decision="The board.", by=by, today=today()
    )


def add_volunteer(world, by):
    return lambda: volunteers.add_volunteer(
        volunteers.NewVolunteer(
            full_name="Alix Martin",
            email="alix@lent.example",
            sponsor=world.objects["sponsor"],
            member=world.objects["member"],
            days_a_week=Decimal(2),
            available_from=today(),
            levels={world.objects["need"].skill: 2},
        ),
        by=by,
    )


def change_company(world, by):
    person = world.objects["assignment"].volunteer
    other = OrganisationFactory(name="Next", is_sponsor=True)
    AgreementFactory(volunteer=person, starts_on=today() - 90 * DAY, ends_on=today() + 90 * DAY)
    return lambda: companies.change_company(person, to=other, on=today(), by=by, today=today())


def override_health(world, by):
    return lambda: health.override_health(
        world.objects["engagement"],
        health.HandSetLevel(level="act", reason="x", until=today() + DAY),
        by=by,
        at=now(),
    )


def accept_request(world, by):
    referral = world.objects["referral"]
    version = referral.request.version
    return lambda: intake.accept_request(
        referral,
        intake.Acceptance(title="X", coordinator=by, started_on=today()),
        by=by,
        at=now(),
        seen=version,
    )


def decline(world, by):
    referral = world.objects["referral"]
    version = referral.request.version
    return lambda: referrals.decline(
        referral, reason="capacity", text="x", by=by, at=now(), seen=version
    )


def archive(world, by):
    return lambda: organisations.archive_organisation(
        world.objects["organisation"], by=by, at=now(), why="x", anyway=True
    )


def publish_figure(world, by):
    draft = world.objects["draft"]
    version = measurements.submit_measurement(draft, by=by).version
    version = measurements.approve_measurement(draft, by=world.people["lead"], seen=version).version
    return lambda: measurements.publish_measurement(draft, by=by, at=now(), seen=version)


SERVICES = [
    log_work,
    assign,
    replace,
    correct_day,
    add_volunteer,
    change_company,
    appoint_lead,
    stop,
    cost_above_the_ceiling,
    override_health,
    accept_request,
    decline,
    archive,
    publish_figure,
]


@pytest.fixture
def world(db):
    world = build_world("A")
    build_onlookers(world)
    return world


class Broken(DatabaseError):
    pass


def run(act, fails_at=None):
    """How many writes it makes; the one that `fails_at` names is not made, and the database says so."""
    writes = 0

    def listen(execute, sql, params, many, context):
        nonlocal writes
        if WRITE.match(sql):
            if writes == fails_at:
                raise Broken
            writes += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        act()
    return writes


@pytest.mark.parametrize("prepare", SERVICES, ids=lambda prepare: prepare.__name__)
def test_whichever_write_fails_nothing_is_written(world, prepare):
    act = prepare(world, world.people["coordinator"])
    with transaction.atomic():
        writes = run(act)
        transaction.set_rollback(True)
    before = fingerprint()

    for number in range(writes):
        with pytest.raises(Broken):
            run(act, fails_at=number)
        assert fingerprint() == before, f"write {number} of {writes}"

    assert writes > 1
