"""When a figure was published: said by its publication, and kept by the database."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from impact.models import Measurement
from impact.services import measurements
from tests.api_client import ReadingClient
from tests.crm.factories import UserFactory
from tests.impact.factories import PUBLISHED_AT, MeasurementFactory

pytestmark = pytest.mark.django_db


class TestThePublication:
    @pytest.fixture
    def approved(self, member):
        return MeasurementFactory(
            metric__engagement__member=member,
            status="approved",
            approved_by=UserFactory(),
            published_at=None,
        )

    def test_says_when_it_was(self, approved, coordinator):
        measurements.publish_measurement(
            approved, seen=approved.version, by=coordinator, at=PUBLISHED_AT
        )

        approved.refresh_from_db()
        assert approved.published_at == PUBLISHED_AT

    def test_by_the_page_it_is_now(self, client, approved, coordinator):
        client.force_login(coordinator)
        before = timezone.now()

        client.post(reverse("impact:measurement-publish", args=[approved.pk]), {"seen": 1})

        approved.refresh_from_db()
        assert before <= approved.published_at <= timezone.now()

    def test_by_the_api_it_is_now_and_read_there(self, approved, coordinator):
        api = ReadingClient()
        api.force_authenticate(coordinator)

        of_long_ago = {"published_at": "2001-01-01T00:00:00Z"}
        assert (
            api.post(f"/api/v1/measurements/{approved.pk}/publish/", of_long_ago).status_code == 400
        )
        response = api.post(f"/api/v1/measurements/{approved.pk}/publish/")

        assert (response.status_code, response.data["published_at"][:2]) == (200, "20")
        assert not response.data["published_at"].startswith("2001")

    @pytest.mark.parametrize(
        ("status", "moment"), [("published", None), ("approved", PUBLISHED_AT)]
    )
    def test_a_moment_without_a_publication_or_the_other_way_round_is_refused(self, status, moment):
        row = MeasurementFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            Measurement.objects.filter(pk=row.pk).update(status=status, published_at=moment)
