"""Who works in an engagement."""

import pytest

from engagements.models.team import people_of
from tests.engagements.leaving import DAY, assignment_on, today

pytestmark = pytest.mark.django_db


class TestPeople:
    """Somebody whose every role, appointment and mission in the engagement is over; each at its last day."""

    def test_who_is_on_the_way_may_hold_something(self, engagement):
        person = assignment_on(
            engagement, starts_on=today() + DAY, confirmed_on=None
        ).volunteer.user

        assert person in people_of(engagement, today())
