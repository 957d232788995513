"""A mission in the words of the service: each rule on the day on which it begins to hold and on the one before it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.domain.refusals import Asked, ChangedSinceRead, Refused, Stale, Unread, by_field
from engagements.models import TeamMember
from tests.crm.factories import OrganisationFactory
from tests.engagements.factories import DecisionFactory, EngagementFactory
from tests.services import WHOLE, last_line, refusal
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    StaffingNeedFactory,
    VolunteerFactory,
    WorkDayFactory,
)
from volunteers.models import Assignment
from volunteers.services import assignments
from volunteers.services.assignments import objections

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 6, 15), timedelta(days=1)
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
LAST_BY_LAW = date(2029, 6, 30)  # three years of a loan that begins on 1 July 2026
OVER = (
    "This engagement is over: what is open may be finished or closed, and nothing else is planned."
)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


@pytest.fixture
def person(member):
    return VolunteerFactory(member=member, user__full_name="Alix")


@pytest.fixture
def assignment(person, engagement):
    """One day a week from the first to the last."""
    return AssignmentFactory(
        volunteer=person,
        engagement=engagement,
        starts_on=FIRST,
        ends_on=LAST,
        days_a_week=Decimal(1),
        confirmed_on=None,
    )


def assign(person, engagement, by, past_law=False, **facts):
    terms = {
        "role": "Developer",
        "starts_on": FIRST,
        "ends_on": LAST,
        "days_a_week": Decimal(1),
    } | facts
    return assignments.assign(
        person,
        engagement,
        assignments.AssignmentTerms(**terms),
        by=by,
        today=TODAY,
        past_law=past_law,
    )


def confirm(assignment, by, **more):
    return assignments.confirm_assignment(
        assignment, **{"by": by, "today": TODAY, "seen": assignment.version} | more
    )


class TestAssign:
    def test_keeps_what_was_given_and_puts_them_on_the_team(self, person, engagement, coordinator):
        need = StaffingNeedFactory(engagement=engagement)

        made = assign(person, engagement, coordinator, days_a_week=Decimal("2.5"), need=need)

        made = Assignment.objects.get(pk=made.pk)
        assert (made.volunteer, made.engagement, made.role, made.need) == (
            person,
            engagement,
            "Developer",
            need,
        )
        assert (made.starts_on, made.ends_on, made.days_a_week) == (FIRST, LAST, Decimal("2.5"))
        assert (made.sponsor, made.confirmed_on) == (person.sponsor, None)
        assert last_line(made) == (coordinator, "Assigned")
        there = TeamMember.objects.get(engagement=engagement, user=person.user)
        assert (made.team_member, there.joined_on) == (there, FIRST)

    def test_is_confirmed_today_where_that_is_said(self, person, engagement, coordinator):
        assert assign(person, engagement, coordinator, is_confirmed=True).confirmed_on == TODAY

    def test_somebody_of_the_team_joins_it_once(self, person, engagement, coordinator):
        first = assign(person, engagement, coordinator)
        again = assign(
            person, engagement, coordinator, starts_on=LAST + DAY, ends_on=LAST + 9 * DAY
        )

        assert again.team_member == first.team_member
        assert again.team_member.joined_on == FIRST

    def test_for_a_need_of_that_engagement_alone(self, person, engagement, coordinator):
        assert refusal(assign, person, engagement, coordinator, need=StaffingNeedFactory()) == {
            "need": ["This need is another engagement's."]
        }
        assert not Assignment.objects.exists()

    def test_not_once_the_engagement_is_over(self, person, coordinator):
        assert refusal(assign, person, EngagementFactory(stopped=True), coordinator) == {
            WHOLE: [OVER]
        }


class TestDays:
    def test_of_one_day_and_not_the_wrong_way_round(self, person, engagement, coordinator):
        assert refusal(assign, person, engagement, coordinator, ends_on=FIRST - DAY) == {
            "ends_on": ["The last day cannot come before the first."]
        }
        assert assign(person, engagement, coordinator, ends_on=FIRST).pk

    def test_from_the_day_on_which_they_are_available(self, person, engagement, coordinator):
        person.available_from = FIRST
        person.save()

        assert refusal(assign, person, engagement, coordinator, starts_on=FIRST - DAY) == {
            "starts_on": ["Alix is only available from 1 July 2026."]
        }
        assert assign(person, engagement, coordinator).pk

    def test_until_the_day_on_which_they_are_available(self, person, engagement, coordinator):
        person.available_to = LAST
        person.save()

        assert refusal(assign, person, engagement, coordinator, ends_on=LAST + DAY) == {
            "ends_on": ["Alix is only available until 30 September 2026."]
        }
        assert assign(person, engagement, coordinator).pk


class TestTheCompany:
    """Another company lent them until the day before: each has its own mission."""

    CHANGED = ["Alix changed company within these dates: each company has its own mission."]

    @pytest.fixture
    def former(self, person):
        return person.former_companies.create(
            sponsor=OrganisationFactory(sponsor=True), ended_on=FIRST + 9 * DAY
        ).sponsor

    def test_is_that_of_the_first_day(self, person, former, engagement, coordinator):
        assert assign(person, engagement, coordinator, ends_on=FIRST + 9 * DAY).sponsor == former
        assert (
            assign(person, engagement, coordinator, starts_on=FIRST + 10 * DAY).sponsor
            == person.sponsor
        )

    def test_does_not_change_within_an_assignment(self, person, former, engagement, coordinator):
        last = FIRST + 10 * DAY

        assert refusal(assign, person, engagement, coordinator, ends_on=last) == {
            "ends_on": self.CHANGED
        }

    def test_stays_the_one_of_the_assignment(self, person, former, engagement, coordinator):
        """A mission of the new company does not reach back into the time of the old one."""
        assignment = assign(person, engagement, coordinator, starts_on=FIRST + 10 * DAY)

        assert refusal(
            assignments.change_assignment, assignment, by=coordinator, starts_on=FIRST + 9 * DAY
        ) == {"starts_on": self.CHANGED}


class TestTheLaw:
    def test_stops_a_loan_that_was_agreed(self, person, engagement, coordinator):
        AgreementFactory(volunteer=person, starts_on=FIRST, ends_on=LAST)

        assert refusal(
            assign, person, engagement, coordinator, ends_on=LAST_BY_LAW + DAY, past_law=True
        ) == {
            "ends_on": [
                "A loan lasts 3 years at most: by law Alix may be lent until 30 June 2029, no longer."
            ]
        }
        assert assign(person, engagement, coordinator, ends_on=LAST_BY_LAW).pk

    def test_is_asked_about_where_no_agreement_is_known(self, person, engagement, coordinator):
        with pytest.raises(Asked) as asked:
            assign(person, engagement, coordinator, ends_on=LAST_BY_LAW + DAY)

        assert asked.value.box == "past_law"
        assert by_field(asked.value) == {
            "past_law": [
                "A loan lasts 3 years at most, and no agreement of Alix is in Relais: a loan that begins with this "
                "mission may last until 30 June 2029. Say that you have looked it up."
            ]
        }
        assert assign(person, engagement, coordinator, ends_on=LAST_BY_LAW + DAY, past_law=True).pk

    def test_is_asked_about_once(self, person, engagement, coordinator):
        """What was said when it was made is not asked again: when it is confirmed, shortened or given another role."""
        assignment = assign(
            person, engagement, coordinator, ends_on=LAST_BY_LAW + 9 * DAY, past_law=True
        )

        assignment = assignments.change_assignment(assignment, by=coordinator, role="Designer")
        assignment = assignments.change_assignment(
            assignment, by=coordinator, ends_on=LAST_BY_LAW + 8 * DAY
        )
        assignment = assignments.change_assignment(
            assignment, by=coordinator, starts_on=FIRST + DAY
        )

        assert confirm(assignment, coordinator).is_confirmed

    @pytest.mark.parametrize(
        "change", [{"ends_on": LAST_BY_LAW + 10 * DAY}, {"starts_on": FIRST - DAY}]
    )
    def test_is_asked_about_again_where_it_grows(self, person, engagement, coordinator, change):
        assignment = assign(
            person, engagement, coordinator, ends_on=LAST_BY_LAW + 9 * DAY, past_law=True
        )

        with pytest.raises(Asked):
            assignments.change_assignment(assignment, by=coordinator, **change)
        assert (
            assignments.change_assignment(
                assignment, by=coordinator, past_law=True, **change
            ).version
            == 2
        )

    def test_is_not_outlasted_by_a_word_on_the_assignment(self, person, engagement, coordinator):
        """Confirmed once an agreement is known: it is refused, though it was asked about before."""
        assignment = assign(
            person, engagement, coordinator, ends_on=LAST_BY_LAW + DAY, past_law=True
        )
        AgreementFactory(volunteer=person, starts_on=FIRST, ends_on=LAST)

        assert list(refusal(confirm, assignment, coordinator)) == ["ends_on"]


class TestCapacity:
    @pytest.fixture
    def busy(self, person):
        """Three days of five are promised on one mission, from the first day to the last."""
        return AssignmentFactory(
            volunteer=person, starts_on=FIRST, ends_on=LAST, days_a_week=Decimal(3)
        )

    def test_leaves_what_is_left(self, person, busy, engagement, coordinator):
        assert refusal(assign, person, engagement, coordinator, days_a_week=Decimal("2.5")) == {
            "days_a_week": ["Alix has only 2 days a week left from 1 July 2026."]
        }
        assert assign(person, engagement, coordinator, days_a_week=Decimal(2)).pk

    @pytest.mark.parametrize(
        ("first", "last", "fits"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (LAST, LAST + 9 * DAY, False),
            (LAST + DAY, LAST + 9 * DAY, True),
        ],
    )
    def test_is_counted_from_the_first_day_to_the_last(
        self, person, busy, engagement, coordinator, first, last, fits
    ):
        facts = {"starts_on": first, "ends_on": last, "days_a_week": Decimal(3)}
        if fits:
            assert assign(person, engagement, coordinator, **facts).pk
            return
        assert list(refusal(assign, person, engagement, coordinator, **facts)) == ["days_a_week"]

    def test_is_told_of_the_day_on_which_it_runs_out(self, person, busy, engagement, coordinator):
        facts = {"starts_on": FIRST - 30 * DAY, "days_a_week": Decimal("2.5")}

        assert refusal(assign, person, engagement, coordinator, **facts) == {
            "days_a_week": ["Alix has only 2 days a week left from 1 July 2026."]
        }

    def test_assignments_that_follow_each_other_do_not_add_up(
        self, person, busy, engagement, coordinator
    ):
        AssignmentFactory(
            volunteer=person, starts_on=LAST + DAY, ends_on=LAST + 30 * DAY, days_a_week=Decimal(3)
        )

        assert assign(
            person, engagement, coordinator, ends_on=LAST + 30 * DAY, days_a_week=Decimal(2)
        ).pk

    @pytest.mark.parametrize("more", [2, 4])
    def test_may_be_used_up(self, person, busy, engagement, coordinator, more):
        """By as much as there is, or by more: a person's days a week may have been lowered since."""
        AssignmentFactory(
            volunteer=person, starts_on=FIRST, ends_on=LAST, days_a_week=Decimal(more)
        )

        assert refusal(assign, person, engagement, coordinator, days_a_week=Decimal("0.5")) == {
            "days_a_week": ["Alix has no day left from 1 July 2026."]
        }

    def test_is_each_one_s_own(self, busy, engagement, coordinator, member):
        assert assign(
            VolunteerFactory(member=member), engagement, coordinator, days_a_week=Decimal(5)
        ).pk

    def test_does_not_count_the_assignment_itself(self, busy, coordinator):
        assert (
            assignments.change_assignment(busy, by=coordinator, days_a_week=Decimal(5)).days_a_week
            == 5
        )
        assert refusal(
            assignments.change_assignment, busy, by=coordinator, days_a_week=Decimal("5.5")
        ) == {"days_a_week": ["Alix has only 5 days a week left from 1 July 2026."]}


