"""A target is set ahead, and changed in the open once its period has begun."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm.domain.refusals import Refused, Stale
from impact.models import Target
from impact.services import targets
from tests.crm.factories import UserFactory
from tests.impact.factories import MetricFactory, TargetFactory

TODAY = date(2026, 7, 10)


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)


def aim(metric, **facts):
    columns = {
        "window_start": date(2026, 7, 1),
        "window_end": date(2026, 9, 30),
        "value": Decimal(90),
    } | facts
    return targets.set_target(metric, **{"today": date(2026, 6, 1)} | columns, by=UserFactory())


@pytest.mark.django_db
class TestSetting:
    def test_says_who_and_when(self, metric):
        target = aim(metric)

        assert (target.set_on, str(target.history.get().history_change_reason)) == (
            date(2026, 6, 1),
            "Set",
        )

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"window_end": date(2026, 6, 30)}, "window_end"),
            ({"value": Decimal("1.5")}, "value"),
            ({"value": Decimal(-1)}, "value"),
            ({"window_end": date(2100, 1, 1)}, "window_end"),
        ],
    )
    def test_refuses_what_is_no_target(self, metric, facts, field):
        with pytest.raises(Refused) as refused:
            aim(metric, **facts)

        assert list(refused.value.message_dict) == [field]

    def test_a_share_is_100_per_cent_at_most(self, metric):
        share = MetricFactory(engagement=metric.engagement, indicator__share=True)

        assert aim(share, value=Decimal("66.7")).pk
        with pytest.raises(Refused, match="more than 100"):
            aim(
                share,
                value=Decimal("100.01"),
                window_start=date(2027, 1, 1),
                window_end=date(2027, 2, 1),
            )

    @pytest.mark.parametrize("days", [("2026-09-30", "2026-12-31"), ("2026-08-01", "2026-08-02")])
    def test_periods_do_not_overlap(self, metric, days):
        aim(metric)
        start, end = map(date.fromisoformat, days)

        with pytest.raises(Refused, match="do not overlap"):
            aim(metric, window_start=start, window_end=end)
        assert aim(metric, window_start=date(2026, 10, 1), window_end=date(2026, 12, 31)).pk
        assert aim(
            MetricFactory(engagement=metric.engagement), window_start=start, window_end=end
        ).pk

    def test_a_metric_has_so_many_and_no_more(self, metric, monkeypatch):
        monkeypatch.setattr("impact.services.targets.MAX_TARGETS", 1)
        aim(metric)

        with pytest.raises(Refused, match="at most 1"):
            aim(metric, window_start=date(2027, 1, 1), window_end=date(2027, 1, 31))

    @pytest.mark.parametrize(
        "facts",
        [
            {"window_end": date(2025, 1, 1)},
            {"value": Decimal(-1)},
            {"amended_on": TODAY},
            {"window_end": date(2100, 1, 1)},
        ],
    )
    def test_the_database_has_the_last_word(self, metric, facts):
        with pytest.raises(IntegrityError), transaction.atomic():
            TargetFactory(metric=metric, **facts)

    def test_which_keeps_one_target_a_period(self, metric):
        TargetFactory(metric=metric)

        with pytest.raises(IntegrityError), transaction.atomic():
            TargetFactory(metric=metric)


@pytest.mark.django_db
class TestChanging:
    def test_before_the_period_no_reason_is_asked(self, metric):
        changed = targets.change_target(
            aim(metric), value=Decimal(80), by=UserFactory(), today=date(2026, 6, 30)
        )

        assert (changed.value, changed.version, changed.amended_on) == (80, 2, None)
        assert changed.set_on == date(2026, 6, 30)

    def test_once_it_has_begun_its_readers_see_why(self, metric):
        target = aim(metric)
        change = {"value": Decimal(80), "by": UserFactory(), "today": date(2026, 7, 1)}
        with pytest.raises(Refused) as refused:
            targets.change_target(target, **change, why=" ")
        changed = targets.change_target(target, **change, why="The tool came late")

        assert list(refused.value.message_dict) == ["why"]
        assert (changed.amended_on, changed.amended_why) == (date(2026, 7, 1), "The tool came late")

    def test_a_period_is_not_moved_out_of_the_past_in_silence(self, metric):
        target = TargetFactory(metric=metric)

        with pytest.raises(Refused, match="has begun"):
            targets.change_target(
                target,
                window_start=date(2027, 1, 1),
                window_end=date(2027, 3, 1),
                by=UserFactory(),
                today=TODAY,
            )

    def test_two_people_at_once(self, metric):
        target = aim(metric)
        targets.change_target(target, value=Decimal(1), by=UserFactory(), today=date(2026, 6, 2))

        with pytest.raises(Stale):
            targets.change_target(
                target, value=Decimal(2), by=UserFactory(), today=date(2026, 6, 2), seen=1
            )
        with pytest.raises(Stale):
            targets.drop_target(target, by=UserFactory(), today=date(2026, 6, 2), seen=1)

    def test_taken_away_before_the_period_or_with_a_reason(self, metric):
        begun, ahead = TargetFactory(metric=metric), aim(metric)
        with pytest.raises(Refused, match="has begun"):
            targets.drop_target(begun, by=UserFactory(), today=TODAY)
        targets.drop_target(begun, why="Another indicator", by=UserFactory(), today=TODAY)
        targets.drop_target(ahead, by=UserFactory(), today=date(2026, 6, 30))

        assert not Target.objects.exists()
        assert (
            Target.history.filter(
                history_type="-", history_change_reason="Another indicator"
            ).count()
            == 1
        )
        with pytest.raises(Refused, match="taken this target away"):
            targets.drop_target(begun, why="Again", by=UserFactory(), today=TODAY)
