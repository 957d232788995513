"""What the days bring by themselves: reminders, the next step, and what is forgotten."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from crm.domain.roles import Role
from crm.models import Attachment, Referral, SecretLink, SupportRequest
from crm.services import attachments, links, requests, upkeep
from tests.crm.factories import ReferralFactory, SupportRequestFactory, person_as

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)  # the answer of ReferralFactory is due on 16 June
CLOSED = {"state": "withdrawn", "due_on": None}


class TestRunClocks:
    @pytest.fixture
    def referral(self):
        referral = ReferralFactory()
        SupportRequest.objects.update(due_on=referral.due_on)
        return referral

    def test_reminds_before_the_answer_is_due_and_once(self, referral):
        assert upkeep.run_clocks(at=NOW) == (1, 0)
        assert upkeep.run_clocks(at=NOW) == (0, 0)

    def test_leaves_alone_what_has_time(self, referral):
        assert upkeep.run_clocks(at=NOW - timedelta(days=10)) == (0, 0)

    def test_does_not_remind_while_the_holder_is_asked(self, referral):
        requests.ask_holder(referral.request, text="Who?", by=None, at=NOW)

        assert upkeep.run_clocks(at=NOW) == (0, 0)

    def test_hands_what_is_late_to_the_desk_and_once(self, referral):
        person_as(Role.DESK)

        assert upkeep.run_clocks(at=NOW + timedelta(days=5)) == (0, 1)
        assert upkeep.run_clocks(at=NOW + timedelta(days=5)) == (0, 0)
        assert SupportRequest.objects.get().waiting_for == "desk"

    def test_the_command_says_what_it_did(self, referral):
        out = StringIO()
        call_command("upkeep", stdout=out)

        assert out.getvalue() == (
            "0 reminded, 1 handed to the desk, 0 forgotten, 0 asked if still alive, 0 of another company.\n"
        )


class TestForget:
    def test_a_draft_that_nobody_sends_goes_with_its_links_history_and_files(
        self, django_capture_on_commit_callbacks
    ):
        draft = SupportRequestFactory(draft=True, started_at=NOW - timedelta(days=91))
        requests.keep_draft(draft, {"name": "CANARY"})
        attachment = attachments.attach(
            draft, SimpleUploadedFile("a.pdf", b"%PDF-1.4 CANARY"), at=NOW
        )
        links.make_link(draft, SecretLink.Purpose.MAIL, at=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            assert upkeep.forget(at=NOW) == 1

        assert not SupportRequest.objects.exists()
        assert not SupportRequest.history.exists()
        assert not SecretLink.objects.exists()
        assert not Attachment.objects.exists()
        assert not attachment.file.storage.exists(attachment.file.name)

    def test_a_file_that_another_request_holds_stays(self, django_capture_on_commit_callbacks):
        old = SupportRequestFactory(draft=True, started_at=NOW - timedelta(days=91))
        new = SupportRequestFactory()
        for request in (old, new):
            attachment = attachments.attach(
                request, SimpleUploadedFile("a.pdf", b"%PDF-1.4 same"), at=NOW
            )
        with django_capture_on_commit_callbacks(execute=True):
            upkeep.forget(at=NOW)

        assert attachment.file.storage.exists(attachment.file.name)

    @pytest.mark.parametrize(("years", "forgotten"), [(2, 0), (4, 1)])
    def test_a_closed_one_goes_three_years_after_its_end(self, years, forgotten):
        SupportRequestFactory(**CLOSED, closed_at=NOW - timedelta(days=365 * years))

        assert upkeep.forget(at=NOW) == forgotten

    def test_its_proposals_go_with_it(self):
        referral = ReferralFactory()
        requests.withdraw_request(referral.request, at=NOW - timedelta(days=4 * 365))

        upkeep.forget(at=NOW)

        assert not Referral.objects.exists()
        assert not Referral.history.exists()

    def test_an_open_one_stays_however_old(self):
        SupportRequestFactory(submitted_at=NOW - timedelta(days=4_000))

        assert upkeep.forget(at=NOW) == 0
