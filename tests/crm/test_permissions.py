"""Who may do what with the directory and the requests: each rule is asked of everybody, and lets those named alone."""

import pytest

from crm import permissions
from tests.around import Around
from tests.crm.factories import MemberOfferFactory, ReferralFactory

ADMINISTRATOR = {"administrator"}
RUNNING = ADMINISTRATOR | {"coordinator", "head"}
COORDINATORS = {"coordinator", "head", "another coordinator", "another head"}


@pytest.fixture
def around(db):
    return Around()


@pytest.mark.parametrize(
    ("may", "those"),
    [
        (permissions.can_see_style, ADMINISTRATOR),
        (permissions.can_change_directory, ADMINISTRATOR | {"desk"} | COORDINATORS),
        (permissions.can_keep_contacts, ADMINISTRATOR | COORDINATORS),
        (permissions.can_triage, ADMINISTRATOR | {"desk"}),
        (permissions.can_read_requests, ADMINISTRATOR | {"desk"} | COORDINATORS),
    ],
)
def test_of_a_role(around, may, those):
    assert around.who(may) == those


def test_a_proposal_is_answered_by_the_member_that_it_was_made_to(around):
    referral = ReferralFactory(member=around.engagement.member)

    assert around.who(lambda person: permissions.can_answer(person, referral)) == RUNNING


def test_a_member_keeps_its_own_offer(around):
    offer = MemberOfferFactory(member=around.engagement.member)

    assert around.who(lambda person: permissions.can_change_offer(person, offer)) == RUNNING
