"""Who may do what with lent people: each rule is asked of everybody, and lets exactly those who are named."""

import pytest

from crm.domain.roles import Role
from tests.around import DAY, Around
from tests.crm.factories import MembershipFactory, OrganisationFactory
from tests.volunteers.factories import (
    AgreementFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    VolunteerFactory,
)
from volunteers import permissions
from volunteers.models import Signer, Voice

ADMINISTRATOR = {"administrator"}
RUNNING = ADMINISTRATOR | {"coordinator", "head"}
COORDINATORS = {"coordinator", "head", "another coordinator", "another head"}
LEADING = {"lead", "lead on their only day"}
LEADS = LEADING | {"another lead", "lead after their last day", "lead before their first day"}
SPONSORS = {"sponsor", "another sponsor"}
VOLUNTEERS = {
    "volunteer",
    "another volunteer",
    "volunteer not confirmed",
    "volunteer after their mission",
    "volunteer before their mission",
}


@pytest.fixture
def around(db):
    return Around()


@pytest.fixture
def assignment(around):
    return around.assignments["volunteer"]


@pytest.fixture
def sheet(around, assignment):
    return MonthSheetFactory(assignment=assignment, month=around.today.replace(day=1))


@pytest.mark.parametrize(
    ("may", "those"),
    [
        (permissions.can_staff, ADMINISTRATOR | COORDINATORS),
        (permissions.can_read_months, ADMINISTRATOR | COORDINATORS | VOLUNTEERS | LEADS | SPONSORS),
        (permissions.can_read_agreements, ADMINISTRATOR | COORDINATORS | VOLUNTEERS | SPONSORS),
        (permissions.can_value, ADMINISTRATOR | SPONSORS),
    ],
)
def test_of_a_role(around, may, those):
    assert around.who(may) == those


def test_an_assignment_is_changed_by_those_who_run_the_engagement(around, assignment):
    assert (
        around.who(lambda person: permissions.can_change_assignment(person, assignment)) == RUNNING
    )


def test_a_volunteer_keeps_their_own_page(around, assignment):
    there = assignment.volunteer

    assert around.who(lambda person: permissions.can_change_volunteer(person, there)) == RUNNING | {
        "volunteer"
    }
    assert around.who(lambda person: permissions.can_change_employer(person, there)) == RUNNING


def test_a_volunteer_who_is_lent_no_more_keeps_nothing(around):
    there = around.assignments["former volunteer"].volunteer

    assert around.who(lambda person: permissions.can_change_volunteer(person, there)) == RUNNING


def test_the_host_of_the_assignment_is_not_the_one_who_lends_the_person_on(around, assignment):
    """Who is on a team belongs to the engagement's member, the person's page to the member that lends them on."""
    elsewhere = VolunteerFactory()

    assert (
        around.who(lambda person: permissions.can_change_volunteer(person, elsewhere))
        == ADMINISTRATOR
    )
    assert (
        around.who(lambda person: permissions.can_change_employer(person, elsewhere))
        == ADMINISTRATOR
    )


def test_a_company_speaks_for_itself(around):
    assert around.who(lambda person: permissions.can_change_company(person, around.sponsor)) == (
        ADMINISTRATOR | {"sponsor"}
    )


class TestAMonth:
    def test_is_signed_for_the_organisation_and_for_the_company(self, around, sheet):
        sides = {name: permissions.side_of(person, sheet) for name, person in around.people.items()}

        assert {name: side for name, side in sides.items() if side} == {
            **dict.fromkeys(LEADING, Signer.LEAD),
            "sponsor": Signer.SPONSOR,
        }

    def test_is_spoken_of_by_those_who_sign_it_and_by_whose_days_they_are(self, around, sheet):
        voices = {
            name: permissions.voice_of(person, sheet) for name, person in around.people.items()
        }

        assert {name: voice for name, voice in voices.items() if voice} == {
            **dict.fromkeys(LEADING, Voice.LEAD),
            "sponsor": Voice.SPONSOR,
            "volunteer": Voice.VOLUNTEER,
        }

    def test_is_the_company_s_of_that_assignment(self, around, sheet):
        """Whoever changed company since is signed for by the one that lent them then."""
        now_theirs = OrganisationFactory(sponsor=True)
        sheet.assignment.volunteer.sponsor = now_theirs
        around.people["new company"] = around.person(Role.SPONSOR, now_theirs, -1, None)

        assert permissions.side_of(around.people["sponsor"], sheet) == Signer.SPONSOR
        assert permissions.side_of(around.people["new company"], sheet) is None

    def test_is_still_spoken_of_when_the_assignment_is_over(self, around):
        over = MonthSheetFactory(
            assignment=around.assignments["volunteer after their mission"],
            month=around.today.replace(day=1),
        )

        assert (
            permissions.voice_of(around.people["volunteer after their mission"], over)
            == Voice.VOLUNTEER
        )

    @pytest.mark.parametrize(
        ("side", "those"),
        [("lead", LEADING), ("sponsor", {"sponsor"}), ("volunteer", {"volunteer"})],
    )
    def test_a_disagreement_is_settled_by_its_side_or_by_those_who_run(
        self, around, sheet, side, those
    ):
        disagreement = DayDisagreementFactory(sheet=sheet, day=around.today, side=side)

        assert (
            around.who(lambda person: permissions.can_settle(person, disagreement))
            == RUNNING | those
        )


