"""A milestone moves, those that wait for it move along, and all of it can be taken back."""

from datetime import date

import pytest

from crm.domain.refusals import OtherFigures, Refused, Stale
from engagements.models import Dependency, Milestone
from engagements.services.milestones import MilestonePlan, change_milestone
from engagements.services.moves import Follower, followers_of, move_milestone, take_move_back
from tests.engagements.factories import MilestoneFactory

pytestmark = pytest.mark.django_db

FIRST = date(2026, 6, 1)
LATER = date(2026, 6, 8)  # five working days


@pytest.fixture
def chain(engagement):
    """B waits for A, and C for B; D waits for nobody, and E, that waits for A, is done."""
    days = {"A": FIRST, "B": date(2026, 7, 8), "C": date(2026, 12, 18), "D": FIRST, "E": FIRST}
    rows = {
        title: MilestoneFactory(
            engagement=engagement,
            title=title,
            planned_first_on=day,
            planned_on=day,
            done_on=FIRST if title == "E" else None,
        )
        for title, day in days.items()
    }
    for waiting, awaited in ["BA", "CB", "EA"]:
        Dependency.objects.create(
            engagement=engagement, milestone=rows[waiting], after=rows[awaited]
        )
    return rows


def days():
    return dict(Milestone.objects.order_by("title").values_list("title", "planned_on"))


def along(milestone, to):
    return [Follower(row.pk, day, row.version) for row, day in followers_of(milestone, to)]


class TestFollowers:
    def test_are_the_open_ones_that_wait_on_working_days_over_the_public_holidays(self, chain):
        """14 July lies between, and so does Christmas, then the New Year is not reached."""
        offered = [(row.title, day) for row, day in followers_of(chain["A"], LATER)]

        assert offered == [("B", date(2026, 7, 16)), ("C", date(2026, 12, 28))]

    def test_are_none_where_nothing_moves(self, chain):
        assert followers_of(chain["A"], FIRST) == []

    def test_come_back_with_what_is_moved_earlier(self, chain):
        assert followers_of(chain["B"], date(2026, 7, 1))[0][1] == date(2026, 12, 11)


class TestMove:
    def test_moves_it_and_those_that_are_ticked_and_keeps_what_was_planned_first(
        self, chain, coordinator
    ):
        ticked = along(chain["A"], LATER)[:1]

        moved = move_milestone(chain["A"], LATER, along=ticked, by=coordinator, seen=1)

        assert [row.title for row in moved] == ["A", "B"]
        assert days() == {
            "A": LATER,
            "B": date(2026, 7, 16),
            "C": date(2026, 12, 18),
            "D": FIRST,
            "E": FIRST,
        }
        assert Milestone.objects.get(title="B").planned_first_on == date(2026, 7, 8)
        newest = chain["B"].history.order_by("-history_id").first()
        assert (str(newest.history_change_reason), newest.history_user) == (
            "Moved along with “A”",
            coordinator,
        )

    @pytest.mark.parametrize("title", ["D", "E"])
    def test_who_does_not_wait_or_is_done_does_not_move_along(self, chain, coordinator, title):
        with pytest.raises(Refused, match="wait for it and are open"):
            move_milestone(
                chain["A"], LATER, along=[Follower(chain[title].pk, LATER)], by=coordinator
            )
        assert days()["A"] == FIRST

    def test_all_or_none_where_somebody_has_changed_one_since(self, chain, coordinator):
        read = along(chain["A"], LATER)
        change_milestone(chain["C"], MilestonePlan("C", date(2027, 1, 4)), by=coordinator)

        with pytest.raises(OtherFigures, match="“C” was changed"):
            move_milestone(chain["A"], LATER, along=read, by=coordinator, seen=1)
        with pytest.raises(Stale):
            move_milestone(chain["A"], LATER, by=coordinator, seen=7)
        assert (days()["A"], days()["B"]) == (FIRST, date(2026, 7, 8))


class TestTakeBack:
    @pytest.fixture
    def moved(self, chain, coordinator):
        read = along(chain["A"], LATER)
        return move_milestone(chain["A"], LATER, along=read, by=coordinator, seen=1)

    def test_puts_all_dates_back(self, moved, coordinator):
        first, *others = moved

        take_move_back(
            first, seen=2, along=[(row.pk, row.version) for row in others], by=coordinator
        )

        assert days() == {
            "A": FIRST,
            "B": date(2026, 7, 8),
            "C": date(2026, 12, 18),
            "D": FIRST,
            "E": FIRST,
        }

    def test_none_once_somebody_has_changed_one_of_them(self, moved, coordinator):
        first, *others = moved
        pairs = [(row.pk, row.version) for row in others]
        change_milestone(others[0], MilestonePlan("B", date(2026, 9, 1)), by=coordinator)

        with pytest.raises(Refused, match="changed B since, so"):
            take_move_back(first, seen=2, along=pairs, by=coordinator)
        assert days()["A"] == LATER

    def test_nothing_that_was_never_moved(self, chain, coordinator):
        with pytest.raises(Refused, match="stay as they are"):
            take_move_back(chain["D"], seen=1, by=coordinator)
