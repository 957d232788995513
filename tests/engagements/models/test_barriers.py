"""What the database refuses of barriers by itself."""

import pytest
from django.db import IntegrityError, transaction

from engagements.models import BarrierAssessment, Side
from tests.engagements.factories import AssessmentFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("barrier", ["culture", "expertise", "finance", "time"])
def test_a_barrier_is_between_0_and_4(barrier):
    AssessmentFactory(**{barrier: 4})

    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentFactory(**{barrier: 5})


def test_each_side_answers_once_at_each_moment():
    first = AssessmentFactory(side=Side.MEMBER)
    AssessmentFactory(engagement=first.engagement, moment=first.moment, side=Side.BENEFICIARY)

    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentFactory(engagement=first.engagement, moment=first.moment, side=Side.MEMBER)
    assert BarrierAssessment.objects.count() == 2
