"""Two people who extend, shorten or hand over missions in the same moment."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection  # noqa: F401  read by the mark below

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.races import at_once
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from tests.volunteers.promises import SEED, TODAY, days_over_capacity, sentences, unexpected, wish
from volunteers.models import Assignment, RelayNote
from volunteers.services import relay

pytestmark = pytest.mark.django_db(transaction=True)
END = date(2026, 7, 31)
ATTEMPTS = 200
TURNS = 8
HANDED_OVER = "A role that only missions handed over bear"
on_postgresql = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="SQLite has one writer at a time: there is no race to lose",
    ),
]


@pytest.fixture
def head():
    return person_as(Role.COORDINATOR, is_head=True)


@pytest.fixture
def engagements(head):
    return EngagementFactory.create_batch(2, member=head.memberships.get().organisation)


def assignment(volunteer, engagement, days="3"):
    return AssignmentFactory(
        volunteer=volunteer,
        engagement=engagement,
        role=HANDED_OVER,
        starts_on=TODAY,
        ends_on=END,
        days_a_week=Decimal(days),
    )


def hand_over(leaving, volunteer, by, ends_on=date(2026, 12, 31)):
    return relay.replace(
        Assignment.objects.get(pk=leaving.pk),
        relay.Replacement(volunteer=volunteer, last_day=END, overlap_days=5, ends_on=ends_on),
        by=by,
        today=TODAY,
    )


def half_done():
    """Notes to nobody, and missions of a successor that no note names."""
    named = RelayNote.objects.exclude(successor=None).values("successor")
    arrived = Assignment.objects.filter(role=HANDED_OVER, starts_on__gt=TODAY).order_by("pk")
    return [
        *RelayNote.objects.filter(successor=None).order_by("pk"),
        *arrived.exclude(pk__in=named),
    ]


class TestOneAfterTheOther:
    """On either database: whatever comes first, the second is told, and no day is promised twice."""

    def test_two_hundred_pairs_of_attempts_leave_no_day_promised_twice(self, head, engagements):
        dice, won, refused = random.Random(SEED), 0, 0
        for _n in range(ATTEMPTS):
            volunteer, arriving = VolunteerFactory.create_batch(2, days_a_week=Decimal(4))
            first = assignment(volunteer, engagements[0])
            acts = [
                lambda a=first: relay.extend(a, ends_on=END + timedelta(days=60), by=head),
                lambda v=volunteer: wish(
                    v, engagements[1], days_a_week=2, starts_on=END, ends_on=END, by=head
                ),
                lambda a=first, v=arriving: hand_over(a, v, head),
                lambda v=arriving: wish(
                    v, engagements[1], days_a_week=3, starts_on=END, ends_on=END, by=head
                ),
            ]
            for act in dice.sample(acts, 2):
                try:
                    act()
                    won += 1
                except Refused:
                    refused += 1
        assert won + refused == 2 * ATTEMPTS
        assert min(won, refused) > 20
        assert days_over_capacity() == []
        assert half_done() == []


@pytest.mark.parametrize("turn", range(TURNS))
class TestAtOnce:
    pytestmark = on_postgresql

    def test_one_assignment_is_handed_over_once(self, head, engagements, turn):
        leaving = assignment(VolunteerFactory(), engagements[0])
        arriving = VolunteerFactory.create_batch(2)

        outcomes = at_once(*(lambda one=one: hand_over(leaving, one, head) for one in arriving))

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert Assignment.objects.count() == 2
        assert half_done() == []

    def test_two_who_replace_each_other_do_not_wait_for_ever(self, head, engagements, turn):
        """Each holds both rows, in the same order whoever leaves: no deadlock."""
        both = VolunteerFactory.create_batch(2)
        assignments = [
            assignment(one, each, days="2") for one, each in zip(both, engagements, strict=True)
        ]

        outcomes = at_once(
            lambda: hand_over(assignments[0], both[1], head),
            lambda: hand_over(assignments[1], both[0], head),
        )

        assert unexpected(outcomes) == sentences(outcomes) == []
        assert days_over_capacity() == []

    def test_who_arrives_is_not_promised_elsewhere_meanwhile(self, head, engagements, turn):
        leaving = assignment(VolunteerFactory(), engagements[0])
        arriving = VolunteerFactory(days_a_week=Decimal(4))

        outcomes = at_once(
            lambda: hand_over(leaving, arriving, head),
            lambda: wish(arriving, engagements[1], days_a_week=3, by=head),
        )

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert arriving.assignments.count() == 1
        assert days_over_capacity() == []
        assert half_done() == []

    def test_a_longer_assignment_and_another_promise_do_not_meet(self, head, engagements, turn):
        volunteer = VolunteerFactory(days_a_week=Decimal(4))
        first, later = assignment(volunteer, engagements[0]), END + timedelta(days=1)

        outcomes = at_once(
            lambda: relay.extend(first, ends_on=END + timedelta(days=30), by=head),
            lambda: wish(
                volunteer,
                engagements[1],
                days_a_week=2,
                starts_on=later,
                ends_on=later + timedelta(days=9),
                by=head,
            ),
        )

        assert unexpected(outcomes) == []
        assert len(sentences(outcomes)) == 1
        assert days_over_capacity() == []


class TestManyAtOnce:
    pytestmark = on_postgresql

    def test_two_hundred_pairs_at_once_leave_no_day_promised_twice(self, head, engagements):
        for turn in range(ATTEMPTS):
            volunteer, arriving = VolunteerFactory.create_batch(2, days_a_week=Decimal(4))
            first = assignment(volunteer, engagements[0])
            rival = [
                lambda v=arriving: wish(
                    v, engagements[1], days_a_week=3, by=head, ends_on=date(2026, 8, 14)
                ),
                lambda a=first, v=arriving: hand_over(a, v, head),
                lambda v=volunteer: wish(
                    v,
                    engagements[1],
                    days_a_week=2,
                    by=head,
                    starts_on=END,
                    ends_on=date(2026, 8, 14),
                ),
            ][turn % 3]
            mover = (
                (lambda a=first: relay.extend(a, ends_on=END + timedelta(days=30), by=head))
                if turn % 3 == 2
                else (lambda a=first, v=arriving: hand_over(a, v, head))
            )
            outcomes = at_once(mover, rival)
            assert unexpected(outcomes) == [], turn
            assert len(sentences(outcomes)) >= 1, turn
        assert days_over_capacity() == []
        assert half_done() == []
