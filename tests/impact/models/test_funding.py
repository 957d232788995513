"""A grant is read by its funder and by those who run the engagement, and acted on while it runs."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from crm.domain.roles import Role
from impact.models import Funding
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 7, 10), timedelta(days=1)


class TestWhoReadsIt:
    @pytest.fixture
    def grants(self, member):
        """Two funders of one engagement."""
        return FundingFactory.create_batch(2, engagement=EngagementFactory(member=member))

    def seen_by(self, user):
        return set(Funding.objects.visible_to(user))

    def test_a_funder_reads_its_own_and_not_the_other_one_s(self, grants):
        first, second = grants

        for own in (first, second):
            assert self.seen_by(person_as(Role.FUNDER, own.funder)) == {own}

    def test_those_who_run_the_engagement_read_both(self, grants, coordinator, administrator):
        assert self.seen_by(coordinator) == self.seen_by(administrator) == set(grants)

    def test_neither_its_lead_nor_another_member_reads_one(self, grants, outsider):
        lead = person_as(Role.LEAD, grants[0].engagement.beneficiary)

        assert self.seen_by(lead) == self.seen_by(outsider) == set()


@pytest.mark.parametrize(
    ("starts_on", "reads_until", "is_readable", "is_running"),
    [
        (TODAY - DAY, TODAY - DAY, False, False),
        (TODAY - DAY, TODAY, True, True),
        (TODAY, TODAY, True, True),
        (TODAY, None, True, True),
        (TODAY + DAY, None, True, False),
    ],
)
def test_one_reads_before_it_begins_and_acts_from_its_first_day_to_its_last(
    starts_on, reads_until, is_readable, is_running
):
    FundingFactory(starts_on=starts_on, reads_until=reads_until)

    assert Funding.objects.readable(TODAY).exists() is is_readable
    assert Funding.objects.running(TODAY).exists() is is_running


def test_the_database_refuses_a_last_day_before_the_first():
    assert FundingFactory(starts_on=TODAY, reads_until=TODAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        FundingFactory(starts_on=TODAY, reads_until=TODAY - DAY)