class TestANeed:
    @pytest.fixture
    def need(self, engagement):
        return StaffingNeedFactory(engagement=engagement)

    @pytest.fixture
    def covered(self, person, engagement, coordinator, need):
        return assign(person, engagement, coordinator, need=need)

    @pytest.mark.parametrize(
        ("first", "last", "is_taken"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, False),
            (FIRST - 9 * DAY, FIRST, True),
            (LAST, LAST + 9 * DAY, True),
            (LAST + DAY, LAST + 9 * DAY, False),
        ],
    )
    def test_is_covered_by_one_person_once_at_a_time(
        self, person, engagement, coordinator, need, covered, first, last, is_taken
    ):
        days = {"starts_on": first, "ends_on": last}
        if not is_taken:
            assert assign(person, engagement, coordinator, need=need, **days).pk
            return
        assert refusal(assign, person, engagement, coordinator, need=need, **days) == {
            "need": [
                "Alix covers this need already, from 1 July 2026 to 30 September 2026: change that mission instead."
            ]
        }

    def test_of_two_assignments_the_first_is_named(
        self, person, engagement, coordinator, need, covered
    ):
        assign(
            person, engagement, coordinator, need=need, starts_on=LAST + DAY, ends_on=LAST + 9 * DAY
        )

        messages = refusal(
            assign, person, engagement, coordinator, need=need, ends_on=LAST + 9 * DAY
        )

        assert "from 1 July 2026 to 30 September 2026" in messages["need"][0]

    def test_is_covered_by_somebody_else_beside(
        self, engagement, coordinator, need, covered, member
    ):
        assert assign(VolunteerFactory(member=member), engagement, coordinator, need=need).pk

    def test_is_not_taken_by_an_assignment_for_another_need(
        self, person, engagement, coordinator, covered
    ):
        assert assign(
            person, engagement, coordinator, need=StaffingNeedFactory(engagement=engagement)
        ).pk
        assert assign(person, engagement, coordinator).need is None

    def test_is_kept_by_the_assignment_itself(self, covered, coordinator):
        assert (
            assignments.change_assignment(covered, by=coordinator, role="Designer").role
            == "Designer"
        )

    def test_is_not_taken_by_a_change_or_a_confirmation_either(
        self, assignment, coordinator, need, covered
    ):
        assert list(
            refusal(assignments.change_assignment, assignment, by=coordinator, need=need)
        ) == ["need"]

        Assignment.objects.filter(pk=assignment.pk).update(need=need)
        assert list(refusal(confirm, assignment, coordinator)) == ["need"]


