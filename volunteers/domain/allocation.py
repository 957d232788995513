"""The best use of people for several needs at once, by an optimiser (HiGHS); figures in, figures out; no database.

For each person and need at most one stay, of a whole number of half-days a week. Nobody gives more than they have
free in any week; a need takes no more than it lacks and at most MAX_PEOPLE people. What is made as large as can
be is the sum of covered half-days, each weighed as in `matching`, less a little for each person more.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec

from volunteers.domain.matching import HALF, days_for, longest_stay, weight_of

MAX_PEOPLE = 2
TIME_LIMIT_SECONDS = 20
COST_PER_PERSON = 0.5
TIE_BREAK = 1e-6


@dataclass(frozen=True)
class Chosen:
    """A person for a need: `days` a week from week `first` to week `last` of the need, both included."""

    need: int
    person: int
    days: Decimal
    first: int
    last: int


@dataclass(frozen=True)
class Allocation:
    """`is_best` is False where time ran out first: it is good, perhaps not the best."""

    chosen: tuple[Chosen, ...]
    is_best: bool


@dataclass(frozen=True)
class _Pair:
    need: int
    person: int
    first: int
    last: int
    most: int
    weight: float
    mondays: tuple


def is_available():
    """The optimiser is optional: without it, needs are looked at one by one."""
    return find_spec("highspy") is not None


def allocate(needs):
    """The best Allocation of [(UnmetNeed, [Person])]; `free` of a person holds before any of these needs is met."""
    pairs = [
        pair
        for unmet, people in needs
        for person in people
        if (pair := _pair(unmet, person)) is not None
    ]
    if not pairs:
        return Allocation((), is_best=True)
    return _solve(pairs, needs)


def _pair(unmet, person):
    stay = longest_stay(person.free)
    if stay is None or person.level == 0:
        return None
    most = int(days_for(unmet, person, stay) / HALF)
    if not most:
        return None
    mondays = unmet.mondays[stay[0] : stay[1] + 1]
    return _Pair(unmet.key, person.key, *stay, most, weight_of(unmet, person), mondays)


def _solve(pairs, needs):
    import highspy  # a third of a second that only allocations need

    model = highspy.Highs()
    for option, value in {
        "output_flag": False,
        "time_limit": TIME_LIMIT_SECONDS,
        "threads": 1,
        "random_seed": 1,
    }.items():
        model.setOptionValue(option, value)
    amounts = [model.addIntegral(lb=0, ub=pair.most) for pair in pairs]
    used = [model.addBinary() for _pair in pairs]
    for amount, is_used, pair in zip(amounts, used, pairs, strict=True):
        model.addConstr(amount <= pair.most * is_used)
    of_person, of_need, people_of_need = _rows(pairs, needs)
    for within, places in [*of_person, *of_need]:
        model.addConstr(sum(amounts[place] for place in places) <= within)
    for places in people_of_need:
        model.addConstr(sum(used[place] for place in places) <= MAX_PEOPLE)
    worth = sum(
        amount * (pair.weight * len(pair.mondays) - TIE_BREAK * place) - COST_PER_PERSON * is_used
        for place, (amount, is_used, pair) in enumerate(zip(amounts, used, pairs, strict=True))
    )
    model.maximize(worth)
    values = model.getSolution().col_value
    chosen = tuple(
        Chosen(pair.need, pair.person, round(values[amount.index]) * HALF, pair.first, pair.last)
        for amount, pair in zip(amounts, pairs, strict=True)
        if round(values[amount.index])
    )
    return Allocation(chosen, is_best=model.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _rows(pairs, needs):
    """([(half-days, places)] by person and week, the same by need and week, [places] by need); equal rows once."""
    free = {
        (person.key, monday): days
        for unmet, people in needs
        for person in people
        for monday, days in zip(unmet.mondays, person.free, strict=True)
    }
    lacking = {
        (unmet.key, monday): days
        for unmet, _people in needs
        for monday, days in zip(unmet.mondays, unmet.days, strict=True)
    }
    persons, weeks, candidates = defaultdict(list), defaultdict(list), defaultdict(list)
    for place, pair in enumerate(pairs):
        candidates[pair.need].append(place)
        for monday in pair.mondays:
            persons[pair.person, monday].append(place)
            weeks[pair.need, monday].append(place)
    return _tightest(persons, free), _tightest(weeks, lacking), list(candidates.values())


def _tightest(rows, bounds):
    """Weeks in which the same stays meet are one row, with the least that any of them allows."""
    bounds_of_rows = {}
    for key, places in rows.items():
        within = int(bounds[key] / HALF)
        bounds_of_rows[tuple(places)] = min(within, bounds_of_rows.get(tuple(places), within))
    return [(within, places) for places, within in bounds_of_rows.items()]
