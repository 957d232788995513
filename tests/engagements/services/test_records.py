"""Calls and meetings, written down with an engagement."""

from datetime import date, timedelta

import pytest

from crm.models import Interaction
from engagements.services import records
from tests.crm.factories import ContactFactory
from tests.engagements.refusals import refused_fields

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


class TestRecords:
    def test_a_note_on_tomorrow_is_refused(self, engagement, coordinator):
        errors = refused_fields(
            records.log_interaction,
            engagement,
            records.InteractionNote("call", TODAY + timedelta(days=1), "x"),
            by=coordinator,
            today=TODAY,
        )

        assert "happened_on" in errors

    def test_a_contact_of_another_organisation_is_refused(self, engagement, coordinator):
        errors = refused_fields(
            records.log_interaction,
            engagement,
            records.InteractionNote(
                "call", TODAY, "x", contact=ContactFactory(kept_by=engagement.member)
            ),
            by=coordinator,
            today=TODAY,
        )

        assert "contact" in errors
        assert not Interaction.objects.exists()

    def test_a_note_is_kept_by_the_member_and_known_to_the_engagement(
        self, engagement, coordinator
    ):
        note = records.log_interaction(
            engagement,
            records.InteractionNote(kind="mail", happened_on=TODAY, text="Hello"),
            by=coordinator,
            today=TODAY,
        )

        assert (note.kept_by, note.organisation) == (engagement.member, engagement.beneficiary)
        assert engagement.interactions.get().interaction == note
