"""Files of a request: known by what they hold, whole, and gone with their row."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.models import Attachment, SupportRequest
from crm.services import attachments
from tests.crm.asking import begin
from tests.crm.factories import SupportRequestFactory
from tests.kept import attach, bytes_of, put_aside

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.mark.django_db
@pytest.mark.one_database
class TestAttachments:
    @pytest.fixture
    def attach(self, client):
        begin(client)

        def post(name, content, kind="application/pdf"):
            return client.post(
                reverse("crm:ask-attach"),
                {"file": SimpleUploadedFile(name, content, content_type=kind)},
                follow=True,
                headers={"accept-language": "en"},
            )

        return post

    @pytest.mark.usefixtures("each_place")
    def test_a_pdf_is_kept_under_what_it_holds(self, attach):
        attach("../../étude & plan.PDF", PDF)

        attachment = Attachment.objects.get()
        assert (attachment.name, attachment.media_type) == (
            "étude  plan.pdf".replace("  ", " "),
            "application/pdf",
        )
        assert attachment.file.name == f"requests/{attachment.digest[:2]}/{attachment.digest}"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.pdf", b"<html><script>alert(1)</script></html>"),
            ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("run.pdf", b"MZ\x90\x00" + b"\0" * 100),
            ("script.pdf", b"#!/bin/sh\nrm -rf /"),
            ("archive.pdf", b"PK\x03\x04" + b"\0" * 60),
            ("empty.pdf", b""),
            ("words.txt", b"plain words"),
        ],
    )
    def test_what_it_says_is_not_what_it_is(self, attach, name, content):
        response = attach(name, content)

        assert not Attachment.objects.exists()
        assert "file" in " ".join(map(str, response.context["messages"])).lower()

    def test_too_large_is_refused_in_words(self, attach, settings):
        settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"attachment_bytes": 1024 * 1024}

        response = attach("large.pdf", PDF + b"\0" * 1024 * 1024)

        assert not Attachment.objects.exists()
        assert "larger than 1 MB" in " ".join(map(str, response.context["messages"]))

    def test_five_and_no_more(self, attach):
        for number in range(7):
            attach(f"{number}.pdf", PDF + str(number).encode())

        assert Attachment.objects.count() == 5

    @pytest.mark.usefixtures("each_place")
    def test_taking_one_away_takes_its_bytes_away(
        self, attach, client, django_capture_on_commit_callbacks
    ):
        attach("one.pdf", PDF)
        attachment = Attachment.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("crm:ask-detach"), {"attachment": attachment.pk})

        assert not Attachment.objects.exists()
        assert not attachment.file.storage.exists(attachment.file.name)

    @pytest.mark.usefixtures("each_place")
    def test_the_desk_downloads_it_and_never_opens_it_in_the_page(
        self, attach, client, administrator
    ):
        attach("one.pdf", PDF)
        SupportRequest.objects.update(
            state="received",
            submitted_at=timezone.now(),
            due_on="2026-12-01",
            waiting_since="2026-11-23",
        )
        client.force_login(administrator)

        response = client.get(reverse("crm:attachment", args=[Attachment.objects.get().pk]))

        assert response["Content-Disposition"] == 'attachment; filename="one.pdf"'
        assert response["Content-Security-Policy"].startswith("sandbox")
        assert response.content == PDF


@pytest.mark.django_db
@pytest.mark.usefixtures("each_place")
class TestRows:
    def test_the_next_upload_of_the_same_file_mends_the_half_one(self, settings):
        first = attach()
        put_aside(first, b"%PDF")

        second = attach()

        assert bytes_of(first) == bytes_of(second) == b"%PDF-1.4 x"

    def test_bytes_that_another_took_along_before_the_row_was_there_come_back(
        self, django_capture_on_commit_callbacks
    ):
        old = attach()
        with django_capture_on_commit_callbacks(execute=True):
            new = attach()  # found the bytes of the old one, and trusts them
            put_aside(new)  # whose row went in that moment

        assert bytes_of(old) == b"%PDF-1.4 x"

    def test_bytes_that_a_new_row_names_meanwhile_stay(self, django_capture_on_commit_callbacks):
        old = attach()
        with django_capture_on_commit_callbacks(execute=True):
            attachments.detach(old.request, old.pk)
            new = attach()

        assert bytes_of(new) == b"%PDF-1.4 x"

    def test_nothing_is_kept_of_what_is_refused(self, settings):
        request = SupportRequestFactory()
        attach(request=request)

        with pytest.raises(Refused):
            attach(request=request)

        assert Attachment.objects.count() == 1
