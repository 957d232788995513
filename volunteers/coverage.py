"""Who covers what, day by day: needs and promises in, days out; no database.

A day of a person counts once. It goes to one of the skills asked for that they hold, so that as much as possible is
covered; where it does not suffice for all, the skill that is asked for first is served first. What is confirmed is
shared out before what is proposed.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WEEKDAYS = 5
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Need:
    """So many days a week of one line, from the first day to the last; lines are served in their order."""

    line: int
    starts_on: date
    ends_on: date
    days_a_week: Decimal


@dataclass(frozen=True)
class Promise:
    """So many days a week of a person who can do some of the lines."""

    lines: frozenset[int]
    starts_on: date
    ends_on: date
    days_a_week: Decimal
    is_confirmed: bool = True


@dataclass(frozen=True)
class Cell:
    """One line in one week, in days: what is asked, what is confirmed, what a proposal would add."""

    monday: date
    asked: Decimal
    confirmed: Decimal
    proposed: Decimal

    @property
    def level(self):
        """What the cell is drawn as."""
        if not self.asked:
            return "away"
        if not self.confirmed:
            return "nobody"
        return "free" if self.confirmed >= self.asked else "some"


def mondays_between(first, last):
    monday = first - timedelta(days=first.weekday())
    return [monday + A_WEEK * n for n in range(max(0, (last - monday).days) // 7 + 1)]


def cells_of(needs, promises, mondays):
    """{line: [Cell]} of the weeks given."""
    known = {}
    lines = sorted({need.line for need in needs})
    cells = {line: [] for line in lines}
    for monday in mondays:
        totals = [defaultdict(Decimal) for _each in ("asked", "confirmed", "proposed")]
        for day in (monday + timedelta(days=n) for n in range(WEEKDAYS)):
            for total, shares in zip(totals, _on(day, needs, promises, known), strict=True):
                for line, days in shares.items():
                    total[line] += days / WEEKDAYS
        for line in lines:
            cells[line].append(Cell(monday, *(total[line] for total in totals)))
    return cells


def _on(day, needs, promises, known):
    """(asked, confirmed, proposed) by line on one day; days with the same people and needs are worked out once."""
    asking = tuple(n for n, need in enumerate(needs) if need.starts_on <= day <= need.ends_on)
    there = tuple(n for n, promise in enumerate(promises) if promise.starts_on <= day <= promise.ends_on)
    if (asking, there) not in known:
        known[asking, there] = _shared([needs[n] for n in asking], [promises[n] for n in there])
    return known[asking, there]


def _shared(needs, promises):
    asked = defaultdict(Decimal)
    for need in needs:
        asked[need.line] += need.days_a_week
    confirmed, both = (
        share(asked, [(promise.lines, promise.days_a_week) for promise in group])
        for group in ([promise for promise in promises if promise.is_confirmed], promises)
    )
    return asked, confirmed, {line: both[line] - confirmed[line] for line in asked}


def share(asked, people):
    """{line: days covered}: the most in all that people, as (lines, days), can cover, earlier lines first.

    Line after line is filled, if need be by moving somebody to it whose place another can take (augmenting paths):
    what a line has been given is never taken back, and the total is the largest there is.
    """
    left = [days for _lines, days in people]
    given = {(person, line): Decimal(0) for person, (lines, _days) in enumerate(people) for line in lines & set(asked)}
    covered = dict.fromkeys(asked, Decimal(0))
    for line in sorted(asked):
        while covered[line] < asked[line] and (path := _path(line, left, given)):
            room = min(asked[line] - covered[line], left[path[0][0]], *(given[moved] for moved in path[1::2]))
            left[path[0][0]] -= room
            for step, place in enumerate(path):
                given[place] += room if step % 2 == 0 else -room
            covered[line] += room
    return covered


def _path(line, left, given):
    """[(person, line)] taken on and left in turns, from somebody with time to the line; None where there is none."""
    towards, waiting = {line: []}, [line]
    for wanted in waiting:
        for person in [person for person, held in given if held == wanted]:
            path = [(person, wanted), *towards[wanted]]
            if left[person] > 0:
                return path
            for other in [held for who, held in given if who == person and held not in towards and given[who, held]]:
                towards[other] = [(person, other), *path]
                waiting.append(other)
    return None
