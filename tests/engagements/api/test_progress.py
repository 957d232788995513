"""Blockers by the API."""

import pytest

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.engagements.factories import BlockerFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"


class TestBlockers:
    def test_a_blocker_is_resolved_by_its_team_and_once(self, enter, engagement):
        user = person_as(Role.VOLUNTEER)
        TeamMemberFactory(engagement=engagement, user=user)
        url = f"{ROOT}/blockers/{BlockerFactory(engagement=engagement).pk}/resolve/"

        assert enter(user).post(url, {"resolution": "Bought"}).data["resolution"] == "Bought"
        assert enter(user).post(url, {}).status_code == 400
