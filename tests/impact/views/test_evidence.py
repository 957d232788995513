"""Evidence on its pages: for those who work in the engagement."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.domain.roles import Role
from impact.services import evidence
from tests.crm.factories import person_as
from tests.impact.factories import PUBLISHED_AT, FundingFactory, MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 the list of the month"


@pytest.fixture
def figure(member):
    return MeasurementFactory(metric=MetricFactory(engagement__member=member), status="draft")


def sent(name="proof.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def add(figure, by, **what):
    return evidence.add_evidence(figure, sent(**what), by=by, today=figure.recorded_on)


class TestPages:
    def test_is_added_read_and_taken_away(self, client, coordinator, figure):
        client.force_login(coordinator)
        page = reverse("impact:measurement-detail", args=[figure.pk])

        added = client.post(reverse("impact:evidence-create", args=[figure.pk]), {"file": sent()})
        assert (added.status_code, added["Location"]) == (302, page)
        evidence_file = figure.evidence.get()
        got = client.get(reverse("impact:evidence-file", args=[evidence_file.pk]))
        assert got.content == PDF
        assert got["Content-Disposition"].startswith("attachment")
        assert "sandbox" in got["Content-Security-Policy"]

        client.post(reverse("impact:evidence-delete", args=[evidence_file.pk]))
        assert not figure.evidence.exists()

    def test_a_wrong_file_is_told_at_the_field(self, client, coordinator, figure):
        client.force_login(coordinator)

        refused = client.post(
            reverse("impact:evidence-create", args=[figure.pk]),
            {"file": sent(content=b"MZ not a document")},
        )

        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["file"])

    def test_a_funder_learns_that_it_is_there_and_no_more(self, client, coordinator, figure):
        evidence_file = add(figure, coordinator)
        figure.status, figure.published_at = "published", PUBLISHED_AT
        figure.save()
        funder = person_as(Role.FUNDER, FundingFactory(engagement=figure.metric.engagement).funder)
        client.force_login(funder)

        response = client.get(
            reverse("impact:measurement-detail", args=[figure.pk]),
            headers={"accept-language": "en"},
        )

        assert "1 file, read by those who work" in response.content.decode()
        assert evidence_file.name not in response.content.decode()
        assert (
            client.get(reverse("impact:evidence-file", args=[evidence_file.pk])).status_code == 404
        )

    @pytest.mark.parametrize("size", [1, 5])
    def test_statements_do_not_grow(self, client, coordinator, figure, size):
        for number in range(size):
            add(figure, coordinator, content=PDF + bytes([48 + number]))
        client.force_login(coordinator)
        page = reverse("impact:measurement-detail", args=[figure.pk])
        client.get(page)

        with CaptureQueriesContext(connection) as asked:
            client.get(page)

        assert len(asked) == 9
