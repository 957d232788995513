"""The files that a figure rests on are what their bytes say, and go with the last row that holds them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from crm.domain.refusals import Refused
from impact.models import Evidence
from impact.services import evidence, measurements
from tests.impact.factories import MeasurementFactory, MetricFactory

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
