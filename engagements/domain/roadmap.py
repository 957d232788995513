"""Which milestone waits for which, and a roadmap made from templates."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


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


@dataclass(frozen=True)
class TemplateStep:
    """One milestone to come of a template: `days` after the first day; `after` is the code of the one it waits for."""

    code: str
    title: str
    days: int
    after: str = ""

    def on(self, first: date) -> date:
        return first + timedelta(days=self.days)


@dataclass(frozen=True)
class PlannedMilestone:
    """A step with its day; `after` is the code of the step that it waits for, or empty."""

    code: str
    title: str
    planned_on: date
    after: str


def plan(steps: Sequence[TemplateStep], first: date) -> list[PlannedMilestone]:
    """The steps with their days from `first` on, in order; one never stands before the one it waits for."""
    by_code = {step.code: step for step in steps}
    days: dict[str, date] = {}

    def day(step: TemplateStep) -> date:
        if step.code not in days:
            days[step.code] = step.on(first)
            awaited = by_code.get(step.after)
            if awaited is not None:
                days[step.code] = max(days[step.code], day(awaited))
        return days[step.code]

    planned = [
        PlannedMilestone(s.code, s.title, day(s), s.after if s.after in by_code else "")
        for s in steps
    ]
    return sorted(
        planned, key=lambda row: (row.planned_on, [s.code for s in steps].index(row.code))
    )
