"""What the lent team demands of an engagement, and what of it holds an organisation."""

from datetime import date, timedelta

import pytest

from tests.crm.factories import OrganisationFactory
from tests.engagements.factories import EngagementFactory
from tests.volunteers.agreed import COMPLETE
from tests.volunteers.factories import AgreementFactory, AssignmentFactory, VolunteerFactory
from volunteers import gates

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 6, 10), timedelta(days=1)
BOTH = {
    "sponsor_signatory": "Ada",
    "sponsor_signed_on": date(2026, 1, 2),
    "host_signatory": "Hugo",
    "host_signed_on": date(2026, 1, 2),
}


@pytest.fixture
def engagement():
    return EngagementFactory()


class TestBuild:
    @pytest.mark.parametrize(
        ("facts", "opens"),
        [
            ({}, True),
            ({"starts_on": TODAY + DAY}, True),
            ({"ends_on": TODAY}, True),
            ({"ends_on": TODAY - DAY}, False),
            ({"confirmed_on": None}, False),
        ],
    )
    def test_wants_somebody_confirmed_now_or_to_come(self, engagement, facts, opens):
        AssignmentFactory(engagement=engagement, **facts)

        assert (gates.has_confirmed_assignment(engagement, TODAY) is None) is opens

    def test_says_what_is_to_be_done(self, engagement):
        AssignmentFactory()

        reason = gates.has_confirmed_assignment(engagement, TODAY)

        assert str(reason) == "Confirm at least one volunteer first."


class TestStopping:
    def test_names_the_missions_that_go_on_and_until_when(self, engagement):
        for name, days in (("Basile", 20), ("Alix", 10), ("Chloé", 0)):
            AssignmentFactory(
                engagement=engagement,
                volunteer__user__full_name=name,
                ends_on=TODAY + days * DAY,
            )

        sentence = gates.assignments_after(engagement, TODAY)

        assert sentence.startswith("2 missions go on after today")
        assert sentence.index("Alix (20 June 2026)") < sentence.index("Basile (30 June 2026)")
        assert "Chloé" not in sentence

    def test_says_nothing_where_none_goes_on(self, engagement):
        AssignmentFactory(engagement=engagement, ends_on=TODAY)

        assert gates.assignments_after(engagement, TODAY) is None


class TestHolds:
    def test_a_mission_holds_who_lends_and_to_whom_is_lent_until_its_last_day(self):
        row = AssignmentFactory(ends_on=TODAY, volunteer__user__full_name="Alix")
        for organisation in (row.sponsor, row.volunteer.member):
            sentence = gates.assignments_to_do(organisation, TODAY)
            assert sentence == "1 mission is under way or to come: Alix."
            assert gates.assignments_to_do(organisation, TODAY + DAY) is None

        assert gates.assignments_to_do(OrganisationFactory(sponsor=True), TODAY) is None

    def test_an_agreement_that_both_signed_holds_both_until_its_last_day(self):
        agreement = AgreementFactory(volunteer=VolunteerFactory(), ends_on=TODAY, **COMPLETE | BOTH)

        for party in (agreement.sponsor, agreement.host):
            assert gates.agreements_in_force(party, TODAY).startswith("1 sponsorship agreement")
            assert gates.agreements_in_force(party, TODAY + DAY) is None

    def test_one_that_ended_early_holds_nobody_after_that_day(self):
        agreement = AgreementFactory(
            volunteer=VolunteerFactory(),
            **COMPLETE | BOTH,
            ended_on=TODAY,
            end_reason="They leave",
        )

        assert gates.agreements_in_force(agreement.host, TODAY)
        assert gates.agreements_in_force(agreement.host, TODAY + DAY) is None
