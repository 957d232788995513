"""People in common of two engagements: declared by who runs both, and changed in the open."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from crm.domain.refusals import Refused, Stale
from impact.models import Overlap
from impact.services import overlaps
from tests.crm.factories import UserFactory
from tests.impact.factories import IndicatorFactory, MeasurementFactory, OverlapFactory
from tests.impact.in_common import TODAY, declare, following

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    return IndicatorFactory(aggregation="unique")


@pytest.fixture
def followed(indicator, member):
    return following(indicator, member)


def refused(match):
    return pytest.raises(Refused, match=match)


class TestDeclaring:
    def test_writes_who_declared_what_when_and_how_it_is_known(self, followed, coordinator):
        overlap = declare(followed(60), followed(40), coordinator)

        assert (overlap.people, overlap.bound, overlap.source) == (
            15,
            "exactly",
            "Both lists compared",
        )
        assert (overlap.author, overlap.recorded_on) == (coordinator, TODAY)
        assert overlap.history.get().history_user == coordinator

    def test_a_pair_is_kept_in_one_order_whichever_is_named_first(self, followed, coordinator):
        first, second = followed(60), followed(40)

        overlap = declare(second, first, coordinator)

        assert (overlap.first, overlap.second) == (first, second)

    def test_a_pair_is_declared_once(self, followed, coordinator):
        first, second = followed(60), followed(40)
        declare(first, second, coordinator)

        with refused("declared already"):
            declare(second, first, coordinator)

    def test_never_more_than_the_smaller_of_the_two_figures(self, followed, coordinator):
        first, second = followed(60), followed(40)

        with refused("has counted 40 people"):
            declare(first, second, coordinator, people=41)
        assert declare(first, second, coordinator, people=40).people == 40

    def test_both_have_a_figure_first(self, followed, coordinator):
        with refused("no published figure"):
            declare(followed(60), followed(None), coordinator)

    def test_an_engagement_shares_nobody_with_itself(self, followed, coordinator):
        metric = followed(60)

        with refused("two different"):
            declare(metric, metric, coordinator)

    def test_two_indicators_have_nobody_in_common(self, followed, coordinator):
        other = MeasurementFactory(metric__indicator=IndicatorFactory(aggregation="unique")).metric

        with refused("same indicator"):
            declare(followed(60), other, coordinator)

    def test_what_simply_adds_up_has_nobody_in_common(self, coordinator):
        indicator = IndicatorFactory(aggregation="additive")
        first, second = (MeasurementFactory(metric__indicator=indicator).metric for _n in range(2))

        with refused("unique people alone"):
            declare(first, second, coordinator)

    def test_at_least_nobody_is_no_declaration(self, followed, coordinator):
        first, second = followed(60), followed(40)

        with refused("says nothing"):
            declare(first, second, coordinator, people=0, bound="at-least")
        assert declare(first, second, coordinator, people=0).is_exact

    @pytest.mark.parametrize(
        "wrong", [{"people": 0, "bound": "at-least"}, {"people": -1}, {"turned": True}]
    )
    def test_the_database_has_the_last_word(self, followed, wrong):
        first, second = followed(60), followed(40)
        if wrong.pop("turned", False):
            first, second = second, first

        with pytest.raises(IntegrityError), transaction.atomic():
            OverlapFactory(first=first, second=second, **wrong)


class TestChanging:
    @pytest.fixture
    def overlap(self, followed, coordinator):
        return declare(followed(60), followed(40), coordinator)

    def test_says_why_and_who_declares_it_now(self, overlap, coordinator):
        by = UserFactory()

        changed = overlaps.change_overlap(
            overlap, people=12, why="A third list", by=by, today=date(2026, 8, 1)
        )

        assert (changed.people, changed.author, changed.recorded_on) == (12, by, date(2026, 8, 1))
        assert changed.history.first().history_change_reason == "A third list"

    @pytest.mark.parametrize("given", [{"people": 12, "why": " "}, {"people": 41, "why": "More"}])
    def test_is_refused_without_a_reason_and_above_a_figure(self, overlap, coordinator, given):
        with pytest.raises(Refused):
            overlaps.change_overlap(overlap, **given, by=coordinator, today=TODAY)

        overlap.refresh_from_db()
        assert overlap.people == 15

    def test_two_people_at_once(self, overlap, coordinator):
        overlaps.change_overlap(overlap, people=12, why="A", by=coordinator, today=TODAY)

        with pytest.raises(Stale):
            overlaps.change_overlap(
                overlap, people=13, why="B", by=coordinator, today=TODAY, seen=1
            )

    def test_taken_away_it_stays_in_the_history(self, overlap, coordinator):
        overlaps.drop_overlap(overlap, by=coordinator)

        assert not Overlap.objects.exists()
        assert Overlap.history.first().history_user == coordinator
