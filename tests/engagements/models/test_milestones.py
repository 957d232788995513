"""What the database refuses of milestones by itself."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from engagements.models import Milestone
from tests.engagements.factories import MilestoneFactory

pytestmark = pytest.mark.django_db


class TestMilestones:
    def test_the_database_never_moves_what_was_planned_first(self, engagement):
        milestone = MilestoneFactory(engagement=engagement)

        with pytest.raises(Exception, match="planned_first"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(planned_first_on=date(2027, 1, 1))


TODAY = date(2026, 6, 15)


class TestAcceptance:
    def test_the_database_wants_a_person_and_a_day_done_for_an_acceptance(self, engagement):
        milestone = MilestoneFactory(engagement=engagement)

        with pytest.raises(IntegrityError), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(accepted_on=TODAY)
