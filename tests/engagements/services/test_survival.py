"""Whether the solution is alive, asked 3 to 24 months later."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.domain.refusals import Refused
from engagements.services import survival
from tests.crm.factories import ContactFactory
from tests.engagements.factories import (
    EngagementFactory,
    LeadAppointmentFactory,
    SurvivalCheckFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


ANSWER = {"is_running": True, "usage": "daily", "keeper": "selves", "answered_by": "Rose"}


class TestSurvival:
    def check(self, engagement=None, **given):
        check = SurvivalCheckFactory(**({"engagement": engagement} if engagement else {}), **given)
        contact = ContactFactory(
            organisation=check.engagement.beneficiary,
            kept_by=check.engagement.member,
            email="rose@asso.example",
        )
        LeadAppointmentFactory(engagement=check.engagement, contact=contact)
        return check

    def test_a_due_check_is_asked_once_then_reminded_once(self):
        check = self.check()

        sent = [
            survival.run_checks(at=NOW + timedelta(days=days)) for days in (0, 0, 13, 14, 15, 60)
        ]

        check.refresh_from_db()
        assert sent == [1, 0, 0, 1, 0, 0]
        assert (check.asked_on, check.reminded_on) == (TODAY, TODAY + timedelta(days=14))

    def test_a_check_that_is_not_due_is_not_asked(self):
        check = self.check(due_on=TODAY + timedelta(days=1))

        assert survival.run_checks(at=NOW) == 0
        with pytest.raises(Refused):
            survival.ask_check(check, at=NOW)

    def test_without_an_address_nothing_is_sent_and_the_check_stays_due(self):
        check = SurvivalCheckFactory()

        assert survival.run_checks(at=NOW) == 0
        with pytest.raises(Refused, match="e-mail"):
            survival.ask_check(check, at=NOW)

    def test_an_answer_is_whole(self):
        check = self.check()

        with pytest.raises(Refused):
            survival.answer_check(check, survival.SurvivalAnswer(**ANSWER | {"usage": ""}), at=NOW)

    def test_alive_is_running_and_used(self):
        assert SurvivalCheckFactory.build(alive=True).is_alive is True
        assert SurvivalCheckFactory.build(alive=True, usage="no").is_alive is False
        assert SurvivalCheckFactory.build(over=True).is_alive is False
        assert SurvivalCheckFactory.build().is_alive is None

    def test_an_answer_may_be_changed_and_the_history_keeps_both(self):
        check = self.check()
        survival.answer_check(check, survival.SurvivalAnswer(**ANSWER), at=NOW)
        survival.answer_check(check, survival.SurvivalAnswer(**ANSWER | {"usage": "no"}), at=NOW)

        check.refresh_from_db()
        assert (check.is_alive, check.history.count()) == (False, 3)