class TestChange:
    def test_keeps_what_was_given_and_leaves_the_rest(self, assignment, coordinator):
        assignments.change_assignment(
            assignment, by=coordinator, role="Designer", days_a_week=Decimal(2)
        )

        assignment.refresh_from_db()
        assert (assignment.role, assignment.days_a_week) == ("Designer", 2)
        assert (assignment.starts_on, assignment.ends_on, assignment.version) == (FIRST, LAST, 2)
        assert last_line(assignment) == (coordinator, "Changed")

    def test_keeps_days_and_need(self, assignment, engagement, coordinator):
        need = StaffingNeedFactory(engagement=engagement)

        assignments.change_assignment(
            assignment,
            by=coordinator,
            starts_on=FIRST - DAY,
            ends_on=LAST + DAY,
            need=need,
            why="A later start",
        )

        assignment.refresh_from_db()
        assert (assignment.starts_on, assignment.ends_on, assignment.need) == (
            FIRST - DAY,
            LAST + DAY,
            need,
        )
        assert last_line(assignment) == (coordinator, "A later start")

    def test_for_a_need_of_that_engagement_alone(self, assignment, coordinator):
        assert refusal(
            assignments.change_assignment, assignment, by=coordinator, need=StaffingNeedFactory()
        ) == {"need": ["This need is another engagement's."]}

    def test_not_over_what_somebody_saved_meanwhile(self, assignment, coordinator):
        with pytest.raises(Stale):
            assignments.change_assignment(
                assignment, by=coordinator, seen=assignment.version + 1, role="x"
            )

    def test_leaves_no_worked_day_hanging(self, assignment, coordinator):
        WorkDayFactory(assignment=assignment, day=FIRST)
        WorkDayFactory(assignment=assignment, day=LAST)

        assert assignments.change_assignment(assignment, by=coordinator, role="Designer").pk
        assert refusal(
            assignments.change_assignment, assignment, by=coordinator, starts_on=FIRST + DAY
        ) == {
            "ends_on": ["Days are logged outside these dates, and would be left hanging: 1 July."]
        }
        assert refusal(
            assignments.change_assignment, assignment, by=coordinator, ends_on=LAST - DAY
        ) == {
            "ends_on": [
                "Days are logged outside these dates, and would be left hanging: 30 September."
            ]
        }

    @pytest.mark.parametrize(
        ("number", "named"),
        [
            (5, "1 July, 2 July, 3 July, 4 July, 5 July"),
            (6, "1 July, 2 July, 3 July, 4 July, 5 July…"),
        ],
    )
    def test_names_five_hanging_days_at_most(self, assignment, coordinator, number, named):
        for n in reversed(range(number)):
            WorkDayFactory(assignment=assignment, day=FIRST + n * DAY)

        assert refusal(
            assignments.change_assignment, assignment, by=coordinator, starts_on=FIRST + 20 * DAY
        ) == {
            "ends_on": [f"Days are logged outside these dates, and would be left hanging: {named}."]
        }

    def test_grows_in_an_engagement_that_runs_alone(self, coordinator):
        """Once it is over a mission is still mended: shortened, or given its real first day."""
        there = AssignmentFactory(engagement__stopped=True, starts_on=FIRST, ends_on=LAST)

        assert refusal(
            assignments.change_assignment, there, by=coordinator, ends_on=LAST + DAY
        ) == {WHOLE: [OVER]}
        assert (
            assignments.change_assignment(there, by=coordinator, starts_on=FIRST - DAY).starts_on
            == FIRST - DAY
        )
        assert assignments.change_assignment(there, by=coordinator, ends_on=LAST).ends_on == LAST
        assert (
            assignments.change_assignment(there, by=coordinator, ends_on=LAST - DAY).ends_on
            == LAST - DAY
        )

    def test_who_holds_something_may_change_all_but_leave_earlier(self, assignment, coordinator):
        DecisionFactory(engagement=assignment.engagement, owner=assignment.volunteer.user)

        assignment = assignments.change_assignment(assignment, by=coordinator, role="Designer")

        assert (assignment.role, assignment.ends_on) == ("Designer", LAST)
        with pytest.raises(Refused, match="still holds"):
            assignments.change_assignment(assignment, by=coordinator, ends_on=LAST - DAY)


