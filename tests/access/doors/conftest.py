import pytest

from tests.access.world import build_onlookers, build_world


@pytest.fixture
def world(db):
    world = build_world("A")
    build_onlookers(world)
    return world
