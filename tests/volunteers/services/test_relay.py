"""Missions made longer, shorter and handed over, and the note that is left."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from crm.domain.workdays import working_days_between
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    RelayNoteFactory,
    SkillFactory,
    WorkDayFactory,
)
from tests.volunteers.leaving import END, TODAY, able, replace, until_july
from volunteers.models import Assignment, RelayNote, SponsorshipAgreement
from volunteers.selectors.relay import days_together
from volunteers.services import assignments, previews, relay

pytestmark = pytest.mark.django_db
NOTE = {"in_progress": "The import", "places": "The safe", "contacts": "Rose", "only_me": "Nothing"}


@pytest.fixture
def skill():
    return SkillFactory(name_fr="Développement web", name_en="Web development")


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt", in_build=True)


@pytest.fixture
def leaving(engagement, skill):
    return until_july(engagement, skill)


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return by_field(refused.value)


class TestExtend:
    def test_changes_the_last_day_alone_and_says_so_in_the_history(self, leaving, coordinator):
        relay.extend(leaving, ends_on=date(2026, 9, 30), by=coordinator, seen=1)

        row = leaving.history.order_by("-pk").first()
        assert (row.ends_on, row.role, row.days_a_week) == (
            date(2026, 9, 30),
            leaving.role,
            leaving.days_a_week,
        )
        assert str(row.history_change_reason) == "Extended"

    @pytest.mark.parametrize("day", [END, END - timedelta(days=1)])
    def test_is_not_to_the_same_day_or_sooner(self, leaving, coordinator, day):
        assert list(refusal(lambda: relay.extend(leaving, ends_on=day, by=coordinator))) == [
            "ends_on"
        ]

    def test_beyond_the_law_is_refused_in_words(self, leaving, coordinator):
        AgreementFactory(volunteer=leaving.volunteer, starts_on=date(2024, 6, 3), ends_on=END)

        messages = refusal(lambda: relay.extend(leaving, ends_on=date(2027, 6, 3), by=coordinator))

        assert messages == {
            "ends_on": [
                "A loan lasts 3 years at most: by law Alix may be lent until 2 June 2027, no longer."
            ]
        }
        relay.extend(leaving, ends_on=date(2027, 6, 2), by=coordinator)

    def test_a_service_has_no_limit(self, leaving, coordinator):
        service = SponsorshipAgreement.Form.SERVICE
        AgreementFactory(
            volunteer=leaving.volunteer, starts_on=date(2024, 6, 3), ends_on=END, form=service
        )

        relay.extend(leaving, ends_on=date(2028, 1, 1), by=coordinator)

    def test_without_an_agreement_one_is_warned_and_asked(self, leaving, coordinator):
        follows = previews.preview_last_day(leaving, date(2029, 12, 31), TODAY)

        assert [each.level for each in follows if each.word == "Law"] == ["unknown"]
        refusal(lambda: relay.extend(leaving, ends_on=date(2029, 12, 31), by=coordinator))
        relay.extend(leaving, ends_on=date(2029, 12, 31), past_law=True, by=coordinator)

    def test_the_law_stops_the_form_of_the_whole_assignment_too(self, leaving, coordinator):
        AgreementFactory(volunteer=leaving.volunteer, starts_on=date(2024, 6, 3), ends_on=END)

        refusal(
            lambda: assignments.change_assignment(leaving, ends_on=date(2027, 6, 3), by=coordinator)
        )
        assignments.change_assignment(leaving, role="Architect", by=coordinator)


class TestShorten:
    def test_names_the_days_that_are_logged(self, leaving, coordinator):
        for day in (date(2026, 6, 8), date(2026, 6, 9)):
            WorkDayFactory(assignment=leaving, day=day)

        messages = refusal(lambda: relay.shorten(leaving, ends_on=date(2026, 6, 5), by=coordinator))

        assert messages == {
            "ends_on": [
                "Days are logged outside these dates, and would be left hanging: 8 June, 9 June."
            ]
        }
        leaving.refresh_from_db()
        assert leaving.ends_on == END

    def test_is_not_to_a_later_day(self, leaving, coordinator):
        assert list(refusal(lambda: relay.shorten(leaving, ends_on=END, by=coordinator))) == [
            "ends_on"
        ]

    def test_a_form_opened_before_another_s_save_is_stale(self, leaving, coordinator):
        relay.shorten(leaving, ends_on=END - timedelta(days=1), by=coordinator, seen=1)

        with pytest.raises(Stale):
            relay.shorten(leaving, ends_on=END - timedelta(days=2), by=coordinator, seen=1)


class TestReplace:
    def test_both_work_side_by_side_in_the_same_role(self, leaving, member, skill, coordinator):
        note = replace(leaving, able(member, skill), coordinator)

        arriving = note.successor
        assert (arriving.starts_on, arriving.ends_on) == (date(2026, 6, 29), date(2026, 12, 31))
        assert (arriving.role, arriving.days_a_week, arriving.is_confirmed) == (
            leaving.role,
            3,
            False,
        )
        assert days_together(leaving, arriving) == 5
        assert (note.assignment, note.written_on) == (leaving, None)

    def test_nothing_is_half_done_when_the_other_has_no_time(
        self, leaving, member, skill, coordinator
    ):
        busy = able(member, skill)
        AssignmentFactory(volunteer=busy, days_a_week=Decimal(4))

        messages = refusal(lambda: replace(leaving, busy, coordinator, last_day=date(2026, 6, 26)))

        assert list(messages) == ["volunteer"]
        leaving.refresh_from_db()
        assert leaving.ends_on == END
        assert not RelayNote.objects.exists()

    def test_happens_once(self, leaving, member, skill, coordinator):
        replace(leaving, able(member, skill), coordinator)

        refusal(lambda: replace(leaving, able(member, skill), coordinator))
        assert Assignment.objects.filter(engagement=leaving.engagement).count() == 2

    def test_days_that_are_logged_stand_in_the_way_of_an_earlier_last_day(
        self, leaving, member, skill, coordinator
    ):
        WorkDayFactory(assignment=leaving, day=date(2026, 6, 9))

        messages = refusal(
            lambda: replace(
                leaving,
                able(member, skill),
                coordinator,
                last_day=date(2026, 6, 8),
                today=date(2026, 5, 1),
            )
        )

        assert list(messages) == ["last_day"]

    def test_the_days_side_by_side_have_not_begun_already(
        self, leaving, member, skill, coordinator
    ):
        messages = refusal(
            lambda: replace(leaving, able(member, skill), coordinator, overlap_days=30)
        )

        assert list(messages) == ["overlap_days"]

    def test_nobody_takes_over_from_themselves(self, leaving, coordinator):
        assert list(refusal(lambda: replace(leaving, leaving.volunteer, coordinator))) == [
            "volunteer"
        ]

    @given(days=st.integers(0, 40), number=st.integers(0, 30))
    def test_so_many_working_days_remain_from_the_first_to_the_last(self, days, number):
        last = date(2026, 4, 1) + timedelta(days=days)

        first = relay.first_day_together(last, number)

        assert working_days_between(first - timedelta(days=1), last) == number


class TestRelayNote:
    def test_is_written_on_the_day_on_which_nothing_is_missing(self, leaving):
        by = leaving.volunteer.user
        half = relay.write_note(leaving, in_progress="The import", by=by, today=TODAY, seen=0)
        assert (half.written_on, len(half.missing)) == (None, 3)

        whole = relay.write_note(leaving, **NOTE, by=by, today=END, seen=1)

        assert (whole.written_on, whole.missing) == (END, [])

    def test_two_who_begin_it_do_not_write_over_each_other(self, leaving):
        relay.write_note(
            leaving, in_progress="Mine", by=leaving.volunteer.user, today=TODAY, seen=0
        )

        with pytest.raises(Stale):
            relay.write_note(
                leaving, in_progress="Other", by=leaving.volunteer.user, today=TODAY, seen=0
            )

    def test_the_database_keeps_a_half_written_one_from_counting_as_written(self, leaving):
        with pytest.raises(IntegrityError), transaction.atomic():
            RelayNoteFactory(assignment=leaving, in_progress="The import", written_on=TODAY)

    def test_is_read_by_the_team_and_not_by_the_sponsor(self, leaving):
        note = RelayNoteFactory(assignment=leaving, in_progress="The import")
        company = person_as(Role.SPONSOR, leaving.volunteer.sponsor)
        lead = person_as(Role.LEAD, leaving.engagement.beneficiary)

        seen = [
            RelayNote.objects.visible_to(user).count()
            for user in (leaving.volunteer.user, lead, company)
        ]

        assert (seen, Assignment.objects.visible_to(company).get()) == ([1, 1, 0], leaving)
        assert note.missing


class TestAnAbsurdDay:
    @pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1), date(2026, 1, 4)])
    def test_is_refused_at_its_field(self, leaving, member, skill, coordinator, day):
        arriving = able(member, skill, user__full_name="Billie")

        assert set(
            refusal(lambda: replace(leaving, arriving, coordinator, last_day=day, overlap_days=0))
        ) == {"last_day"}
