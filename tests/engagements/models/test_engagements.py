"""What the database refuses of engagements by itself."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from engagements.models import Engagement

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


class TestStopping:
    def test_the_database_keeps_the_stop_date_with_the_stage(self, engagement):
        with pytest.raises(IntegrityError), transaction.atomic():
            Engagement.objects.filter(pk=engagement.pk).update(stopped_on=TODAY)
