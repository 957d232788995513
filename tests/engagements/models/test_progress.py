"""What the database refuses of weeks and blockers by itself."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.engagements.factories import BlockerFactory, ProgressLogFactory

pytestmark = pytest.mark.django_db


class TestProgress:
    def test_the_database_wants_mondays(self, engagement, coordinator):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProgressLogFactory(engagement=engagement, author=coordinator, week=date(2026, 6, 9))


class TestBlockers:
    def test_the_database_refuses_one_resolved_before_it_opened(self, engagement):
        with pytest.raises(IntegrityError), transaction.atomic():
            BlockerFactory(engagement=engagement, resolved_on=date(2026, 5, 1))
