"""Somebody who leaves on 3 July 2026, and whoever takes over from them."""

from datetime import date
from decimal import Decimal

from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.services import relay

TODAY = date(2026, 6, 10)
END = date(2026, 7, 3)


def able(member, skill, level=2, **facts):
    volunteer = VolunteerFactory(member=member, **facts)
    volunteer.levels.create(skill=skill, level=level)
    return volunteer


def until_july(engagement, skill):
    """Alix, a developer for three days a week, until 3 July."""
    volunteer = able(engagement.member, skill, user__full_name="Alix")
    return AssignmentFactory(
        volunteer=volunteer,
        engagement=engagement,
        starts_on=date(2026, 1, 5),
        ends_on=END,
        days_a_week=Decimal(3),
    )


def replace(leaving, volunteer, by, **given):
    given = {
        "last_day": END,
        "overlap_days": 5,
        "ends_on": date(2026, 12, 31),
        "today": TODAY,
    } | given
    common = {name: given.pop(name) for name in ("today", "seen", "past_law") if name in given}
    return relay.replace(leaving, relay.Replacement(volunteer, **given), by=by, **common)
