"""A figure goes only where the table of moves says, and past two pairs of eyes."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale
from impact.models import Measurement
from impact.services import measurements
from impact.services.measurements import MOVES
from tests.crm.factories import UserFactory
from tests.impact.factories import PUBLISHED_AT, MeasurementFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)
STATES = ["draft", "submitted", "approved", "published"]
VERBS = {
    "submitted": measurements.submit_measurement,
    "approved": lambda row, by: measurements.approve_measurement(row, seen=row.version, by=by),
    "published": lambda row, by: measurements.publish_measurement(
        row, seen=row.version, by=by, at=PUBLISHED_AT
    ),
    "draft": lambda row, by: measurements.return_measurement(row, reason="Look again", by=by),
}


def in_state(state, **facts):
    approver = UserFactory() if state in ("approved", "published") else None
    return MeasurementFactory(status=state, approved_by=approver, **facts)


class TestMoves:
    @pytest.mark.parametrize("to", STATES)
    @pytest.mark.parametrize("state", STATES)
    def test_goes_only_where_the_table_says(self, state, to):
        row = in_state(state)

        if to in MOVES[state]:
            assert VERBS[to](row, by=UserFactory()).status == to
        else:
            with pytest.raises(Refused):
                VERBS[to](row, by=UserFactory())
            row.refresh_from_db()
            assert row.status == state

    def test_is_not_approved_by_its_author(self):
        row = in_state("submitted")

        with translation.override("en"), pytest.raises(Refused, match="somebody else approves it"):
            measurements.approve_measurement(row, seen=row.version, by=row.author)

        row.refresh_from_db()
        assert (row.status, row.approved_by) == ("submitted", None)

    def test_the_database_knows_it_too(self):
        row = in_state("approved")

        with pytest.raises(IntegrityError):
            Measurement.objects.filter(pk=row.pk).update(approved_by=row.author)

    def test_an_approval_does_not_outlive_its_figure(self):
        back = measurements.return_measurement(
            in_state("approved"), reason="The window is wrong", by=UserFactory()
        )

        changed = measurements.change_draft(back, count=61, by=back.author, today=TODAY)

        assert (changed.count, changed.approved_by, changed.status) == (61, None, "draft")
        assert measurements.submit_measurement(changed, by=back.author).returned_why == ""

    @pytest.mark.parametrize("state", STATES[1:])
    def test_only_a_draft_is_changed_or_taken_away(self, state):
        row = in_state(state)

        with pytest.raises(Refused):
            measurements.change_draft(row, count=61, by=row.author, today=TODAY)
        with pytest.raises(Refused):
            measurements.delete_draft(row, by=row.author)

        row.refresh_from_db()
        assert row.count == 60

    def test_a_draft_that_somebody_changed_since_is_not_overwritten(self):
        row = in_state("draft")
        measurements.change_draft(row, count=61, by=row.author, today=TODAY, seen=1)

        with pytest.raises(Stale):
            measurements.change_draft(row, count=62, by=row.author, today=TODAY, seen=1)

    def test_a_changed_draft_keeps_the_rules_of_a_new_one(self):
        with pytest.raises(Refused, match=r"window|fenêtre"):
            measurements.change_draft(
                in_state("draft"), window_end=date(2027, 1, 1), by=UserFactory(), today=TODAY
            )

    @settings(deadline=None, max_examples=40)
    @given(steps=st.lists(st.sampled_from(STATES), max_size=8))
    def test_nothing_is_published_that_two_people_have_not_seen(self, steps):
        row = in_state("draft")
        people = [row.author, UserFactory()]
        for turn, to in enumerate(steps):
            with translation.override("en"):
                try:
                    row = VERBS[to](row, by=people[turn % 2])
                except Refused:
                    row.refresh_from_db()

            assert (row.approved_by is None) == (row.status in ("draft", "submitted"))
            assert row.approved_by != row.author
