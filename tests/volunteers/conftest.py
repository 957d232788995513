"""Python, and people who know it: asked for and proposed in the tests of needs, of staffing and of people."""

import pytest

from tests.volunteers.factories import SkillFactory, VolunteerFactory


@pytest.fixture
def python():
    return SkillFactory(name_fr="Python", name_en="Python")


@pytest.fixture
def skilled(member, python):
    def skilled(name, level=2, **facts):
        volunteer = VolunteerFactory(member=member, user__full_name=name, **facts)
        if level is not None:
            volunteer.levels.create(skill=python, level=level)
        return volunteer

    return skilled
