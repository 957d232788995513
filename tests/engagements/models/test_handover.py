"""Who sees the survival checks."""

import pytest

from engagements.models import SurvivalCheck
from tests.engagements.factories import EngagementFactory, SurvivalCheckFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


def test_survival_checks_are_seen_by_those_who_see_the_engagement(
    outsider, coordinator, engagement
):
    SurvivalCheckFactory(engagement=engagement)

    assert SurvivalCheck.objects.visible_to(coordinator).count() == 1
    assert not SurvivalCheck.objects.visible_to(outsider).exists()
