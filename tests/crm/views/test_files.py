"""A file that was lost is said to be, and never sent as if it were whole."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from crm.services import attachments
from tests.crm.factories import SupportRequestFactory


def sent(content=b"%PDF-1.4 x"):
    return SimpleUploadedFile("a.pdf", content)


def attach(content=b"%PDF-1.4 x", request=None):
    return attachments.attach(request or SupportRequestFactory(), sent(content), at=timezone.now())


@pytest.mark.django_db
class TestDoors:
    """No room: a sentence in the reader's language, and no row. A file in place of the folder stands for the disk."""

    @pytest.mark.parametrize("there", [None, b"%PDF", b"%PDF-1.4 y"])
    def test_what_is_lost_is_said_and_never_sent_as_if_it_were_whole(
        self, client, administrator, there
    ):
        attachment = attach()
        Path(attachment.file.path).unlink()
        if there is not None:
            Path(attachment.file.path).write_bytes(there)
        client.force_login(administrator)

        page = client.get(
            reverse("crm:attachment", args=[attachment.pk]), headers={"accept-language": "en"}
        )

        assert page.status_code == 404
        assert "is no longer kept whole" in page.content.decode()
