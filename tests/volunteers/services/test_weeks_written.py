"""Words and days of a week are written together or not at all; days alone wipe no word."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.domain.refusals import Refused, Stale, by_field
from engagements.models import Blocker, ProgressLog
from tests.volunteers.factories import AssignmentFactory, WorkDayFactory
from volunteers.models import Assignment, WorkDay
from volunteers.selectors.silent_weeks import without_log
from volunteers.services import weeks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 12, 16, 0, tzinfo=UTC)
MONDAY = date(2026, 6, 8)


@pytest.fixture
def assignment():
    return AssignmentFactory()


def log(assignment, days=None, **words):
    given = {"week": MONDAY, "by": assignment.volunteer.user, "at": NOW, "done": "Done."} | words
    common = {name: given.pop(name) for name in ("by", "at", "seen", "why") if name in given}
    return weeks.log_work(assignment, weeks.WorkedWeek(days=days or {}, **given), **common)


class TestLogWork:
    def test_writes_the_words_and_the_days_together(self, assignment):
        log(
            assignment,
            {MONDAY: 2, MONDAY + timedelta(days=1): 1},
            blocked="No key",
            opens_blocker=True,
        )

        assert [(row.day, row.half_days) for row in WorkDay.objects.order_by("day")] == [
            (MONDAY, 2),
            (MONDAY + timedelta(days=1), 1),
        ]
        assert Blocker.objects.get().text == "No key"
        assert WorkDay.history.count() == 2
        assert set(WorkDay.history.values_list("history_user", flat=True).order_by("pk")) == {
            assignment.volunteer.user_id
        }

    def test_a_bad_day_writes_nothing_at_all(self, assignment):
        with pytest.raises(Refused):
            log(assignment, {MONDAY: 2, MONDAY + timedelta(days=6): 2})

        assert not ProgressLog.objects.exists()
        assert not WorkDay.objects.exists()

    @pytest.mark.parametrize("half_days", [3, -1])
    def test_refuses_more_than_a_day_on_a_day(self, assignment, half_days):
        with pytest.raises(Refused) as refused:
            log(assignment, {MONDAY: half_days})
        assert "days" in by_field(refused.value)

    def test_refuses_a_day_outside_the_assignment(self):
        assignment = AssignmentFactory(starts_on=MONDAY + timedelta(days=1))

        with pytest.raises(Refused):
            log(assignment, {MONDAY: 2})

    def test_refuses_a_day_worked_on_another_engagement(self, assignment):
        other = AssignmentFactory(volunteer=assignment.volunteer, days_a_week=1)
        WorkDayFactory(assignment=other, day=MONDAY, half_days=1)

        log(assignment, {MONDAY: 1})
        with pytest.raises(Refused):
            log(assignment, {MONDAY: 2})

    def test_a_day_logged_again_is_changed_and_zero_takes_it_back(self, assignment):
        log(assignment, {MONDAY: 2, MONDAY + timedelta(days=1): 2})

        log(assignment, {MONDAY: 1, MONDAY + timedelta(days=1): 0})

        assert [row.half_days for row in WorkDay.objects.all()] == [1]
        assert sorted(WorkDay.history.values_list("history_type", flat=True).order_by("pk")) == [
            "+",
            "+",
            "-",
            "~",
        ]

    def test_nothing_this_week_takes_the_days_back(self, assignment):
        log(assignment, {MONDAY: 2})

        log(assignment, is_nothing=True, done="")

        assert not WorkDay.objects.exists()
        assert ProgressLog.objects.get().is_nothing

    def test_a_stale_log_is_refused(self, assignment):
        log(assignment, seen=None)
        log(assignment, seen=1, done="Other.")

        with pytest.raises(Stale):
            log(assignment, seen=1)

    def test_new_years_night_is_a_day_in_paris(self):
        """23:30 UTC on 31 December is 00:30 on 1 January: that day has come, and counts in the new year."""
        assignment = AssignmentFactory(starts_on=date(2026, 1, 5), ends_on=date(2027, 6, 1))

        weeks.log_work(
            assignment,
            weeks.WorkedWeek(week=date(2026, 12, 28), days={date(2027, 1, 1): 2}, done="x"),
            by=assignment.volunteer.user,
            at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        )

        assert WorkDay.objects.get().day.year == 2027

    @pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)])
    def test_a_week_in_which_the_clocks_change_has_seven_days(self, assignment, monday):
        days = {monday + timedelta(days=n): 2 for n in range(7)}

        weeks.log_work(
            assignment,
            weeks.WorkedWeek(week=monday, days=days, done="x"),
            by=assignment.volunteer.user,
            at=NOW + timedelta(days=200),
        )

        assert WorkDay.objects.count() == 7


class TestDaysAlone:
    """Days without a word are days all the same: no word is made up, and none is wiped."""

    def test_are_saved_without_a_log(self, assignment):
        assert log(assignment, {MONDAY: 2}, done=" ") is None

        assert WorkDay.objects.get().half_days == 2
        assert not ProgressLog.objects.exists()

    def test_are_no_news_of_the_engagement(self, assignment):
        before = assignment.engagement.last_news_on
        log(assignment, {MONDAY: 2}, done="")

        assignment.engagement.refresh_from_db()
        assert assignment.engagement.last_news_on == before

    def test_neither_word_nor_day_is_refused(self, assignment):
        with pytest.raises(Refused) as refused:
            log(assignment, {MONDAY: 0}, done="")
        assert list(by_field(refused.value)) == ["done"]

    def test_do_not_wipe_the_words_that_stand_there(self, assignment):
        log(assignment, {MONDAY: 2})

        with pytest.raises(Refused):
            log(assignment, {MONDAY: 2}, done="")
        assert ProgressLog.objects.get().done == "Done."

    def test_take_the_place_of_nothing_this_week(self, assignment):
        nothing = log(assignment, is_nothing=True)

        log(assignment, {MONDAY: 1}, done="", seen=nothing.version)

        assert not ProgressLog.objects.exists()
        assert ProgressLog.history.filter(history_type="-").count() == 1
        assert WorkDay.objects.get().half_days == 1

    def test_are_stale_where_somebody_wrote_meanwhile(self, assignment):
        log(assignment)

        with pytest.raises(Stale):
            log(assignment, {MONDAY: 2}, done="", seen=0)
        assert not WorkDay.objects.exists()

    def test_are_not_asked_for_again(self, assignment):
        mine = Assignment.objects.filter(pk=assignment.pk)
        assert without_log(mine, MONDAY).exists()

        log(assignment, {MONDAY: 2}, done="")

        assert not without_log(mine, MONDAY).exists()
