"""The files that a figure rests on: what they are by their bytes, for those who work in the engagement."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from impact.models import Evidence
from impact.services import evidence, measurements
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


class TestAdding:
    def test_a_file_is_what_its_bytes_say(self, figure, coordinator):
        evidence_file = add(figure, coordinator, name="../../étude « finale ».exe")

        assert (evidence_file.name, evidence_file.media_type) == (
            "étude finale.pdf",
            "application/pdf",
        )
        assert evidence_file.file.name.startswith("evidence/")

    @pytest.mark.parametrize("content", [b"MZ\x90\x00 a program", b"<html><script>1</script>", b""])
    def test_one_that_lies_or_is_empty_is_refused_at_its_field(self, figure, coordinator, content):
        with pytest.raises(Refused) as refused:
            add(figure, coordinator, content=content)

        assert list(refused.value.message_dict) == ["file"]
        assert not Evidence.objects.exists()

    def test_the_same_file_is_there_once(self, figure, coordinator):
        add(figure, coordinator)

        with translation.override("en"), pytest.raises(Refused, match="attached already"):
            add(figure, coordinator)
        assert figure.evidence.count() == 1

    def test_there_are_five_at_most(self, figure, coordinator):
        for number in range(5):
            add(figure, coordinator, content=PDF + bytes([48 + number]))

        with pytest.raises(Refused):
            add(figure, coordinator)

    def test_what_others_have_looked_at_stays(self, figure, coordinator):
        evidence_file = add(figure, coordinator)
        measurements.submit_measurement(figure, by=coordinator)

        with pytest.raises(Refused):
            evidence.drop_evidence(evidence_file)

    def test_the_bytes_go_with_the_last_row_that_holds_them(
        self, figure, coordinator, django_capture_on_commit_callbacks
    ):
        other = MeasurementFactory(metric=figure.metric, status="draft")
        first, second = add(figure, coordinator), add(other, coordinator)
        storage, name = first.file.storage, first.file.name

        with django_capture_on_commit_callbacks(execute=True):
            evidence.drop_evidence(first)
        assert storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            evidence.drop_evidence(second)
        assert not storage.exists(name)


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
