"""What a row of a request says of itself."""

from datetime import UTC, datetime

import pytest

from tests.crm.factories import SupportRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_day_of_the_reference_never_changes():
    request = SupportRequestFactory(started_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert request.reference == f"D-2026-{request.pk}"
