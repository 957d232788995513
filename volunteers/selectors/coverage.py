"""How far open needs are covered: read here once, for needs, relay plans, to-dos, files and the API alike."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from volunteers.domain import skill_coverage
from volunteers.models import Assignment, StaffingNeed, VolunteerSkill


@dataclass(frozen=True)
class EngagementNeeds:
    """The needs of one engagement, in the order in which they are served; `days` is {key of a need: its days}."""

    needs: tuple[StaffingNeed, ...]
    days: dict[int, list[skill_coverage.DayCoverage]]


def coverage_of(
    needs: Collection[StaffingNeed], today: date
) -> dict[int, skill_coverage.NeedCoverage]:
    """{key of a need: its coverage} from today on, of a need that is over from its first day: three queries.

    People are shared out among all that an engagement looks for, so that its other needs are read as well.
    """
    if not needs:
        return {}
    by_key = {need.pk: need for need in needs}
    since = {need.pk: today if need.ends_on >= today else need.starts_on for need in needs}
    until = max(need.ends_on for need in needs)
    engagements = needs_by_engagement(
        {need.engagement_id for need in needs}, today, min(since.values()), until, also=by_key
    )
    return {
        key: skill_coverage.NeedCoverage(
            tuple(day for day in engagements[need.engagement_id].days[key] if day.day >= since[key])
        )
        for key, need in by_key.items()
    }


def needs_by_engagement(
    engagements: Collection[int],
    today: date,
    first: date,
    last: date | Mapping[int, date],
    *,
    also: Iterable[int] = (),
    ends: Mapping[int, date] | None = None,
) -> dict[int, EngagementNeeds]:
    """{key of an engagement: its open needs} on these days, with the needs whose keys are in `also`: three queries.

    `last` is one day, or {engagement: day}. `ends` is {assignment: day}, to see what would be so if assignments ended
    on these days.
    """
    needs = _needs_of(engagements, today, also)
    promises, levels = _promises_of(list(needs), first, ends or {})
    return {
        engagement: _served(rows, promises[engagement], levels, first, _last(last, engagement))
        for engagement, rows in needs.items()
    }


def _last(last: date | Mapping[int, date], engagement: int) -> date:
    return last if isinstance(last, date) else last[engagement]


def _needs_of(
    engagements: Collection[int], today: date, also: Iterable[int]
) -> dict[int, list[StaffingNeed]]:
    """In the order in which they begin; needs that are closed or over are served last."""
    open_ones = StaffingNeed.objects.open().filter(engagement__in=engagements, ends_on__gte=today)
    rows = (open_ones | StaffingNeed.objects.filter(pk__in=list(also))).select_related("skill")
    needs = defaultdict(list)
    for need in sorted(rows, key=lambda need: (_is_past(need, today), need.starts_on, need.pk)):
        needs[need.engagement_id].append(need)
    return needs


def _is_past(need: StaffingNeed, today: date) -> bool:
    return need.closed_on is not None or need.ends_on < today


def _promises_of(
    engagements: Collection[int], first: date, ends: Mapping[int, date]
) -> tuple[dict[int, list[Assignment]], dict[int, dict[int, int]]]:
    """({engagement: its assignments}, {volunteer: {skill: level}}), all by keys."""
    promises, people = defaultdict(list), set()
    rows = Assignment.objects.filter(engagement__in=engagements).order_by("starts_on", "pk")
    columns = (
        "volunteer",
        "engagement",
        "need",
        "starts_on",
        "ends_on",
        "days_a_week",
        "confirmed_on",
    )
    for assignment in rows.only(*columns):
        assignment.ends_on = ends.get(assignment.pk, assignment.ends_on)
        if assignment.ends_on >= first:
            promises[assignment.engagement_id].append(assignment)
            people.add(assignment.volunteer_id)
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    skills = VolunteerSkill.objects.filter(volunteer__in=people).order_by("pk")
    for volunteer, skill, level in skills.values_list("volunteer", "skill", "level"):
        levels[volunteer][skill] = level
    return promises, levels


def _served(
    rows: Sequence[StaffingNeed],
    assignments: Iterable[Assignment],
    levels: Mapping[int, Mapping[int, int]],
    first: date,
    last: date,
) -> EngagementNeeds:
    """Needs of one skill and level are served one after the other, before those that were asked for later."""
    places = list(dict.fromkeys((need.skill_id, need.level) for need in rows))
    rows = sorted(rows, key=lambda need: places.index((need.skill_id, need.level)))
    line = {need.pk: number for number, need in enumerate(rows)}
    demands = [
        skill_coverage.Demand(line[need.pk], need.starts_on, need.ends_on, need.days_a_week)
        for need in rows
    ]
    promises = [
        _promise(assignment, rows, line, levels[assignment.volunteer_id])
        for assignment in assignments
    ]
    days = skill_coverage.days_of(demands, promises, first, last)
    return EngagementNeeds(tuple(rows), {need.pk: days[line[need.pk]] for need in rows})


def _promise(
    assignment: Assignment,
    rows: Iterable[StaffingNeed],
    line: Mapping[int, int],
    levels: Mapping[int, int],
) -> skill_coverage.Promise:
    """Who was put on the team for a need covers it; others cover what they can do at the level asked for."""
    able = (line[need.pk] for need in rows if levels.get(need.skill_id, 0) >= need.level)
    return skill_coverage.Promise(
        frozenset(able),
        assignment.starts_on,
        assignment.ends_on,
        assignment.days_a_week,
        assignment.is_confirmed,
        line.get(assignment.need_id) if assignment.need_id else None,
    )
