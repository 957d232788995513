"""How far open needs are covered: read here once, for needs, relay plans, to-dos, files and the API alike."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from volunteers.domain import skill_coverage
from volunteers.models import Assignment, StaffingNeed, VolunteerSkill


@dataclass(frozen=True)
class EngagementNeeds:
    """The needs of one engagement in the order in which they are served, and the working days of each by its key."""

    rows: tuple[StaffingNeed, ...]
    days: dict[int, list[skill_coverage.DayCoverage]]


def coverage_of(needs, today):
    """{need: NeedCoverage} from today on, of one that is over from its first day: three statements for any number.

    A need is served among all that its engagement looks for: each is read with the others, whichever are asked about.
    """
    if not needs:
        return {}
    asked = {need.pk: need for need in needs}
    since = {need.pk: today if need.ends_on >= today else need.starts_on for need in needs}
    until = max(need.ends_on for need in needs)
    found = needs_by_engagement(
        {need.engagement_id for need in needs}, today, min(since.values()), until, also=asked
    )
    return {
        key: skill_coverage.NeedCoverage(
            tuple(day for day in found[need.engagement_id].days[key] if day.day >= since[key])
        )
        for key, need in asked.items()
    }


def needs_by_engagement(engagements, today, first, last, *, also=(), ends=None):
    """{engagement: EngagementNeeds} of what is still looked for on these days, and of the needs `also` asked about.

    `last` is a day, or {engagement: day}. `ends` is {assignment: day} where one wants to see what would be so if
    missions ended on other days.
    """
    needs = _needs_of(engagements, today, also)
    promises, levels = _promises_of(list(needs), first, ends or {})
    return {
        engagement: _shared(rows, promises[engagement], levels, first, _last(last, engagement))
        for engagement, rows in needs.items()
    }


def _last(last, engagement):
    return last if isinstance(last, date) else last[engagement]


def _needs_of(engagements, today, also):
    """Those that run or are to come first, as they begin; closed ones and those that are over are served last."""
    open_ones = StaffingNeed.objects.open().filter(engagement__in=engagements, ends_on__gte=today)
    rows = (open_ones | StaffingNeed.objects.filter(pk__in=list(also))).select_related("skill")
    found = defaultdict(list)
    for need in sorted(rows, key=lambda need: (_is_past(need, today), need.starts_on, need.pk)):
        found[need.engagement_id].append(need)
    return found


def _is_past(need, today):
    return need.closed_on is not None or need.ends_on < today


def _promises_of(engagements, first, ends):
    promises, people = defaultdict(list), set()
    rows = Assignment.objects.filter(engagement__in=engagements).order_by("starts_on", "pk")
    facts = (
        "volunteer",
        "engagement",
        "need",
        "starts_on",
        "ends_on",
        "days_a_week",
        "confirmed_on",
    )
    for assignment in rows.only(*facts):
        assignment.ends_on = ends.get(assignment.pk, assignment.ends_on)
        if assignment.ends_on >= first:
            promises[assignment.engagement_id].append(assignment)
            people.add(assignment.volunteer_id)
    levels = defaultdict(dict)
    held = VolunteerSkill.objects.filter(volunteer__in=people).order_by("pk")
    for volunteer, skill, level in held.values_list("volunteer", "skill", "level"):
        levels[volunteer][skill] = level
    return promises, levels


def _shared(rows, assignments, levels, first, last):
    """Needs of one skill and level are served one after the other, before those that were asked for later."""
    places = list(dict.fromkeys((need.skill_id, need.level) for need in rows))
    rows = sorted(rows, key=lambda need: places.index((need.skill_id, need.level)))
    line = {need.pk: number for number, need in enumerate(rows)}
    asked = [
        skill_coverage.Demand(line[need.pk], need.starts_on, need.ends_on, need.days_a_week)
        for need in rows
    ]
    promises = [
        _promise(assignment, rows, line, levels[assignment.volunteer_id])
        for assignment in assignments
    ]
    days = skill_coverage.days_of(asked, promises, first, last)
    return EngagementNeeds(tuple(rows), {need.pk: days[line[need.pk]] for need in rows})


def _promise(assignment, rows, line, levels):
    """Those who were put on the team for a need cover it; others cover what they can do at the level asked for."""
    able = (line[need.pk] for need in rows if levels.get(need.skill_id, 0) >= need.level)
    return skill_coverage.Promise(
        frozenset(able),
        assignment.starts_on,
        assignment.ends_on,
        assignment.days_a_week,
        assignment.is_confirmed,
        line.get(assignment.need_id),
    )
