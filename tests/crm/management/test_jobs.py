"""The jobs of a day."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.models import SupportRequest
from tests.crm.factories import ReferralFactory

pytestmark = pytest.mark.django_db


class TestRunJobs:
    @pytest.fixture
    def referral(self):
        referral = ReferralFactory()
        SupportRequest.objects.update(due_on=referral.due_on)
        return referral

    def test_a_job_that_breaks_is_told_and_stops_no_other(self, referral, settings, caplog):
        settings.DAILY_JOBS = ["tests.crm.management.test_jobs.break_down", *settings.DAILY_JOBS]
        out = StringIO()

        with pytest.raises(CommandError, match="break_down did not finish"):
            call_command("upkeep", stdout=out)

        assert "1 handed to the desk" in out.getvalue()
        assert "OSError: No space left" in caplog.text


def break_down(at):
    raise OSError("No space left")
