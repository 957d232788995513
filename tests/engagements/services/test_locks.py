"""Once an engagement is over, its plan stays."""

import pytest
from django.db import transaction

from crm.domain.refusals import Refused
from engagements.models import Engagement
from engagements.services import locks
from tests.engagements.factories import EngagementFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["stopped", "autonomous"])
def test_what_is_over_is_refused_in_words(state):
    engagement = EngagementFactory(**{state: True})

    with pytest.raises(Refused, match="nothing else is planned"), transaction.atomic():
        locks.lock_running(engagement)


def test_what_was_stopped_meanwhile_is_over_whatever_the_caller_had_read():
    engagement = EngagementFactory()
    other = Engagement.objects.get(pk=engagement.pk)
    other.stage, other.stopped_on, other.stop_reason = "stopped", other.started_on, "Closed."
    other.save()

    assert engagement.is_active
    with pytest.raises(Refused), transaction.atomic():
        locks.lock_running(engagement)


def test_what_is_running_comes_back_as_it_is_saved():
    engagement = EngagementFactory(title="Saved")
    engagement.title = "Typed"

    with transaction.atomic():
        assert locks.lock_running(engagement).title == "Saved"
