"""People in common are read by those who read both engagements."""

import pytest

from crm.domain.roles import Role
from impact.models import Overlap
from tests.crm.factories import OrganisationFactory, person_as
from tests.impact.factories import FundingFactory, IndicatorFactory
from tests.impact.in_common import declare, following

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    return IndicatorFactory(aggregation="unique")


@pytest.fixture
def followed(indicator, member):
    return following(indicator, member)


class TestWhoReads:
    def test_only_those_who_read_both_engagements(self, followed, coordinator):
        first, second = followed(60), followed(40)
        overlap = declare(first, second, coordinator)
        of_one, of_both = OrganisationFactory(funder=True), OrganisationFactory(funder=True)
        for funder, metric in ((of_one, first), (of_both, first), (of_both, second)):
            FundingFactory(funder=funder, engagement=metric.engagement)

        assert not Overlap.objects.visible_to(person_as(Role.FUNDER, of_one)).exists()
        assert Overlap.objects.visible_to(person_as(Role.FUNDER, of_both)).get() == overlap
        assert Overlap.objects.run_by(coordinator).get() == overlap
