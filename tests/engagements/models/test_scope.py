"""What hangs from an engagement is seen by those who see the engagement."""

import pytest

from engagements.models import Risk
from tests.engagements.factories import RiskFactory

pytestmark = pytest.mark.django_db


def test_a_row_is_seen_with_its_engagement_and_by_nobody_else(engagement, coordinator, outsider):
    ours = RiskFactory(engagement=engagement)
    RiskFactory()

    assert list(Risk.objects.visible_to(coordinator)) == [ours]
    assert not Risk.objects.visible_to(outsider).exists()
