"""A person's time given away by several people in the same moment. Only PostgreSQL can show these."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
from django.db.models import F, Sum

from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from engagements.models import TeamMember
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.models import FULL_DAY, Assignment, EmployerCost, WorkDay
from volunteers.services import assignments, costs, months, weeks
from volunteers.services.volunteers import VolunteerProfile, change_volunteer

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
TURNS = 8
SEED = 20_260_615
THREADS, WISHES = 8, 25

pytestmark = on_postgres


def unexpected(outcomes):
    return [
        outcome
        for outcome in outcomes
        if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
    ]


def sentences(outcomes):
    """What each loser was told."""
    return [by_field(outcome) for outcome in outcomes if isinstance(outcome, Refused)]


def wish(volunteer, engagement, *, days_a_week, starts_on=TODAY, ends_on=date(2026, 8, 14), by):
    return assignments.assign(
        volunteer,
        engagement,
        assignments.AssignmentTerms(
            role="Developer", starts_on=starts_on, ends_on=ends_on, days_a_week=Decimal(days_a_week)
        ),
        by=by,
        today=TODAY,
    )


def days_over_capacity():
    """Counted day by day from the rows alone, in a way of its own."""
    load = defaultdict(Decimal)
    for row in Assignment.objects.select_related("volunteer").order_by("pk"):
        for offset in range((row.ends_on - row.starts_on).days + 1):
            load[row.volunteer, row.starts_on + timedelta(days=offset)] += row.days_a_week
    return [(str(who), day) for (who, day), days in load.items() if days > who.days_a_week]


def days_worked_twice():
    return list(
        WorkDay.objects.values("assignment__volunteer", "day")
        .annotate(halves=Sum("half_days"))
        .filter(halves__gt=FULL_DAY)
        .order_by("assignment__volunteer", "day")
    )


@pytest.fixture
def head():
    return person_as(Role.COORDINATOR, is_head=True)


@pytest.fixture
def engagements(head):
    return EngagementFactory.create_batch(2, member=head.memberships.get().organisation)


class TestTwoCoordinators:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_promises_that_do_not_fit_together_are_one(self, head, engagements, turn):
        volunteer = VolunteerFactory(days_a_week=Decimal(4))

        outcomes = at_once(
            *(
                lambda engagement=engagement: wish(volunteer, engagement, days_a_week=3, by=head)
                for engagement in engagements
            )
        )

        assert unexpected(outcomes) == []
        assert [list(told) for told in sentences(outcomes)] == [["days_a_week"]]
        assert volunteer.assignments.count() == 1
        assert days_over_capacity() == []

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_promises_that_fit_are_both_kept(self, head, engagements, turn):
        volunteer = VolunteerFactory(days_a_week=Decimal(4))

        outcomes = at_once(
            *(
                lambda engagement=engagement: wish(volunteer, engagement, days_a_week=2, by=head)
                for engagement in engagements
            )
        )

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert volunteer.assignments.count() == 2

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_longer_assignment_and_a_new_one_do_not_meet(self, head, engagements, turn):
        volunteer = VolunteerFactory(days_a_week=Decimal(4))
        first = wish(
            volunteer, engagements[0], days_a_week=3, ends_on=TODAY + timedelta(days=10), by=head
        )
        later = TODAY + timedelta(days=11)

        outcomes = at_once(
            lambda: assignments.change_assignment(
                first, ends_on=TODAY + timedelta(days=30), by=head
            ),
            lambda: wish(volunteer, engagements[1], days_a_week=3, starts_on=later, by=head),
        )

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert days_over_capacity() == []

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_promises_to_one_team_make_one_team_member(self, head, engagements, turn):
        volunteer = VolunteerFactory(days_a_week=Decimal(4))

        outcomes = at_once(*[lambda: wish(volunteer, engagements[0], days_a_week=2, by=head)] * 2)

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert TeamMember.objects.filter(user=volunteer.user).count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_second_click_on_confirm_is_told(self, head, engagements, turn):
        proposed = wish(VolunteerFactory(), engagements[0], days_a_week=2, by=head)

        def confirm():
            return assignments.confirm_assignment(
                Assignment.objects.get(pk=proposed.pk), seen=proposed.version, by=head, today=TODAY
            )

        outcomes = at_once(confirm, confirm)

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert proposed.history.filter(history_type="~").count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_fewer_days_a_week_and_a_promise_of_them_are_not_both(self, head, engagements, turn):
        volunteer = VolunteerFactory(days_a_week=Decimal(4))

        outcomes = at_once(
            lambda: change_volunteer(
                volunteer,
                VolunteerProfile(
                    days_a_week=Decimal(2),
                    available_from=volunteer.available_from,
                    available_to=None,
                    levels={},
                ),
                by=head,
                today=TODAY,
            ),
            lambda: wish(volunteer, engagements[0], days_a_week=3, by=head),
        )

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert days_over_capacity() == []


class TestManyCoordinators:
    def test_eight_at_a_time_never_promise_a_day_too_many(self, head):
        member = head.memberships.get().organisation
        volunteers = [VolunteerFactory(days_a_week=Decimal(days)) for days in ("5", "4", "2.5")]
        engagements = EngagementFactory.create_batch(4, member=member)

        def many(seed):
            dice, outcomes = random.Random(seed), []
            for _n in range(WISHES):
                starts_on = TODAY + timedelta(days=dice.randrange(120))
                try:
                    outcomes.append(
                        wish(
                            dice.choice(volunteers),
                            dice.choice(engagements),
                            days_a_week=dice.choice(["0.5", "1", "1.5", "2", "3"]),
                            starts_on=starts_on,
                            ends_on=starts_on + timedelta(days=dice.randrange(60)),
                            by=head,
                        )
                    )
                except Refused as refused:
                    outcomes.append(refused)
            return outcomes

        given = at_once(*(lambda seed=SEED + n: many(seed) for n in range(THREADS)))

        assert unexpected(given) == []
        outcomes = [outcome for each in given for outcome in each]
        refused = sentences(outcomes)
        assert len(outcomes) == THREADS * WISHES
        assert Assignment.objects.count() == len(outcomes) - len(refused) > 20
        assert len(refused) > 20
        assert all(list(told) == ["days_a_week"] and all(told["days_a_week"]) for told in refused)
        assert days_over_capacity() == []


class TestWorkedDays:
    @pytest.fixture
    def both(self):
        volunteer = VolunteerFactory()
        return [AssignmentFactory(volunteer=volunteer, days_a_week=Decimal(2)) for _n in range(2)]

    def log(self, assignment, days):
        return weeks.log_work(
            Assignment.objects.get(pk=assignment.pk),
            weeks.WorkedWeek(week=date(2026, 6, 8), days=days, done="Done.", more_days=True),
            by=assignment.volunteer.user,
            at=NOW,
        )

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_one_day_is_not_worked_on_two_engagements(self, both, turn):
        tuesday = date(2026, 6, 9)

        outcomes = at_once(*(lambda one=one: self.log(one, {tuesday: 2}) for one in both))

        assert unexpected(outcomes) == []
        assert [list(told) for told in sentences(outcomes)] == [["days"]]
        assert WorkDay.objects.count() == 1
        assert days_worked_twice() == []

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_half_day_each_is_one_day(self, both, turn):
        tuesday = date(2026, 6, 9)

        outcomes = at_once(*(lambda one=one: self.log(one, {tuesday: 1}) for one in both))

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert days_worked_twice() == []

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_a_week_sent_twice_is_worked_once(self, both, turn):
        days = {date(2026, 6, 8) + timedelta(days=n): 2 for n in range(5)}

        outcomes = at_once(*[lambda: self.log(both[0], days)] * 4)

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert WorkDay.objects.count() == 5

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_an_assignment_made_shorter_leaves_no_day_outside(self, both, head, turn):
        friday = date(2026, 6, 12)

        outcomes = at_once(
            lambda: self.log(both[0], {friday: 2}),
            lambda: assignments.change_assignment(both[0], ends_on=date(2026, 6, 10), by=head),
        )

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert not WorkDay.objects.filter(day__gt=F("assignment__ends_on")).exists()


class TestSigningAMonth:
    """The lead signs while the volunteer changes a day: what is signed is what is there."""

    def test_a_signature_and_a_changed_day_never_pass_each_other(self):
        for turn in range(TURNS):
            assignment = AssignmentFactory()
            monday, by = date(2026, 5, 4), assignment.volunteer.user
            weeks.log_work(
                assignment,
                weeks.WorkedWeek(week=monday, days={monday: 2}, done="Done"),
                by=by,
                at=NOW,
            )
            sheet = assignment.month_sheets.get()
            outcomes = at_once(
                lambda a=assignment, m=monday, u=by: weeks.log_work(
                    a, weeks.WorkedWeek(week=m, days={m: 1}, done="Less"), by=u, at=NOW, seen=1
                ),
                lambda s=sheet, u=by: months.confirm_month(s, "lead", by=u, at=NOW, seen=s.version),
            )

            assert unexpected(outcomes) == [], turn
            sheet.refresh_from_db()
            half = sheet.worked_days().get().half_days
            # Signed first: the change had not read the word that it would take back. Changed first: the page signed
            # was another. Either way one of the two is told.
            assert (sheet.state, half) in [("logged", 1), ("confirmed", 2)], turn
            assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1, turn

    def test_two_of_the_company_sign_at_once_and_one_does(self):
        for turn in range(TURNS):
            assignment = AssignmentFactory()
            monday, by = date(2026, 5, 4), assignment.volunteer.user
            weeks.log_work(
                assignment,
                weeks.WorkedWeek(week=monday, days={monday: 2}, done="Done"),
                by=by,
                at=NOW,
            )
            sheet = assignment.month_sheets.get()
            sheet = months.confirm_month(sheet, "lead", seen=sheet.version, by=by, at=NOW)
            outcomes = at_once(
                *[
                    lambda s=sheet, u=by: months.confirm_month(
                        s, "sponsor", seen=s.version, by=u, at=NOW
                    )
                ]
                * 3
            )

            assert unexpected(outcomes) == [], turn
            assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 2, turn
            assert sheet.history.filter(state="locked").count() == 1, turn


def test_a_persons_costs_never_overlap_whoever_enters_them_in_the_same_moment():
    volunteer = VolunteerFactory()
    contact = person_as(Role.SPONSOR, volunteer.sponsor)

    def enter(month):
        return costs.enter_cost(
            volunteer,
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month + 3, 28),
            remuneration=Decimal(40_000),
            charges=Decimal(10_000),
            share=Decimal(100),
            by=contact,
        )

    for _turn in range(TURNS):
        EmployerCost.objects.all().delete()
        outcomes = at_once(*[partial(enter, month) for month in (1, 2, 3, 5, 6)])

        assert unexpected(outcomes) == []
        periods = sorted(EmployerCost.objects.order_by("pk").values_list("starts_on", "ends_on"))
        assert periods
        assert all(first[1] < second[0] for first, second in pairwise(periods))
