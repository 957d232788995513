"""Which groups of a breakdown stay hidden, so that nobody in a small one is recognised.

A cell below the least size is suppressed; where one alone is missing, or the missing ones together are still small,
the total gives it back by subtraction, so the next smallest goes with it (complementary suppression: Cox, JASA 1980;
Hundepool and others, Statistical Disclosure Control, Wiley 2012, chapter 4).
"""

from collections.abc import Sequence


def too_small(groups: Sequence[Sequence[int]], least: int) -> frozenset[int]:
    """The places of the groups to hide, of groups that add up to a total which is shown.

    A group is its cells: how many there are, or of a share those who have the result and those who have not; one cell
    below `least` hides it, none being a cell as well. Whatever is left out of the groups ("not known") is one of them.
    Either nothing is hidden, or at least two groups are that together hold `least` or more in each cell; where that
    cannot be, all are.
    """
    hidden = {place for place, cells in enumerate(groups) if min(cells) < least}
    shown = sorted(
        set(range(len(groups))) - hidden,
        key=lambda place: (sum(groups[place]), place),
        reverse=True,
    )
    while hidden and shown and (len(hidden) < 2 or _least_cell(groups, hidden) < least):
        hidden.add(shown.pop())
    return frozenset(hidden)


def _least_cell(groups: Sequence[Sequence[int]], hidden: set[int]) -> int:
    return min(map(sum, zip(*(groups[place] for place in hidden), strict=True)))
