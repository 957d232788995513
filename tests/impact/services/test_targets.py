"""A target in the words of the service: the day before its period begins, its first day, the periods beside it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.domain.refusals import Stale
from impact.models import Target
from impact.services import targets
from impact.services.targets import MAX_TARGETS
from tests.crm.factories import UserFactory
from tests.impact.factories import MetricFactory, TargetFactory
from tests.services import WHOLE, last_line, refusal

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 6, 15), timedelta(days=1)
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def metric():
    return MetricFactory()


@pytest.fixture
def target(metric):
    return TargetFactory(
        metric=metric, window_start=FIRST, window_end=LAST, value=Decimal(90), set_on=TODAY
    )


def aim(metric, by, **facts):
    payload = {"window_start": FIRST, "window_end": LAST, "value": Decimal(90)} | facts
    return targets.set_target(metric, by=by, today=TODAY, **payload)


class TestSetting:
    def test_keeps_what_was_given(self, metric, by):
        made = Target.objects.get(pk=aim(metric, by).pk)

        assert (made.metric, made.window_start, made.window_end, made.value) == (
            metric,
            FIRST,
            LAST,
            90,
        )
        assert (made.set_on, made.amended_on, last_line(made)) == (TODAY, None, (by, "Set"))

    def test_of_one_day_and_not_the_wrong_way_round(self, metric, by):
        assert refusal(aim, metric, by, window_end=FIRST - DAY) == {
            "window_end": ["The window ends before it begins."]
        }
        assert aim(metric, by, window_end=FIRST).pk

    @pytest.mark.parametrize(
        ("first", "last", "fits"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (FIRST + DAY, LAST - DAY, False),
            (FIRST - DAY, LAST + DAY, False),
            (LAST, LAST + 9 * DAY, False),
            (LAST + DAY, LAST + 9 * DAY, True),
        ],
    )
    def test_beside_the_period_of_another(self, metric, target, by, first, last, fits):
        if fits:
            assert aim(metric, by, window_start=first, window_end=last).pk
            return
        assert refusal(aim, metric, by, window_start=first, window_end=last) == {
            "window_start": [
                "There is a target from 1 July 2026 to 30 September 2026: the periods of a metric do not overlap."
            ]
        }

    def test_of_two_in_the_way_the_first_is_named(self, metric, target, by):
        TargetFactory(metric=metric, window_start=date(2026, 1, 1), window_end=date(2026, 3, 31))

        refused = refusal(
            aim, metric, by, window_start=date(2026, 1, 1), window_end=date(2026, 12, 31)
        )

        assert "from 1 January 2026 to 31 March 2026" in refused["window_start"][0]

    def test_beside_those_of_another_metric(self, target, by):
        assert aim(MetricFactory(), by).pk

    def test_ten_years_of_months_and_no_more(self, metric, by):
        for n in range(MAX_TARGETS):
            month = {
                "window_start": date(2030 + n // 12, n % 12 + 1, 1),
                "window_end": date(2030 + n // 12, n % 12 + 1, 1),
            }
            if n == MAX_TARGETS - 1:
                aim(metric, by, **month)
            else:
                TargetFactory(metric=metric, **month)

        assert refusal(aim, metric, by) == {WHOLE: ["A metric has at most 120 targets."]}


class TestChanging:
    def change(self, target, by, today=TODAY, **facts):
        return targets.change_target(target, by=by, today=today, **facts)

    def test_before_its_period(self, target, by):
        self.change(target, by, today=FIRST - DAY, value=Decimal(80))

        target.refresh_from_db()
        assert (target.value, target.set_on, target.version) == (80, FIRST - DAY, 2)
        assert (target.amended_on, target.amended_why, last_line(target)) == (
            None,
            "",
            (by, "Changed"),
        )

    def test_before_its_period_with_a_reason(self, target, by):
        self.change(target, by, value=Decimal(80), why=" We aim lower ")

        assert last_line(target) == (by, "We aim lower")

    def test_from_its_first_day_on_in_the_open(self, target, by):
        assert refusal(self.change, target, by, today=FIRST, value=Decimal(80), why=" ") == {
            "why": ["This period has begun: say what changes, and why."]
        }
        assert list(refusal(self.change, target, by, today=FIRST, value=Decimal(80))) == ["why"]

        self.change(target, by, today=FIRST, value=Decimal(80), why=" We aim lower ")

        target.refresh_from_db()
        assert (target.value, target.set_on) == (80, TODAY)
        assert (target.amended_on, target.amended_why) == (FIRST, "We aim lower")
        assert last_line(target) == (by, "We aim lower")

    @pytest.mark.parametrize(
        ("first", "is_asked"),
        [(TODAY, True), (TODAY - DAY, True), (TODAY + DAY, False), (FIRST + DAY, False)],
    )
    def test_into_a_period_that_has_begun(self, target, by, first, is_asked):
        if is_asked:
            assert list(refusal(self.change, target, by, window_start=first)) == ["why"]
            return
        assert self.change(target, by, window_start=first).amended_on is None

    def test_out_of_a_period_that_has_begun(self, target, by):
        assert list(
            refusal(self.change, target, by, today=FIRST, window_start=FIRST + 9 * DAY)
        ) == ["why"]

    def test_of_nothing_asks_no_reason_and_leaves_no_line(self, target, by):
        same = self.change(target, by, today=FIRST, value=Decimal(90), window_start=FIRST)

        target.refresh_from_db()
        assert (same, target.version, target.amended_on) == (target, 1, None)

    def test_keeps_to_its_own_period_and_no_other(self, metric, target, by):
        TargetFactory(metric=metric, window_start=LAST + DAY, window_end=LAST + 30 * DAY)

        assert self.change(target, by, window_end=LAST - DAY).window_end == LAST - DAY
        assert list(refusal(self.change, target, by, window_end=LAST + DAY)) == ["window_start"]
        assert list(refusal(self.change, target, by, window_end=FIRST - DAY)) == ["window_end"]

    def test_not_over_what_somebody_saved_meanwhile(self, target, by):
        with pytest.raises(Stale):
            self.change(target, by, value=Decimal(1), seen=target.version + 1)

    def test_not_once_it_is_gone(self, target, by):
        targets.drop_target(target, by=by, today=TODAY)
        target.pk = Target.history.get(history_type="-").id

        assert refusal(self.change, target, by, value=Decimal(1)) == {
            WHOLE: ["Somebody has taken this target away."]
        }


class TestDropping:
    @pytest.mark.parametrize(("why", "told"), [("", "Taken away"), (" Another ", "Another")])
    def test_before_its_period(self, target, by, why, told):
        pk = target.pk

        targets.drop_target(target, by=by, today=FIRST - DAY, why=why)

        assert not Target.objects.exists()
        assert last_line(Target(pk=pk)) == (by, told)

    def test_from_its_first_day_on_with_a_reason(self, target, by):
        assert refusal(targets.drop_target, target, by=by, today=FIRST, why=" ") == {
            "why": ["This period has begun: say why its target is taken away."]
        }
        assert list(refusal(targets.drop_target, target, by=by, today=FIRST)) == ["why"]

        targets.drop_target(target, by=by, today=FIRST, why="Another")
        assert not Target.objects.exists()

    def test_not_over_what_somebody_saved_meanwhile(self, target, by):
        with pytest.raises(Stale):
            targets.drop_target(target, by=by, today=TODAY, seen=target.version + 1)
