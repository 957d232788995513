"""The sheet of a month in the words of the service: on its first and last day, the day before and the day after."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.domain.refusals import ChangedSinceRead, Unread
from tests.crm.factories import UserFactory
from tests.services import WHOLE, last_line, refusal
from tests.volunteers.factories import (
    AssignmentFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    WorkDayFactory,
)
from volunteers.models import DayCorrection, DayDisagreement, MonthSheet, Signer, Voice, WorkDay
from volunteers.services import months
from volunteers.services.months import note_changed_days

pytestmark = pytest.mark.django_db
JUNE, DAY = date(2026, 6, 1), timedelta(days=1)
LAST = date(2026, 6, 30)
MONDAY = date(2026, 6, 8)
IN_JULY = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
NOT_LOCKED = "This month is not locked: its days are changed in the week they belong to."
OUTSIDE = {"day": ["This day is outside the month or the mission."]}


@pytest.fixture
def by():
    return UserFactory(full_name="Louise")


@pytest.fixture
def assignment(member):
    return AssignmentFactory(engagement__member=member, volunteer__member=member)


def sheet_of(assignment, state="logged", days=((MONDAY, 2),), **facts):
    for day, half_days in days:
        WorkDayFactory(assignment=assignment, day=day, half_days=half_days)
    traits = {"confirmed": {"is_confirmed": True}, "locked": {"is_locked": True}, "logged": {}}
    return MonthSheetFactory(assignment=assignment, month=JUNE, **traits[state], **facts)


def at(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def confirm(sheet, side, by, **more):
    return months.confirm_month(
        sheet, side, **{"by": by, "at": IN_JULY, "seen": sheet.version} | more
    )


def disagree(sheet, side, by, **more):
    return months.disagree(
        sheet, side, **{"day": MONDAY, "comment": "Ill.", "by": by, "at": IN_JULY} | more
    )


def correct(sheet, by, **more):
    given = {
        "day": MONDAY,
        "half_days": 1,
        "reason": "Left at noon",
        "by": by,
        "at": IN_JULY,
    } | more
    return months.correct_day(sheet, **given)


def change(assignment, days, by, undoes=None):
    note_changed_days(assignment, days, by=by, at=IN_JULY, undoes=undoes or {})


class TestConfirm:
    def test_the_lead_then_the_company(self, assignment, by):
        sheet = sheet_of(assignment)
        company = UserFactory()

        confirm(sheet, Signer.LEAD, by)

        sheet.refresh_from_db()
        assert (sheet.state, sheet.lead_by, sheet.lead_at, sheet.sponsor_by) == (
            "confirmed",
            by,
            IN_JULY,
            None,
        )
        assert last_line(sheet) == (by, "Confirmed by the lead")

        confirm(sheet, Signer.SPONSOR, company)

        sheet.refresh_from_db()
        assert (sheet.state, sheet.lead_by, sheet.lead_at) == ("locked", by, IN_JULY)
        assert (sheet.sponsor_by, sheet.sponsor_at) == (company, IN_JULY)
        assert last_line(sheet) == (company, "Confirmed by the company, locked")

    @pytest.mark.parametrize(
        ("state", "side", "words"),
        [
            ("logged", Signer.SPONSOR, "The project lead confirms first."),
            ("confirmed", Signer.LEAD, "You have confirmed this month: it waits for the company."),
            ("locked", Signer.LEAD, "Both sides have confirmed this month: it is locked."),
            ("locked", Signer.SPONSOR, "Both sides have confirmed this month: it is locked."),
        ],
    )
    def test_in_turn(self, assignment, by, state, side, words):
        assert refusal(confirm, sheet_of(assignment, state), side, by) == {WHOLE: [words]}

    def test_of_what_was_read(self, assignment, by):
        sheet = sheet_of(assignment)

        with pytest.raises(Unread):
            confirm(sheet, Signer.LEAD, by, seen=None)
        with pytest.raises(ChangedSinceRead):
            confirm(sheet, Signer.LEAD, by, seen=sheet.version - 1)

    @pytest.mark.parametrize(
        ("last_day_of_assignment", "last_day"),
        [(LAST + 30 * DAY, LAST), (LAST, LAST), (LAST - DAY, LAST - DAY), (MONDAY, MONDAY)],
    )
    def test_once_the_last_day_has_passed(self, assignment, by, last_day_of_assignment, last_day):
        assignment.ends_on = last_day_of_assignment
        assignment.save()
        sheet = sheet_of(assignment)

        assert refusal(confirm, sheet, Signer.LEAD, by, at=at(last_day)) == {
            WHOLE: ["This month is not over: confirm it once its last day has passed."]
        }
        assert confirm(sheet, Signer.LEAD, by, at=at(last_day + DAY)).state == "confirmed"

    def test_not_while_a_day_is_seen_otherwise(self, assignment, by):
        sheet = sheet_of(assignment)
        DayDisagreementFactory(sheet=sheet, settled_at=IN_JULY, settled_by=by)
        disagreement = DayDisagreementFactory(sheet=sheet)

        assert refusal(confirm, sheet, Signer.LEAD, by) == {
            WHOLE: ["A disagreement is open on this month: settle it first."]
        }
        months.settle(disagreement, by=by, at=IN_JULY)
        assert confirm(sheet, Signer.LEAD, by).state == "confirmed"

    @pytest.mark.parametrize(
        ("day", "is_confirmed"), [(JUNE - DAY, 0), (JUNE, 1), (LAST, 1), (LAST + DAY, 0)]
    )
    def test_of_a_day_of_that_month_at_least(self, assignment, by, day, is_confirmed):
        sheet = sheet_of(assignment, days=[(day, 1)])

        if is_confirmed:
            assert confirm(sheet, Signer.LEAD, by).state == "confirmed"
            return
        assert refusal(confirm, sheet, Signer.LEAD, by) == {
            WHOLE: ["No day is logged in this month: there is nothing to confirm."]
        }


class TestDisagree:
    def test_says_who_when_and_what(self, assignment, by):
        disagreement = disagree(sheet_of(assignment), Signer.LEAD, by, comment=" They were ill. ")

        disagreement = DayDisagreement.objects.get(pk=disagreement.pk)
        assert (disagreement.day, disagreement.side, disagreement.comment) == (
            MONDAY,
            "lead",
            "They were ill.",
        )
        assert (disagreement.author, disagreement.raised_at, disagreement.settled_at) == (
            by,
            IN_JULY,
            None,
        )
        assert last_line(disagreement) == (by, "Disagreed")

    def test_by_the_one_whose_turn_it_is(self, assignment, by):
        assert refusal(disagree, sheet_of(assignment), Signer.SPONSOR, by) == {
            WHOLE: ["The project lead confirms first."]
        }

    def test_by_the_company_before_it_signs(self, assignment, by):
        sheet = sheet_of(assignment, "confirmed")

        assert refusal(disagree, sheet, Signer.LEAD, by) == {
            WHOLE: ["You have confirmed this month: it waits for the company."]
        }
        assert disagree(sheet, Signer.SPONSOR, by).side == "sponsor"

    @pytest.mark.parametrize("voice", list(Voice))
    def test_of_a_locked_month_by_each_of_the_three(self, assignment, by, voice):
        assert disagree(sheet_of(assignment, "locked"), voice, by).side == voice

    @pytest.mark.parametrize("state", ["logged", "confirmed"])
    def test_their_own_days_are_changed_in_their_week_until_then(self, assignment, by, state):
        assert refusal(disagree, sheet_of(assignment, state), Voice.VOLUNTEER, by) == {
            WHOLE: [NOT_LOCKED]
        }

    @pytest.mark.parametrize(
        ("day", "is_held"), [(JUNE - DAY, 0), (JUNE, 1), (LAST, 1), (LAST + DAY, 0)]
    )
    def test_on_a_day_of_the_month(self, assignment, by, day, is_held):
        sheet = sheet_of(assignment)

        if is_held:
            assert disagree(sheet, Signer.LEAD, by, day=day).day == day
            return
        assert refusal(disagree, sheet, Signer.LEAD, by, day=day) == OUTSIDE

    @pytest.mark.parametrize(
        ("day", "is_held"),
        [(MONDAY - DAY, 0), (MONDAY, 1), (MONDAY + DAY, 1), (MONDAY + 2 * DAY, 0)],
    )
    def test_on_a_day_of_the_assignment(self, assignment, by, day, is_held):
        assignment.starts_on, assignment.ends_on = MONDAY, MONDAY + DAY
        assignment.save()
        sheet = sheet_of(assignment)

        if is_held:
            assert disagree(sheet, Signer.LEAD, by, day=day).day == day
            return
        assert refusal(disagree, sheet, Signer.LEAD, by, day=day) == OUTSIDE


class TestSettle:
    def test_says_who_and_when_and_once(self, assignment, by):
        disagreement = DayDisagreementFactory(sheet=sheet_of(assignment))

        months.settle(disagreement, by=by, at=IN_JULY)

        disagreement.refresh_from_db()
        assert (disagreement.settled_by, disagreement.settled_at, last_line(disagreement)) == (
            by,
            IN_JULY,
            (by, "Settled"),
        )
        assert refusal(months.settle, disagreement, by=by, at=IN_JULY) == {
            WHOLE: ["This disagreement is settled already."]
        }


class TestCorrect:
    def test_changes_a_day_and_says_what_was_signed(self, assignment, by):
        sheet = sheet_of(assignment, "locked")

        correction = correct(sheet, by, reason=" Left at noon ")

        correction = DayCorrection.objects.get(pk=correction.pk)
        assert (correction.sheet, correction.day, correction.before, correction.half_days) == (
            sheet,
            MONDAY,
            2,
            1,
        )
        assert (correction.reason, correction.author, correction.made_at) == (
            "Left at noon",
            by,
            IN_JULY,
        )
        assert last_line(correction) == (by, "Left at noon")
        day = WorkDay.objects.get()
        assert (day.day, day.half_days, last_line(day)) == (MONDAY, 1, (by, "Left at noon"))

    def test_adds_a_day(self, assignment, by):
        correction = correct(sheet_of(assignment, "locked", days=[]), by)

        day = WorkDay.objects.get()
        assert (day.assignment, day.day, day.half_days) == (assignment, MONDAY, 1)
        assert (correction.before, last_line(day)) == (0, (by, "Left at noon"))

    def test_takes_a_day_away(self, assignment, by):
        sheet = sheet_of(assignment, "locked", days=[(MONDAY, 2), (MONDAY + DAY, 2)])
        gone = WorkDay.objects.get(day=MONDAY)

        correct(sheet, by, half_days=0)

        assert WorkDay.objects.get().day == MONDAY + DAY
        assert last_line(gone) == (by, "Left at noon")

    @pytest.mark.parametrize("state", ["logged", "confirmed"])
    def test_of_a_locked_month_alone(self, assignment, by, state):
        assert refusal(correct, sheet_of(assignment, state), by) == {WHOLE: [NOT_LOCKED]}

    @pytest.mark.parametrize(
        ("day", "is_held"), [(JUNE - DAY, 0), (JUNE, 1), (LAST, 1), (LAST + DAY, 0)]
    )
    def test_on_a_day_of_the_month(self, assignment, by, day, is_held):
        sheet = sheet_of(assignment, "locked")

        if is_held:
            assert correct(sheet, by, day=day).day == day
            return
        assert refusal(correct, sheet, by, day=day) == OUTSIDE

    def test_settles_what_asked_for_it_and_that_alone(self, assignment, by):
        sheet = sheet_of(assignment, "locked")
        first, second = (
            DayDisagreementFactory(sheet=sheet, day=MONDAY, side=side)
            for side in ("lead", "sponsor")
        )
        another = DayDisagreementFactory(sheet=sheet, day=MONDAY + DAY)

        correct(sheet, by)

        for disagreement in (first, second, another):
            disagreement.refresh_from_db()
        assert (first.settled_by, first.settled_at, second.settled_by) == (by, IN_JULY, by)
        assert last_line(first) == last_line(second) == (by, "The day was corrected")
        assert another.settled_at is None

    @pytest.mark.parametrize(
        ("elsewhere", "half_days", "fits"), [(1, 1, True), (1, 2, False), (2, 1, False)]
    )
    def test_makes_nobody_work_more_than_a_day(self, assignment, by, elsewhere, half_days, fits):
        other = AssignmentFactory(volunteer=assignment.volunteer)
        WorkDayFactory(assignment=other, day=MONDAY, half_days=elsewhere)
        WorkDayFactory(assignment=other, day=MONDAY + DAY, half_days=2)
        WorkDayFactory(day=MONDAY, half_days=2)  # of somebody else
        sheet = sheet_of(assignment, "locked", days=[])

        if fits:
            assert correct(sheet, by, half_days=half_days).half_days == half_days
            return
        assert refusal(correct, sheet, by, half_days=half_days) == {
            "day": ["8 June 2026 is worked on another engagement already."]
        }
        assert not assignment.worked_days.exists()


class TestChangedDays:
    """What becomes of the sheets when days of a mission change in their week."""

    def test_the_first_day_of_a_month_opens_its_sheet(self, assignment, by):
        change(assignment, [JUNE - DAY, JUNE, MONDAY], by)

        may, june = MonthSheet.objects.order_by("month")
        assert (may.assignment, may.month, june.month) == (assignment, date(2026, 5, 1), JUNE)
        assert (june.version, last_line(june)) == (1, (by, "First day logged"))

    def test_a_sheet_of_another_assignment_is_left_alone(self, assignment, by):
        other = MonthSheetFactory(is_locked=True)

        change(assignment, [MONDAY], by)

        other.refresh_from_db()
        assert (other.version, other.state) == (1, "locked")
        assert MonthSheet.objects.filter(assignment=assignment, month=JUNE).exists()

    def test_an_open_one_counts_them_so_that_nobody_signs_what_they_have_not_read(
        self, assignment, by
    ):
        sheet = sheet_of(assignment)

        change(assignment, [LAST + DAY, MONDAY, JUNE], by)

        sheet.refresh_from_db()
        assert (sheet.version, sheet.state) == (2, "logged")
        assert last_line(sheet) == (by, "Days changed: 8 June 2026, 1 June 2026")

    def test_a_locked_one_refuses(self, assignment, by):
        sheet_of(assignment, "locked")

        assert refusal(change, assignment, [MONDAY], by) == {
            "days": [
                "June 2026 is signed by both sides and locked: ask your coordinator for a correction."
            ]
        }

    def test_what_the_lead_signed_is_taken_back_by_somebody_who_read_it(self, assignment, by):
        sheet = sheet_of(assignment, "confirmed", lead_by=by)
        month_before = {date(2026, 5, 1): sheet.version}

        for undoes in (None, {JUNE: sheet.version - 1}, month_before):
            assert refusal(change, assignment, [MONDAY], by, undoes) == {
                "days": [
                    "Louise has confirmed the days of June 2026: a changed day takes that word back, and asks for it "
                    "again. Save once more if this is what you want."
                ]
            }

        change(assignment, [MONDAY], by, {JUNE: sheet.version})

        sheet.refresh_from_db()
        assert (sheet.state, sheet.lead_by, sheet.lead_at, sheet.version) == (
            "logged",
            None,
            None,
            2,
        )
        assert last_line(sheet) == (by, "A day changed: to be confirmed again")

    @pytest.mark.parametrize("state", ["logged", "confirmed"])
    def test_settles_what_was_said_of_those_days_and_no_other(self, assignment, by, state):
        sheet = sheet_of(assignment, state)
        disagreement = DayDisagreementFactory(sheet=sheet, day=MONDAY)
        another = DayDisagreementFactory(sheet=sheet, day=MONDAY + DAY)

        change(assignment, [MONDAY], by, {JUNE: sheet.version})

        disagreement.refresh_from_db()
        another.refresh_from_db()
        assert (disagreement.settled_by, disagreement.settled_at, last_line(disagreement)) == (
            by,
            IN_JULY,
            (by, "The day was changed"),
        )
        assert another.settled_at is None
