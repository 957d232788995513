"""A person's time given away by several people in the same moment. Only PostgreSQL can show these."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from engagements.models import TeamMember
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.races import at_once, on_postgres
from tests.volunteers.factories import VolunteerFactory
from tests.volunteers.promises import (
    SEED,
    THREADS,
    TODAY,
    TURNS,
    WISHES,
    days_over_capacity,
    sentences,
    unexpected,
    wish,
)
from volunteers.models import Assignment
from volunteers.services import assignments
from volunteers.services.volunteers import VolunteerProfile, change_volunteer

pytestmark = on_postgres


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