class TestAnAgreement:
    @pytest.fixture
    def agreement(self, around, assignment):
        return AgreementFactory(
            volunteer=assignment.volunteer,
            starts_on=around.today - 30 * DAY,
            ends_on=around.today + 30 * DAY,
        )

    def test_is_written_by_the_host(self, around, agreement):
        assert (
            around.who(lambda person: permissions.can_write_agreement(person, agreement)) == RUNNING
        )

    @pytest.mark.parametrize(("side", "those"), [("host", set()), ("sponsor", {"sponsor"})])
    def test_is_signed_by_each_side_or_by_who_keeps_the_paper(self, around, agreement, side, those):
        assert (
            around.who(lambda person: permissions.can_sign_agreement(person, agreement, side))
            == RUNNING | those
        )

    def test_is_agreed_to_by_the_person_lent(self, around, agreement):
        assert around.who(lambda person: permissions.can_consent(person, agreement)) == RUNNING | {
            "volunteer"
        }

    def test_is_not_agreed_to_by_somebody_who_is_lent_no_more(self, around):
        theirs = AgreementFactory(volunteer=around.assignments["former volunteer"].volunteer)

        assert around.who(lambda person: permissions.can_consent(person, theirs)) == RUNNING

    def test_about_nobody_in_person_waits_for_nobody(self, around):
        of_all = AgreementFactory(
            volunteer=None, sponsor=around.sponsor, host=around.engagement.member
        )

        assert around.who(lambda person: permissions.can_consent(person, of_all)) == RUNNING


class TestAnAssignment:
    """`theirs` names whose mission it is."""

    @pytest.mark.parametrize(
        ("theirs", "those"),
        [
            ("volunteer", {"volunteer"}),
            (
                "volunteer after their mission",
                {"volunteer after their mission"},
            ),  # the service knows its days
            ("volunteer before their mission", {"volunteer before their mission"}),
            ("volunteer not confirmed", set()),
            ("former volunteer", set()),
        ],
    )
    def test_its_weeks_are_written_by_whose_it_is(self, around, theirs, those):
        there = around.assignments[theirs]

        assert around.who(lambda person: permissions.can_log_week(person, there)) == those

    def test_its_weeks_are_written_by_somebody_whose_role_begins_tomorrow(self, around, assignment):
        assignment.volunteer.user.memberships.update(started_on=around.today + DAY)

        assert permissions.can_log_week(assignment.volunteer.user, assignment)

    def test_its_weeks_are_written_by_nobody_who_holds_another_role(self, around, assignment):
        """Whoever was lent and is a coordinator now."""
        person = assignment.volunteer.user
        person.memberships.update(started_on=around.today - DAY, ended_on=around.today)
        MembershipFactory(user=person, role=Role.COORDINATOR)

        assert not permissions.can_log_week(person, assignment)

    @pytest.mark.parametrize(
        ("theirs", "those"),
        [
            ("volunteer", {"volunteer"}),
            ("volunteer after their mission", set()),
            ("volunteer before their mission", set()),
            ("volunteer not confirmed", set()),
            ("former volunteer", set()),
        ],
    )
    def test_what_is_left_to_the_next_is_written_from_its_first_day_to_its_last(
        self, around, theirs, those
    ):
        there = around.assignments[theirs]

        assert around.who(
            lambda person: permissions.can_write_relay_note(person, there, around.today)
        ) == (RUNNING | those)

    def test_what_they_know_is_said_from_its_first_day_to_its_last(self, around):
        def may(person):
            return permissions.can_say_what_they_know(person, around.engagement, around.today)

        assert around.who(may) == {"volunteer"}