class TestConfirm:
    def test_says_who_and_when(self, assignment, coordinator):
        confirm(assignment, coordinator)

        assignment.refresh_from_db()
        assert (assignment.confirmed_on, last_line(assignment)) == (
            TODAY,
            (coordinator, "Confirmed"),
        )

    def test_once(self, assignment, coordinator):
        assignment = confirm(assignment, coordinator)

        assert refusal(confirm, assignment, coordinator) == {
            WHOLE: ["This assignment is confirmed already."]
        }

    def test_of_what_was_read(self, assignment, coordinator):
        with pytest.raises(Unread):
            confirm(assignment, coordinator, seen=None)
        with pytest.raises(ChangedSinceRead):
            confirm(assignment, coordinator, seen=assignment.version - 1)

    def test_not_once_they_are_no_longer_available(self, assignment, coordinator):
        assignment.volunteer.available_to = LAST - DAY
        assignment.volunteer.save()

        assert list(refusal(confirm, assignment, coordinator)) == ["ends_on"]


class TestObjections:
    """What another last day would meet is told before one asks for it, and nothing is changed."""

    def test_are_none_where_it_may(self, assignment):
        assert objections(assignment, ends_on=LAST + DAY) == []
        assert assignment.ends_on == LAST

    def test_are_all_told_at_once(self, assignment, engagement):
        WorkDayFactory(assignment=assignment, day=LAST)
        assignment.volunteer.available_to = FIRST + 9 * DAY

        assert objections(assignment, ends_on=FIRST + 10 * DAY) == [
            "Alix is only available until 10 July 2026.",
            "Days are logged outside these dates, and would be left hanging: 30 September.",
        ]

    def test_of_a_later_day_those_of_any_other_too(self, assignment):
        assignment.volunteer.available_to = LAST

        assert objections(assignment, ends_on=LAST + DAY) == [
            "Alix is only available until 30 September 2026."
        ]

    def test_of_a_later_day_the_law_and_the_end_of_the_engagement(self, person):
        there = AssignmentFactory(
            volunteer=person, engagement__stopped=True, starts_on=FIRST, ends_on=LAST
        )
        AgreementFactory(volunteer=person, starts_on=FIRST, ends_on=LAST)

        assert objections(there, ends_on=LAST_BY_LAW + DAY) == [
            "A loan lasts 3 years at most: by law Alix may be lent until 30 June 2029, no longer.",
            OVER,
        ]
        assert objections(there, ends_on=LAST) == []

    def test_of_the_law_where_it_is_only_asked_about(self, assignment):
        assert objections(assignment, ends_on=LAST_BY_LAW + DAY) == []
