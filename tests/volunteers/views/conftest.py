"""Alix, who is about to leave, and Basile, who may take over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    SkillFactory,
    StaffingNeedFactory,
    VolunteerFactory,
)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def skill():
    return SkillFactory(name_fr="Développement web", name_en="Web development")


@pytest.fixture
def leaving(member, coordinator, skill, today):
    volunteer = VolunteerFactory(
        member=member, user__full_name="Alix", available_from=today - timedelta(days=99)
    )
    volunteer.levels.create(skill=skill, level=2)
    engagement = EngagementFactory(
        member=member, coordinator=coordinator, title="Forêt", in_build=True
    )
    StaffingNeedFactory(
        engagement=engagement,
        skill=skill,
        starts_on=today - timedelta(days=9),
        ends_on=today + timedelta(days=90),
    )
    return AssignmentFactory(
        volunteer=volunteer,
        engagement=engagement,
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=20),
        days_a_week=Decimal(3),
    )


@pytest.fixture
def arriving(member, skill, today):
    volunteer = VolunteerFactory(
        member=member, user__full_name="Basile", available_from=today - timedelta(days=99)
    )
    volunteer.levels.create(skill=skill, level=3)
    return volunteer
