"""Which milestone waits for which, what moves along with one, and a roadmap made from templates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.domain.workdays import add_working_days, shifted_by_working_days, working_days_between


def loop(edges: Iterable[tuple[int, int]]) -> list[int]:
    """A loop among (milestone, the one it waits for) pairs, as [a, b, …, a]; [] where every wait has an end."""
    waits = defaultdict(list)
    for waiting, awaited in edges:
        waits[waiting].append(awaited)
    done: set[int] = set()
    for start in list(waits):
        path, on_path = [], set()
        stack = [(start, iter(waits[start]))]
        if start in done:
            continue
        path.append(start)
        on_path.add(start)
        while stack:
            node, following = stack[-1]
            for awaited in following:
                if awaited in on_path:
                    return [*path[path.index(awaited) :], awaited]
                if awaited not in done:
                    path.append(awaited)
                    on_path.add(awaited)
                    stack.append((awaited, iter(waits.get(awaited, ()))))
                    break
            else:
                stack.pop()
                done.add(node)
                on_path.discard(path.pop())
    return []


def waiting_for(key: int, edges: Iterable[tuple[int, int]]) -> set[int]:
    """All that wait for it, directly or through others, of (milestone, the one it waits for) pairs."""
    awaited_by = defaultdict(list)
    for waiting, awaited in edges:
        awaited_by[awaited].append(waiting)
    found: set[int] = set()
    ahead = [key]
    while ahead:
        new = [each for each in awaited_by[ahead.pop()] if each not in found]
        found.update(new)
        ahead += new
    return found - {key}


def moved_along(day: date, before: date, after: date) -> date:
    """Where a day comes to lie when what it waits for moves: as many working days on, or back, and a working day."""
    if after == before:
        return day
    if after > before:
        return shifted_by_working_days(day, working_days_between(before, after))
    return shifted_by_working_days(day, -working_days_between(after, before))


@dataclass(frozen=True)
class TemplateStep:
    """One milestone to come of a template: `days` after the first day; `after` is the code of the one it waits for."""

    code: str
    title: str
    days: int
    after: str = ""

    def on(self, first: date) -> date:
        """The day itself, or the next working day."""
        return add_working_days(first + timedelta(days=self.days), 0)


@dataclass(frozen=True)
class PlannedMilestone:
    """A step with its day; `after` is the code of the step that it waits for, or empty."""

    code: str
    title: str
    planned_on: date
    after: str


def plan(
    steps: Sequence[TemplateStep], first: date, there: Mapping[str, date] | None = None
) -> list[PlannedMilestone]:
    """The steps with their days from `first` on, in order; one never stands before the one it waits for.

    `there` are the codes of steps that the roadmap has already, with their days: they are not planned again.
    """
    there = there or {}
    by_code = {step.code: step for step in steps}
    days = {code: add_working_days(day, 0) for code, day in there.items()}

    def day(step: TemplateStep) -> date:
        if step.code not in days:
            days[step.code] = step.on(first)
            if step.after in days:
                days[step.code] = max(days[step.code], days[step.after])
            elif step.after in by_code:
                days[step.code] = max(days[step.code], day(by_code[step.after]))
        return days[step.code]

    known = by_code.keys() | there.keys()
    planned = [
        PlannedMilestone(s.code, s.title, day(s), s.after if s.after in known else "")
        for s in steps
        if s.code not in there
    ]
    return sorted(
        planned, key=lambda row: (row.planned_on, [s.code for s in steps].index(row.code))
    )
