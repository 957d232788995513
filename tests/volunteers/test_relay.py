"""Missions made longer, shorter and handed over; the relay plan; who alone knows what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale, by_field
from crm.domain.roles import Role
from crm.domain.workdays import working_days_between
from tests.crm.factories import ContactFactory, person_as
from tests.engagements.factories import EngagementFactory, MilestoneFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    RelayNoteFactory,
    SkillFactory,
    SolutionPartFactory,
    StaffingNeedFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.display.relay import in_words
from volunteers.models import Assignment, PartKnowledge, RelayNote, SponsorshipAgreement
from volunteers.selectors.relay import days_together, plan_of
from volunteers.services import assignments, parts, previews, relay
from volunteers.todos.relay import todos_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
END = date(2026, 7, 3)
NOTE = {"in_progress": "The import", "places": "The safe", "contacts": "Rose", "only_me": "Nothing"}


@pytest.fixture
def skill():
    return SkillFactory(name_fr="Développement web", name_en="Web development")


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt", in_build=True)


def able(member, skill, level=2, **facts):
    volunteer = VolunteerFactory(member=member, **facts)
    volunteer.levels.create(skill=skill, level=level)
    return volunteer


@pytest.fixture
def leaving(engagement, member, skill):
    """Alix, a developer for three days a week, until 3 July."""
    volunteer = able(member, skill, user__full_name="Alix")
    return AssignmentFactory(
        volunteer=volunteer,
        engagement=engagement,
        starts_on=date(2026, 1, 5),
        ends_on=END,
        days_a_week=Decimal(3),
    )


@pytest.fixture
def need(engagement, skill):
    return StaffingNeedFactory(
        engagement=engagement, skill=skill, starts_on=date(2026, 1, 5), ends_on=date(2026, 7, 24)
    )


def replace(leaving, volunteer, by, **given):
    given = {
        "last_day": END,
        "overlap_days": 5,
        "ends_on": date(2026, 12, 31),
        "today": TODAY,
    } | given
    common = {name: given.pop(name) for name in ("today", "seen", "past_law") if name in given}
    return relay.replace(leaving, relay.Replacement(volunteer, **given), by=by, **common)


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


class TestConsequences:
    def test_says_what_is_free_afterwards_what_the_law_allows_and_which_skill_is_left(
        self, leaving, need
    ):
        AgreementFactory(
            volunteer=leaving.volunteer, starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31)
        )

        follows = [
            each.sentence for each in previews.preview_last_day(leaving, date(2026, 6, 19), TODAY)
        ]

        assert follows == [
            "10 working days less.",
            "From 20 June 2026, Alix has 5 days a week free.",
            "By law this loan may last until 4 January 2029 (3 years).",
            "Web development: without anybody from 22 June 2026, for 5 weeks.",
        ]

    def test_says_first_what_stands_in_the_way_and_changes_nothing(self, leaving):
        WorkDayFactory(assignment=leaving, day=date(2026, 6, 9))

        first, *_others = previews.preview_last_day(leaving, date(2026, 6, 5), TODAY)

        assert (first.level, first.word) == ("act", "Not possible")
        assert Assignment.objects.get().ends_on == END


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


class TestPlan:
    def test_names_the_first_week_without_a_skill(self, leaving, need):
        plan = plan_of(leaving.engagement, TODAY)

        assert plan.first_gap.gap.monday == date(2026, 7, 6)
        assert in_words(plan.first_gap) == "without anybody from 6 July 2026, for 3 weeks"

    def test_goes_to_the_last_milestone_or_the_last_need(self, leaving, need):
        MilestoneFactory(engagement=leaving.engagement, planned_first_on=date(2026, 9, 9))

        plan = plan_of(leaving.engagement, TODAY)

        assert (plan.mondays[0], plan.mondays[-1]) == (date(2026, 6, 8), date(2026, 9, 7))

    def test_a_level_below_the_one_asked_for_covers_nothing(self, engagement, member, skill, need):
        AssignmentFactory(engagement=engagement, volunteer=able(member, skill, level=1))

        assert plan_of(engagement, TODAY).first_gap.gap.monday == date(2026, 6, 8)

    def test_who_leaves_is_asked_for_a_successor_an_overlap_and_a_note(
        self, leaving, need, member, skill, coordinator
    ):
        def asked():
            (each,) = plan_of(leaving.engagement, TODAY).leaving
            return (
                each.successor is not None,
                bool(each.note and each.note.written_on),
                each.overlap,
                each.demanded,
            )

        assert asked() == (False, False, 0, 5)
        replace(leaving, able(member, skill), coordinator)
        assert asked() == (True, False, 5, 5)
        relay.write_note(leaving, **NOTE, by=leaving.volunteer.user, today=TODAY)
        assert asked() == (True, True, 5, 5)
        relay.demand_overlap(leaving.engagement, overlap_days=10, by=coordinator)
        assert asked() == (True, True, 5, 10)

    def test_what_nobody_needs_afterwards_is_left_without_a_word(self, leaving, engagement):
        StaffingNeedFactory(engagement=engagement)

        (each,) = plan_of(engagement, TODAY).leaving

        assert each.needed_after == ()

    def test_a_second_assignment_of_the_same_person_is_no_departure(self, leaving, need):
        AssignmentFactory(
            volunteer=leaving.volunteer,
            engagement=leaving.engagement,
            team_member=leaving.team_member,
            starts_on=END + timedelta(days=1),
        )

        assert plan_of(leaving.engagement, TODAY).leaving == ()

    def test_marks_an_assignment_longer_than_agreed_and_than_the_law(self, leaving):
        AgreementFactory(
            volunteer=leaving.volunteer, starts_on=date(2023, 1, 2), ends_on=date(2025, 12, 31)
        )

        (term,) = plan_of(leaving.engagement, TODAY).terms

        assert term.limit.last_day == date(2026, 1, 1)
        assert (term.is_past_the_law, term.is_past_the_agreement) == (True, True)

    def test_asks_the_same_number_of_times_whatever_its_size(self, engagement, member, skill, need):
        def grow(number):
            for _n in range(number):
                one = AssignmentFactory(
                    engagement=engagement, volunteer=able(member, skill), ends_on=END
                )
                part = SolutionPartFactory(engagement=engagement)
                PartKnowledge.objects.create(part=part, volunteer=one.volunteer)
                RelayNoteFactory(assignment=one)
                StaffingNeedFactory(engagement=engagement)

        def count():
            with CaptureQueriesContext(connection) as asked:
                plan_of(engagement, TODAY)
            return len(asked)

        grow(1)
        few = count()
        grow(6)
        assert count() == few <= 11


class TestParts:
    def plan(self, engagement):
        return [
            (each.part.name, each.only, each.leaves_soon, each.is_known_by_beneficiary)
            for each in plan_of(engagement, TODAY).parts
        ]

    def test_what_leaves_with_its_only_knower_stands_first(self, leaving, engagement, coordinator):
        stays = AssignmentFactory(
            engagement=engagement, volunteer__user__full_name="Basile", ends_on=date(2027, 6, 1)
        )
        contact = ContactFactory(organisation=engagement.beneficiary, full_name="Rose")
        levels = {
            "A both": [(stays.volunteer, 2), (contact, 2)],
            "B alone": [(stays.volunteer, 2), (contact, 1)],
            "C nobody": [],
            "D leaves": [(leaving.volunteer, 2)],
        }
        for name, knowledge in levels.items():
            part = SolutionPartFactory.build(engagement=engagement, name=name)
            parts.save_part(part, knowledge=knowledge, by=coordinator)

        assert self.plan(engagement) == [
            ("D leaves", "Alix", True, False),
            ("C nobody", "", False, False),
            ("B alone", "Basile", False, False),
            ("A both", "", False, True),
        ]

    def test_who_has_left_knows_nothing_any_more(self, engagement, coordinator):
        gone = AssignmentFactory(engagement=engagement, ends_on=date(2026, 5, 1))
        parts.save_part(
            SolutionPartFactory.build(engagement=engagement, name="Payment"),
            knowledge=[(gone.volunteer, 2)],
            by=coordinator,
        )

        assert self.plan(engagement) == [("Payment", "", False, False)]

    def test_is_taken_back_and_kept_in_the_history(self, leaving, engagement, coordinator):
        part = SolutionPartFactory(engagement=engagement)
        parts.know(part, leaving.volunteer, 1, by=coordinator)
        parts.know(part, leaving.volunteer, 2, by=coordinator)
        parts.know(part, leaving.volunteer, None, by=coordinator)

        assert [row.history_type for row in PartKnowledge.history.order_by("pk")] == ["+", "~", "-"]

    def test_is_known_by_a_volunteer_or_a_contact_and_not_by_both(self, leaving, engagement):
        contact = ContactFactory(organisation=engagement.beneficiary)

        with pytest.raises(IntegrityError), transaction.atomic():
            PartKnowledge.objects.create(
                part=SolutionPartFactory(engagement=engagement),
                volunteer=leaving.volunteer,
                contact=contact,
            )


class TestWhatNeedsMe:
    def test_the_coordinator_is_told_eight_weeks_ahead(self, leaving, need, coordinator):
        found = todos_of(coordinator, TODAY)

        assert [(each.title, each.about, each.since) for each in found] == [
            ("Web development", "Forêt", date(2026, 7, 6))
        ]
        assert todos_of(coordinator, date(2026, 5, 10)) == []

    def test_who_leaves_is_asked_for_the_note_until_it_is_written(
        self, leaving, member, skill, coordinator
    ):
        replace(leaving, able(member, skill, user__full_name="Basile"), coordinator)
        user = leaving.volunteer.user

        assert [each.title for each in todos_of(user, TODAY)] == ["Basile"]
        relay.write_note(leaving, **NOTE, by=user, today=TODAY)
        assert todos_of(user, TODAY) == []

    def test_asks_the_same_number_of_times_for_any_number_of_engagements(
        self, member, coordinator, skill
    ):
        def grow(number):
            for _n in range(number):
                engagement = EngagementFactory(member=member, in_build=True)
                StaffingNeedFactory(engagement=engagement, skill=skill)
                AssignmentFactory(engagement=engagement, volunteer=able(member, skill), ends_on=END)

        def count():
            with CaptureQueriesContext(connection) as asked:
                todos_of(coordinator, TODAY)
            return len(asked)

        grow(2)
        count()  # the roles are asked for once
        few = count()
        grow(5)
        assert count() == few <= 7


class TestAnAbsurdDay:
    @pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1), date(2026, 1, 4)])
    def test_is_refused_at_its_field(self, leaving, member, skill, coordinator, day):
        arriving = able(member, skill, user__full_name="Billie")

        assert set(
            refusal(lambda: replace(leaving, arriving, coordinator, last_day=day, overlap_days=0))
        ) == {"last_day"}
