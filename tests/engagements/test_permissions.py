"""Who may do what with an engagement: each rule is asked of everybody, and lets exactly those who are named."""

import pytest

from engagements import permissions
from engagements.models import Side
from tests.around import Around
from tests.engagements.factories import EngagementFactory

ADMINISTRATOR = {"administrator"}
RUNNING = ADMINISTRATOR | {"coordinator", "head"}
LEADING = {"lead", "lead on their only day"}
COORDINATORS = {"coordinator", "head", "another coordinator", "another head"}
LEADS = LEADING | {"another lead", "lead after their last day", "lead before their first day"}
VOLUNTEERS = {
    "volunteer",
    "another volunteer",
    "volunteer not confirmed",
    "volunteer after their mission",
    "volunteer before their mission",
}

OF_THE_ENGAGEMENT = [
    (permissions.can_run, RUNNING),
    (permissions.can_move_stage, RUNNING),
    (permissions.can_see_interactions, RUNNING),
    (permissions.can_pass_gate, ADMINISTRATOR | {"head"}),
    (permissions.leads, LEADING),
    (permissions.can_accept_milestone, RUNNING | LEADING),
    (permissions.can_log_progress, RUNNING | LEADING | {"volunteer"}),
]
OF_A_SIDE = [
    (permissions.can_sign_for, Side.BENEFICIARY, LEADING),
    (permissions.can_sign_for, Side.MEMBER, RUNNING),
    (permissions.can_assess_for, Side.BENEFICIARY, RUNNING | LEADING),
    (permissions.can_assess_for, Side.MEMBER, RUNNING),
]
OF_A_ROLE = [
    (permissions.can_open_engagement, ADMINISTRATOR | COORDINATORS),
    (permissions.can_see_outcomes, ADMINISTRATOR | COORDINATORS),
    (permissions.can_read_rules, ADMINISTRATOR | COORDINATORS | LEADS | VOLUNTEERS),
    (permissions.can_change_rules, ADMINISTRATOR),
    (permissions.can_let_go, ADMINISTRATOR),
]


@pytest.fixture
def around(db):
    return Around()


def named(rows):
    return [
        pytest.param(*row, id=" ".join(str(getattr(part, "__name__", part)) for part in row[:-1]))
        for row in rows
    ]


@pytest.mark.parametrize(("may", "those"), named(OF_THE_ENGAGEMENT))
def test_of_an_engagement(around, may, those):
    assert around.who(lambda person: may(person, around.engagement)) == those


@pytest.mark.parametrize(("may", "side", "those"), named(OF_A_SIDE))
def test_for_a_side(around, may, side, those):
    assert around.who(lambda person: may(person, around.engagement, side)) == those


@pytest.mark.parametrize(("may", "those"), named(OF_A_ROLE))
def test_of_a_role(around, may, those):
    assert around.who(may) == those


def test_a_lead_speaks_for_each_engagement_of_their_own_organisation(around):
    """Where they are appointed elsewhere, or were never appointed, the role alone tells."""
    beside = EngagementFactory(beneficiary=around.engagement.beneficiary)

    assert around.who(lambda person: permissions.leads(person, beside)) == LEADS - {"another lead"}


def test_a_head_of_one_member_passes_no_gate_where_they_coordinate(around):
    """The head of another member who coordinates here is head there alone."""
    person = around.people["another head"]
    person.memberships.create(
        organisation=around.engagement.member, role="coordinator", is_head=False
    )

    assert permissions.can_run(person, around.engagement)
    assert not permissions.can_pass_gate(person, around.engagement)
