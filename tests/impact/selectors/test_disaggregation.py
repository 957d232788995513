"""A figure by groups: as much as is known, and no small one."""

from hypothesis import given
from hypothesis import strategies as st

from impact.selectors.disaggregation import BreakdownRow, disaggregate
from impact.selectors.results import MeasurementRow

LEAST = 5


def counts(*groups):
    return [(size,) for size in groups]


def cells(measurement, *groups, dimension="gender"):
    return [
        BreakdownRow(measurement, dimension, label, "", count, total)
        for label, count, total in groups
    ]


def figure(pk, count, total=None):
    nothing = dict.fromkeys(MeasurementRow._fields)
    return MeasurementRow(**nothing | {"pk": pk, "count": count, "total": total})


class TestDisaggregate:
    def test_leaves_open_what_is_not_known(self):
        (disaggregation,) = disaggregate(
            cells(1, ("Femmes", 120, None), ("Hommes", 60, None)), [figure(1, 200)], LEAST
        )

        assert [(group.label_fr, group.count) for group in disaggregation.groups] == [
            ("Femmes", 120),
            ("Hommes", 60),
        ]
        assert (disaggregation.untold, disaggregation.whole, disaggregation.hides) == (
            20,
            200,
            False,
        )

    def test_hides_a_small_group_and_its_neighbour(self):
        rows = cells(1, ("Femmes", 120, None), ("Hommes", 78, None), ("Autres", 2, None))
        (disaggregation,) = disaggregate(rows, [figure(1, 200)], LEAST)

        assert [group.count for group in disaggregation.groups] == [120, None, None]
        assert (disaggregation.untold, disaggregation.hides) == (80, True)

    def test_a_group_hidden_in_one_period_is_told_as_at_least(self):
        rows = cells(1, ("Femmes", 20, None), ("Hommes", 3, None), ("Autres", 4, None))
        rows += cells(2, ("femmes", 10, None), ("Hommes", 30, None), ("Autres", 6, None))
        (disaggregation,) = disaggregate(rows, [figure(1, 27), figure(2, 46)], LEAST)

        assert [
            (group.label_fr, group.count, group.is_partial) for group in disaggregation.groups
        ] == [
            ("Femmes", 30, False),
            ("Hommes", 30, True),
            ("Autres", 6, True),
        ]
        assert disaggregation.untold == 7

    def test_a_share_hides_who_has_it_and_who_has_it_not(self):
        rows = cells(1, ("Femmes", 20, 40), ("Hommes", 3, 24), ("Autres", 22, 36))
        (disaggregation,) = disaggregate(rows, [figure(1, 45, 100)], LEAST)

        assert [(group.count, group.total) for group in disaggregation.groups] == [
            (20, 40),
            (None, None),
            (None, None),
        ]
        assert disaggregation.groups[0].share.value == 0.5

    def test_a_period_that_was_not_broken_down_is_told_apart_and_divides_nothing(self):
        rows = cells(1, ("Femmes", 60, None), ("Hommes", 40, None))
        (disaggregation,) = disaggregate(rows, [figure(1, 100), figure(2, 1_756)], LEAST)

        assert [group.part for group in disaggregation.groups] == [0.6, 0.4]
        assert (disaggregation.whole, disaggregation.untold, disaggregation.elsewhere) == (
            100,
            0,
            1_756,
        )

    @given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=4))
    def test_sums_hold_no_hidden_cell(self, periods):
        """What a reader sees of several periods is the sum of what they see of each."""
        labels = ("A", "B", "C")
        rows = [
            cell
            for pk, counts in enumerate(periods)
            for cell in cells(pk, *zip(labels, counts, [None] * 3, strict=True))
        ]
        figures = [figure(pk, sum(counts)) for pk, counts in enumerate(periods)]
        (together,) = disaggregate(rows, figures, LEAST)
        apart = [disaggregate(rows, [each], LEAST)[0] for each in figures]

        for place in range(3):
            seen = [each.groups[place].count for each in apart]
            told = [count for count in seen if count is not None]
            assert together.groups[place].count == (sum(told) if told else None)
