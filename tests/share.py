"""What `dev.py thorough` tries a fifth of each time: the same attempt made in hundreds of places.

`RELAIS_SHARE` says which fifth, drawn and printed by `dev.py`; without it all of it is tried. The routes of a fifth
stand far apart, so that a fault of a kind shows in whichever is drawn; one of a single place shows within a few runs.
"""

import os

OF = 5


def share_of(things):
    """The fifth of them that is drawn, or all."""
    things, drawn = list(things), os.environ.get("RELAIS_SHARE")
    return things[int(drawn) :: OF] if drawn else things


def at_least(number):
    """Of `number` attempts those that a share has, and somewhat less: its places are not all of a size."""
    return number // (2 * OF) if os.environ.get("RELAIS_SHARE") else number
