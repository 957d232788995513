"""A month signed while a day of it changes, or by two at once."""

from datetime import date

from crm.domain.refusals import Refused
from tests.races import at_once, on_postgres
from tests.volunteers.factories import AssignmentFactory
from tests.volunteers.promises import NOW, TURNS, unexpected
from volunteers.services import months, weeks

pytestmark = on_postgres


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
