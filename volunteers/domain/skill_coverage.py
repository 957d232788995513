"""Who covers what, day by day: demands and promises in, days out; no database.

A working day of a person counts once. It goes to the need that their assignment was made for; what is left of it goes
to one of the needs whose skill they hold, so that as much as possible is covered; where it does not suffice for all,
the need that is asked for first is served first. What is confirmed is shared out before what is proposed. Week-ends
and public holidays ask for nothing and cover nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm.domain.workdays import is_working_day, monday_of

WEEKDAYS = 5
A_WEEK = timedelta(days=7)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Demand:
    """So many days a week of one line, both days included. A line is one skill to cover; lines are served in order."""

    line: int
    starts_on: date
    ends_on: date
    days_a_week: Decimal


@dataclass(frozen=True)
class Promise:
    """So many days a week of a person who can do some of the lines; `made_for` is the line of their assignment."""

    lines: frozenset[int]
    starts_on: date
    ends_on: date
    days_a_week: Decimal
    is_confirmed: bool = True
    made_for: int | None = None


@dataclass(frozen=True)
class DayCoverage:
    """One line on one working day, in days: what is asked, what is confirmed, what a proposal would add."""

    day: date
    asked: Decimal
    confirmed: Decimal
    proposed: Decimal


@dataclass(frozen=True)
class WeekCoverage:
    """One line over a week, in days: what is asked, what is confirmed, what a proposal would add."""

    monday: date
    asked: Decimal
    confirmed: Decimal
    proposed: Decimal

    @property
    def lacking(self):
        """What nobody confirmed covers."""
        return self.asked - self.confirmed

    @property
    def level(self):
        """What the cell is drawn as."""
        if not self.asked:
            return "away"
        if not self.confirmed:
            return "nobody"
        return "free" if self.confirmed >= self.asked else "some"


@dataclass(frozen=True)
class NeedCoverage:
    """What one need asks for and has, over its working days that are still to come.

    Sums are in days, shares from 0 to 1.
    """

    days: tuple[DayCoverage, ...]

    @property
    def asked(self):
        return sum((day.asked for day in self.days), NOTHING)

    @property
    def confirmed(self):
        return sum((day.confirmed for day in self.days), NOTHING)

    @property
    def proposed(self):
        return sum((day.proposed for day in self.days), NOTHING)

    @property
    def lacking(self):
        """What neither a confirmed nor a proposed assignment covers."""
        return self.asked - self.confirmed - self.proposed

    @property
    def share(self):
        """The confirmed part, from 0 to 1."""
        return share_of(self.confirmed, self.asked)

    @property
    def share_proposed(self):
        """The part that waits to be confirmed, from 0 to 1."""
        return share_of(self.proposed, self.asked)

    @property
    def state(self):
        """ "nothing" (no day is asked for), "covered", "partly", "proposed" or "nobody"."""
        if not self.asked:
            return "nothing"
        if self.confirmed >= self.asked:
            return "covered"
        if self.confirmed:
            return "partly"
        return "proposed" if self.proposed else "nobody"

    @property
    def weeks(self):
        return in_weeks(self.days)


def share_of(part, whole):
    """In whole hundredths, rounded down: what is not quite covered never reads 100 per cent, nor a little 0."""
    if not part or not whole:
        return 0.0
    return max(1, int(part * 100 / whole)) / 100


def in_weeks(days: Iterable[DayCoverage]):
    """The weeks that the days lie in."""
    days_by_monday = defaultdict(list)
    for each in days:
        days_by_monday[monday_of(each.day)].append(each)
    return tuple(
        WeekCoverage(
            monday,
            *(
                sum((getattr(each, name) for each in days_by_monday[monday]), NOTHING)
                for name in AMOUNTS
            ),
        )
        for monday in sorted(days_by_monday)
    )


AMOUNTS = ("asked", "confirmed", "proposed")


def mondays_between(first, last):
    monday = monday_of(first)
    return [monday + A_WEEK * n for n in range(max(0, (last - monday).days) // 7 + 1)]


def days_of(needs, promises, first, last):
    """{line: [DayCoverage]} of the working days from the first to the last on which the line is asked for."""
    cache = {}
    days_by_line = {line: [] for line in sorted({need.line for need in needs})}
    if not needs:
        return days_by_line
    first = max(first, min(need.starts_on for need in needs))
    last = min(last, max(need.ends_on for need in needs))
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if not is_working_day(day):
            continue
        for line, shares in _shares_on(day, needs, promises, cache).items():
            days_by_line[line].append(DayCoverage(day, *shares))
    return days_by_line


def coverage_by_week(needs, promises, mondays):
    """{line: [WeekCoverage]} of the weeks given, those that ask for nothing among them."""
    days = days_of(needs, promises, mondays[0], mondays[-1] + timedelta(days=6))
    return {line: in_those_weeks(line_days, mondays) for line, line_days in days.items()}


def in_those_weeks(days, mondays):
    """The weeks given, those that ask for nothing among them."""
    weeks = {cell.monday: cell for cell in in_weeks(days)}
    return [
        weeks.get(monday) or WeekCoverage(monday, NOTHING, NOTHING, NOTHING) for monday in mondays
    ]


def _shares_on(day, needs, promises, cache):
    """{line: (asked, confirmed, proposed)} on one day; `cache` keeps what the same people give the same demands."""
    asking = tuple(n for n, need in enumerate(needs) if need.starts_on <= day <= need.ends_on)
    there = tuple(
        n for n, promise in enumerate(promises) if promise.starts_on <= day <= promise.ends_on
    )
    if (asking, there) not in cache:
        cache[asking, there] = _shares_of([needs[n] for n in asking], [promises[n] for n in there])
    return cache[asking, there]


def _shares_of(needs, promises):
    asked = defaultdict(Decimal)
    for need in needs:
        asked[need.line] += need.days_a_week / WEEKDAYS
    confirmed, both = (
        _days_covered(asked, group)
        for group in ([each for each in promises if each.is_confirmed], promises)
    )
    return {line: (asked[line], confirmed[line], both[line] - confirmed[line]) for line in asked}


def _days_covered(asked, promises):
    """{line: days covered}: first by those whose assignment was made for it, then by whoever can."""
    lacking, covered, people = dict(asked), dict.fromkeys(asked, NOTHING), []
    for promise in promises:
        days = promise.days_a_week / WEEKDAYS
        if promise.made_for in lacking:
            room = min(days, lacking[promise.made_for])
            covered[promise.made_for] += room
            lacking[promise.made_for] -= room
            days -= room
        people.append((promise.lines, days))
    others = share(lacking, people)
    return {line: covered[line] + others[line] for line in asked}


def share(asked, people):
    """{line: days covered}: the most in all that people, as (lines, days), can cover, earlier lines first.

    Line after line is filled, if need be by moving somebody to it whose place another can take (augmenting paths):
    what a line has been given is never taken back, and the total is the largest there is.
    """
    free = [days for _lines, days in people]
    shares = {
        (person, line): Decimal(0)
        for person, (lines, _days) in enumerate(people)
        for line in lines & set(asked)
    }
    covered = dict.fromkeys(asked, Decimal(0))
    for line in sorted(asked):
        while covered[line] < asked[line] and (path := _path(line, free, shares)):
            room = min(
                asked[line] - covered[line],
                free[path[0][0]],
                *(shares[moved] for moved in path[1::2]),
            )
            free[path[0][0]] -= room
            for step, place in enumerate(path):
                shares[place] += room if step % 2 == 0 else -room
            covered[line] += room
    return covered


def _path(line, free, shares):
    """[(person, line)] taken on and left in turns, from somebody with time to the line; None where there is none."""
    towards, waiting = {line: []}, [line]
    for target in waiting:
        for person in [person for person, held_line in shares if held_line == target]:
            path = [(person, target), *towards[target]]
            if free[person] > 0:
                return path
            for other in [
                held_line
                for who, held_line in shares
                if who == person and held_line not in towards and shares[who, held_line]
            ]:
                towards[other] = [(person, other), *path]
                waiting.append(other)
    return None
