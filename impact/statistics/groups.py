"""Which groups of a breakdown stay hidden, so that nobody in a small one is recognised.

A cell below the least size is suppressed; where one alone is missing, or the missing ones together are still small,
the total gives it back by subtraction, so the next smallest goes with it (complementary suppression: Cox, JASA 1980;
Hundepool and others, Statistical Disclosure Control, Wiley 2012, chapter 4).
"""

from collections.abc import Sequence


def too_small(sizes: Sequence[int], least: int) -> frozenset[int]:
    """The places of the groups to hide, of groups that add up to a total which is shown.

    Whatever is left out of the groups ("not known") is one of them: give its size as well. A group of nobody is
    hidden too. Either nothing is hidden, or at least two groups are that together hold `least` people or more; where
    that cannot be, all are.
    """
    hidden = {place for place, size in enumerate(sizes) if size < least}
    shown = sorted(set(range(len(sizes))) - hidden, key=lambda place: (sizes[place], place), reverse=True)
    while hidden and shown and (len(hidden) < 2 or sum(sizes[place] for place in hidden) < least):
        hidden.add(shown.pop())
    return frozenset(hidden)
