"""A week of a mission in the words of the service: its first and last day, the day before and the day after."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from crm.domain.refusals import Asked, Stale, by_field
from engagements.models import Blocker, ProgressLog
from tests.crm.factories import UserFactory
from tests.services import WHOLE, last_line, refusal
from tests.volunteers.factories import (
    AssignmentFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    WorkDayFactory,
)
from volunteers.models import MonthSheet
from volunteers.services import assignments, weeks

pytestmark = pytest.mark.django_db
MONDAY, DAY = date(2026, 6, 8), timedelta(days=1)
WEDNESDAY, FRIDAY, SUNDAY = MONDAY + 2 * DAY, MONDAY + 4 * DAY, MONDAY + 6 * DAY
NOTHING_WRITTEN = {"done": ["Write a line or mark a day, or choose “Nothing this week”."]}


@pytest.fixture
def assignment():
    """Of four days a week, all of 2026."""
    return AssignmentFactory()


def on(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def log(assignment, days=None, at=FRIDAY, **words):
    given = {"week": MONDAY, "by": assignment.volunteer.user, "at": on(at), "done": "Done."} | words
    common = {name: given.pop(name) for name in ("by", "at", "seen", "why") if name in given}
    return weeks.log_work(assignment, weeks.WorkedWeek(days=days or {}, **given), **common)


def put_back(assignment, **more):
    given = {"week": MONDAY, "by": assignment.volunteer.user, "at": on(FRIDAY)} | more
    return weeks.take_nothing_back(assignment, **given)


def worked(assignment):
    return dict(assignment.worked_days.values_list("day", "half_days"))


class TestTheWords:
    def test_are_kept_as_they_were_given(self, assignment):
        made = log(assignment, done="The form", blocked="No key", next="The tests", at=FRIDAY)

        made = ProgressLog.objects.get(pk=made.pk)
        assert (made.engagement, made.author, made.week) == (
            assignment.engagement,
            assignment.volunteer.user,
            MONDAY,
        )
        assert (made.done, made.blocked, made.next, made.is_nothing) == (
            "The form",
            "No key",
            "The tests",
            False,
        )
        assert (made.written_at, last_line(made)) == (
            on(FRIDAY),
            (assignment.volunteer.user, "Logged"),
        )
        assert not Blocker.objects.exists()

    def test_may_say_why_and_open_a_blocker(self, assignment):
        made = log(assignment, blocked="No key", opens_blocker=True, why="By hand")

        assert Blocker.objects.get().text == "No key"
        assert last_line(made) == (assignment.volunteer.user, "By hand")

    @pytest.mark.parametrize("name", ["done", "blocked", "next"])
    def test_one_line_is_enough(self, assignment, name):
        made = log(assignment, **{"done": "", name: "A line"})

        assert getattr(made, name) == "A line"

    def test_of_nothing_take_the_others_and_the_days_away(self, assignment):
        log(assignment, {MONDAY: 2, SUNDAY: 1}, at=SUNDAY)
        WorkDayFactory(assignment=assignment, day=MONDAY - DAY, half_days=1)
        WorkDayFactory(assignment=assignment, day=SUNDAY + DAY, half_days=1)

        made = log(assignment, {MONDAY: 2}, is_nothing=True, blocked="b", next="n", at=SUNDAY + DAY)

        assert (made.done, made.blocked, made.next, made.is_nothing) == ("", "", "", True)
        assert set(worked(assignment)) == {MONDAY - DAY, SUNDAY + DAY}

    def test_not_over_what_somebody_saved_meanwhile(self, assignment):
        made = log(assignment)

        with pytest.raises(Stale):
            log(assignment, done="Other", seen=made.version + 1)


class TestTheWeek:
    @pytest.fixture
    def short(self):
        """From a Wednesday to the Wednesday after."""
        return AssignmentFactory(starts_on=WEDNESDAY, ends_on=WEDNESDAY + 7 * DAY)

    @pytest.mark.parametrize(("week", "fits"), [(-7, False), (0, True), (7, True), (14, False)])
    def test_is_one_of_the_assignment(self, short, week, fits):
        week = MONDAY + week * DAY
        if fits:
            assert log(short, week=week, at=WEDNESDAY + 7 * DAY).week == week
            return
        assert refusal(log, short, week=week, at=WEDNESDAY + 7 * DAY) == {
            "week": [
                f"The week of {week.day} June 2026 is outside this mission, which lasts from 10 June 2026 to "
                "17 June 2026."
            ]
        }

    def test_that_begins_on_its_last_day_is_one_of_it(self):
        there = AssignmentFactory(starts_on=SUNDAY - 7 * DAY, ends_on=MONDAY)

        assert log(there, {MONDAY: 2}, at=MONDAY).week == MONDAY

    def test_that_ends_on_its_first_day_is_one_of_it(self):
        there = AssignmentFactory(starts_on=SUNDAY)

        assert log(there, {SUNDAY: 2}, at=SUNDAY).week == MONDAY

    def test_is_not_written_before_the_assignment_begins(self, short):
        assert refusal(log, short, at=WEDNESDAY - DAY) == {
            WHOLE: ["This mission begins on 10 June 2026: nothing is written to it before."]
        }
        assert log(short, at=WEDNESDAY).week == MONDAY

    def test_is_written_until_the_week_of_the_last_day_is_over(self, short):
        assert log(short, at=SUNDAY + 7 * DAY).week == MONDAY
        assert refusal(log, short, at=SUNDAY + 8 * DAY) == {
            WHOLE: [
                "This mission ended on 17 June 2026: it can be read, and nothing is written to it any more."
            ]
        }

    def test_is_held_against_the_assignment_as_it_is_saved(self, short):
        """Its dates changed since the page was read."""
        assignments.change_assignment(short, by=UserFactory(), starts_on=WEDNESDAY + 5 * DAY)

        assert list(refusal(log, short, at=WEDNESDAY + 7 * DAY)) == ["week"]


class TestTheDays:
    def test_are_saved_changed_and_taken_back_with_their_lines(self, assignment):
        by = assignment.volunteer.user
        log(assignment, {MONDAY: 2, MONDAY + DAY: 2, WEDNESDAY: 1})
        kept, changed, gone = assignment.worked_days.order_by("day")
        assert last_line(changed) == (by, "Logged")

        log(assignment, {MONDAY: 2, MONDAY + DAY: 1, WEDNESDAY: 0}, done="Again")

        assert worked(assignment) == {MONDAY: 2, MONDAY + DAY: 1}
        assert last_line(kept) == (by, "Logged")
        assert last_line(changed) == (by, "Changed")
        assert last_line(gone) == (by, "Taken back")

    def test_that_are_left_out_stay(self, assignment):
        log(assignment, {MONDAY: 2, WEDNESDAY: 1})
        log(assignment, {WEDNESDAY: 2})

        assert worked(assignment) == {MONDAY: 2, WEDNESDAY: 2}

    def test_of_no_time_are_no_rows(self, assignment):
        log(assignment, {MONDAY: 0, WEDNESDAY: 1})

        assert worked(assignment) == {WEDNESDAY: 1}

    def test_of_the_weeks_beside_are_left_alone(self, assignment):
        for day in (MONDAY - DAY, SUNDAY + DAY):
            WorkDayFactory(assignment=assignment, day=day, half_days=1)

        log(assignment, {MONDAY: 2, SUNDAY: 2}, at=SUNDAY)

        assert worked(assignment) == {MONDAY - DAY: 1, MONDAY: 2, SUNDAY: 2, SUNDAY + DAY: 1}

    @pytest.mark.parametrize("half_days", [-1, 3])
    def test_are_worked_by_halves(self, assignment, half_days):
        assert refusal(log, assignment, {MONDAY: half_days}) == {
            "days": ["A day is worked by halves: half a day, or a day."]
        }

    @pytest.mark.parametrize(
        ("day", "fits"), [(MONDAY - DAY, 0), (MONDAY, 1), (SUNDAY, 1), (SUNDAY + DAY, 0)]
    )
    def test_are_of_that_week(self, assignment, day, fits):
        if fits:
            log(assignment, {day: 1}, at=SUNDAY + DAY)
            assert worked(assignment) == {day: 1}
            return
        assert refusal(log, assignment, {day: 1}, at=SUNDAY + DAY) == {
            "days": [f"{day.day} June 2026 is not in this week."]
        }

    def test_have_come(self, assignment):
        assert refusal(log, assignment, {FRIDAY: 1}, at=FRIDAY - DAY) == {
            "days": ["12 June 2026 is still to come: log it once it is worked."]
        }
        log(assignment, {FRIDAY: 1, SUNDAY: 0}, at=FRIDAY)
        assert worked(assignment) == {FRIDAY: 1}

    @pytest.mark.parametrize(("day", "fits"), [(-1, 0), (0, 1), (1, 1), (2, 0)])
    def test_are_of_the_assignment(self, day, fits):
        there = AssignmentFactory(starts_on=WEDNESDAY, ends_on=WEDNESDAY + DAY)
        day = WEDNESDAY + day * DAY
        if fits:
            log(there, {day: 1, MONDAY: 0})
            assert worked(there) == {day: 1}
            return
        assert refusal(log, there, {day: 1}) == {
            "days": [f"{day.day} June 2026 is outside the assignment."]
        }

    @pytest.mark.parametrize(
        ("elsewhere", "half_days", "fits"), [(1, 1, True), (1, 2, False), (2, 1, False)]
    )
    def test_are_a_day_at_most_on_all_assignments(self, assignment, elsewhere, half_days, fits):
        other = AssignmentFactory(volunteer=assignment.volunteer)
        for day in (MONDAY, SUNDAY):
            WorkDayFactory(assignment=other, day=day, half_days=elsewhere)
            WorkDayFactory(day=day, half_days=2)  # of somebody else
        for day in (MONDAY, SUNDAY):
            if fits:
                log(assignment, {day: half_days}, at=SUNDAY)
                assert worked(assignment)[day] == half_days
                continue
            assert refusal(log, assignment, {day: half_days}, at=SUNDAY) == {
                "days": [f"{day.day} June 2026 is worked on another engagement already."]
            }
        log(assignment, {WEDNESDAY: 2, MONDAY: 0})

    def test_that_change_are_noted_on_the_sheet_of_their_month(self, assignment):
        log(assignment, {MONDAY: 2, WEDNESDAY: 1})
        sheet = MonthSheet.objects.get(assignment=assignment, month=date(2026, 6, 1))

        log(assignment, {MONDAY: 2, WEDNESDAY: 2, FRIDAY: 0}, done="Again")

        assert last_line(sheet) == (assignment.volunteer.user, "Days changed: 10 June 2026")
        sheet.refresh_from_db()
        assert sheet.version == 2

        log(assignment, {MONDAY: 2, WEDNESDAY: 2, FRIDAY: 0}, done="And again")
        sheet.refresh_from_db()
        assert sheet.version == 2

    def test_that_change_settle_what_was_said_of_them(self, assignment):
        sheet = MonthSheetFactory(assignment=assignment)
        disagreement = DayDisagreementFactory(sheet=sheet, day=MONDAY)

        log(assignment, {MONDAY: 1})

        disagreement.refresh_from_db()
        assert (disagreement.settled_at, disagreement.settled_by) == (
            on(FRIDAY),
            assignment.volunteer.user,
        )

    def test_of_a_signed_month_are_changed_by_somebody_who_read_it(self, assignment):
        sheet = MonthSheetFactory(assignment=assignment, is_confirmed=True)

        assert list(refusal(log, assignment, {MONDAY: 1})) == ["days"]
        log(assignment, {MONDAY: 1}, undoes={sheet.month: sheet.version})

        sheet.refresh_from_db()
        assert sheet.state == "logged"


class TestFarMoreThanPromised:
    """More than twice as much as was promised is asked about: here more than two days, on a mission of one."""

    @pytest.fixture
    def one(self):
        return AssignmentFactory(days_a_week=Decimal(1))

    def test_is_asked_about(self, one):
        with pytest.raises(Asked) as asked:
            log(one, {MONDAY: 2, WEDNESDAY: 2, FRIDAY: 1})

        assert asked.value.box == "more_days"
        assert by_field(asked.value) == {
            "more_days": [
                "This week would have 2.5 days, on a mission of 1 day a week. Say that it is so."
            ]
        }
        log(one, {MONDAY: 2, WEDNESDAY: 2, FRIDAY: 1}, more_days=True)
        assert sum(worked(one).values()) == 5

    def test_twice_as_much_is_not(self, one):
        log(one, {MONDAY: 2, WEDNESDAY: 2})

        assert sum(worked(one).values()) == 4

    def test_counts_the_days_of_that_week_that_stand_there(self, one):
        for day in (MONDAY, SUNDAY):
            WorkDayFactory(assignment=one, day=day, half_days=2)
        for day in (MONDAY - DAY, SUNDAY + DAY):
            WorkDayFactory(assignment=one, day=day, half_days=2)

        assert list(refusal(log, one, {WEDNESDAY: 1})) == ["more_days"]
        log(one, {WEDNESDAY: 1, SUNDAY: 0}, at=SUNDAY)
        assert worked(one)[WEDNESDAY] == 1

    def test_is_not_asked_of_words_alone(self, one):
        for day in (MONDAY, WEDNESDAY, FRIDAY):
            WorkDayFactory(assignment=one, day=day, half_days=2)

        assert log(one, {MONDAY + DAY: 0}).pk
        assert log(one, done="Words", days=None).pk


class TestDaysAlone:
    def test_are_saved_without_a_log(self, assignment):
        assert log(assignment, {MONDAY: 1}, done=" ") is None
        assert worked(assignment) == {MONDAY: 1}

    @pytest.mark.parametrize("days", [{}, {MONDAY: 0}])
    def test_that_are_none_are_nothing_to_save(self, assignment, days):
        assert refusal(log, assignment, days, done="") == NOTHING_WRITTEN

    @pytest.mark.parametrize("day", [MONDAY, SUNDAY])
    def test_that_stay_are_days(self, assignment, day):
        WorkDayFactory(assignment=assignment, day=day, half_days=2)

        assert log(assignment, {WEDNESDAY: 0}, done="", at=SUNDAY) is None
        assert refusal(log, assignment, {day: 0}, done="", at=SUNDAY) == NOTHING_WRITTEN

    @pytest.mark.parametrize("day", [MONDAY - DAY, SUNDAY + DAY])
    def test_of_the_weeks_beside_are_none_of_this_one(self, assignment, day):
        WorkDayFactory(assignment=assignment, day=day, half_days=2)

        assert refusal(log, assignment, {WEDNESDAY: 0}, done="", at=SUNDAY + DAY) == NOTHING_WRITTEN

    def test_wipe_no_words(self, assignment):
        log(assignment)

        assert refusal(log, assignment, {MONDAY: 1}, done="") == NOTHING_WRITTEN
        assert worked(assignment) == {}

    def test_take_the_place_of_nothing(self, assignment):
        nothing = log(assignment, is_nothing=True)

        log(assignment, {MONDAY: 1}, done="", seen=nothing.version)

        assert not ProgressLog.objects.exists()
        assert last_line(nothing) == (assignment.volunteer.user, "Days alone")

    def test_leave_the_words_of_others_and_of_other_weeks(self, assignment):
        log(assignment, week=MONDAY - 7 * DAY)
        other = AssignmentFactory(engagement=assignment.engagement)
        log(other, is_nothing=True)

        log(assignment, {MONDAY: 1}, done="")

        assert ProgressLog.objects.count() == 2

    def test_not_over_what_somebody_saved_meanwhile(self, assignment):
        nothing = log(assignment, is_nothing=True)

        with pytest.raises(Stale):
            log(assignment, {MONDAY: 1}, done="", seen=nothing.version + 1)


class TestPuttingBack:
    def test_words_and_days_as_they_were(self, assignment):
        log(
            assignment,
            {MONDAY: 2, WEDNESDAY: 1},
            done="The form",
            blocked="No key",
            next="The tests",
        )
        log(assignment, is_nothing=True)

        back = put_back(assignment)

        assert (back.done, back.blocked, back.next, back.is_nothing) == (
            "The form",
            "No key",
            "The tests",
            False,
        )
        assert worked(assignment) == {MONDAY: 2, WEDNESDAY: 1}
        assert last_line(back) == (assignment.volunteer.user, "Put back as it was")

    def test_more_than_was_promised_is_not_asked_about_again(self):
        one = AssignmentFactory(days_a_week=Decimal(1))
        days = {MONDAY: 2, WEDNESDAY: 2, FRIDAY: 2}
        log(one, days, more_days=True)
        log(one, is_nothing=True)

        put_back(one)

        assert worked(one) == days

    def test_where_there_was_nothing(self, assignment):
        nothing_to_put_back = {WHOLE: ["There is nothing to put back."]}
        assert refusal(put_back, assignment) == nothing_to_put_back

        log(assignment)
        assert refusal(put_back, assignment) == nothing_to_put_back

    def test_one_s_own_of_that_week_and_engagement(self, assignment):
        other = AssignmentFactory(engagement=assignment.engagement)
        log(other, done="Theirs")
        log(other, is_nothing=True)
        log(assignment, week=MONDAY - 7 * DAY, done="Last week's")
        log(assignment, week=MONDAY - 7 * DAY, is_nothing=True)

        assert refusal(put_back, assignment) == {WHOLE: ["There is nothing to put back."]}
        assert put_back(assignment, week=MONDAY - 7 * DAY).done == "Last week's"

    def test_not_over_what_somebody_saved_meanwhile(self, assignment):
        log(assignment)
        nothing = log(assignment, is_nothing=True)

        with pytest.raises(Stale):
            put_back(assignment, seen=nothing.version + 1)
        assert put_back(assignment, seen=nothing.version).done == "Done."

    def test_of_a_signed_month_by_somebody_who_read_it(self, assignment):
        log(assignment, {MONDAY: 1})
        log(assignment, is_nothing=True)
        MonthSheet.objects.all().delete()
        sheet = MonthSheetFactory(assignment=assignment, is_confirmed=True)

        assert list(refusal(put_back, assignment)) == ["days"]
        put_back(assignment, undoes={sheet.month: sheet.version})
        assert worked(assignment) == {MONDAY: 1}
