"""A file is taken in up to a limit; nothing of it goes to the disk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from crm.files.upload_limits import LARGEST_BODY, LARGEST_FILE
from crm.models import Attachment
from crm.services import links
from tests.crm.factories import SupportRequestFactory
from tests.impact.factories import MeasurementFactory, MetricFactory

PDF = b"%PDF-1.4 "


@pytest.fixture
def no_disk(settings):
    """Whoever wants to spool a file finds no folder for it."""
    settings.FILE_UPLOAD_TEMP_DIR = "/nonexistent"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1


def sent(size):
    return SimpleUploadedFile("a.pdf", PDF + b"0" * (size - len(PDF)))


@pytest.mark.django_db
@pytest.mark.usefixtures("no_disk")
class TestTheFile:
    @pytest.mark.parametrize(
        ("size", "kept"), [(LARGEST_FILE, 1), (LARGEST_FILE + 1, 0), (3 * LARGEST_FILE, 0)]
    )
    def test_of_the_public_form(self, client, size, kept):
        draft = SupportRequestFactory(draft=True)
        client.cookies["relais-ask"] = links.make_link(draft, "browser", at=timezone.now())

        page = client.post(
            reverse("crm:ask-attach"),
            {"file": sent(size)},
            follow=True,
            headers={"accept-language": "en"},
        )

        assert page.status_code == 200
        assert [row.size for row in Attachment.objects.all()] == [size] * kept
        assert ("larger than 5" in page.content.decode()) != bool(kept)

    @pytest.mark.parametrize(("size", "wrong"), [(LARGEST_FILE, False), (LARGEST_FILE + 1, True)])
    def test_of_evidence(self, client, member, coordinator, size, wrong):
        figure = MeasurementFactory(metric=MetricFactory(engagement__member=member), status="draft")
        client.force_login(coordinator)

        page = client.post(
            reverse("impact:evidence-create", args=[figure.pk]), {"file": sent(size)}
        )

        assert (page.status_code == 422) == wrong
        assert figure.evidence.count() == (0 if wrong else 1)

    def test_of_an_import(self, client, member, coordinator):
        metric = MetricFactory(engagement__member=member)
        client.force_login(coordinator)

        page = client.post(
            reverse("impact:measurement-import", args=[metric.engagement_id]),
            {"file": sent(LARGEST_FILE + 1)},
        )

        assert (page.status_code, list(page.context_data["form"].errors)) == (422, ["file"])

    def test_of_nobody_is_read_past(self, client):
        assert (
            client.post(reverse("crm:ask-attach"), {"file": sent(2 * LARGEST_FILE)}).status_code
            == 404
        )


def test_a_body_holds_a_file_and_its_form(settings):
    assert LARGEST_BODY > LARGEST_FILE + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
