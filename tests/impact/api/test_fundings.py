"""Fundings through the API: a funder reads its own alone."""

import pytest

from crm.domain.roles import Role
from tests.api_client import keys
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


class TestFundings:
    def test_a_funder_reads_its_own_alone(self, enter, engagement):
        funder = person_as(Role.FUNDER)
        own = FundingFactory(funder=funder.memberships.get().organisation, engagement=engagement)
        other = FundingFactory(engagement=engagement)

        assert keys(enter(funder).get(f"{ROOT}/fundings/")) == [own.pk]
        assert enter(funder).get(f"{ROOT}/fundings/{other.pk}/").status_code == 404
        assert enter(funder).get(f"{ROOT}/fundings/{own.pk}/").data["starts_on"] == "2026-01-05"
