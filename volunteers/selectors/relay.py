"""The relay of an engagement: which skill is there until when, who hands over to whom, and who alone knows what."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Max, OuterRef, Subquery

from crm.domain.workdays import add_working_days, working_days_between
from engagements.models import Engagement, Milestone
from volunteers.domain import skill_coverage
from volunteers.models import (
    Assignment,
    PartKnowledge,
    RelayDemand,
    RelayNote,
    Skill,
    SolutionPart,
    StaffingNeed,
    VolunteerSkill,
)
from volunteers.models.relay import DEFAULT_OVERLAP_DAYS
from volunteers.selectors import coverage
from volunteers.selectors.loan_limits import LoanLimit, limit_on, loans_of

MAX_WEEKS = 104  # weeks drawn at most
SOON_WEEKS = 8  # weeks


@dataclass(frozen=True)
class SkillCoverage:
    """One skill that is asked for, at one level or more, week by week to the end of the roadmap."""

    skill: Skill
    level: int
    need: int
    weeks: tuple[skill_coverage.WeekCoverage, ...]

    @property
    def level_name(self) -> str:
        return str(VolunteerSkill.Level(self.level).label)

    @property
    def gap(self) -> skill_coverage.WeekCoverage | None:
        """The first week that asks for it and has nobody confirmed; None where there is no such week."""
        return next((week for week in self.weeks if week.level == "nobody"), None)

    @property
    def lack(self) -> skill_coverage.WeekCoverage | None:
        """The first week in which confirmed assignments give less than is asked for; None where they never do."""
        return next((week for week in self.weeks if week.asked and week.lacking), None)

    @property
    def first_problem(self) -> skill_coverage.WeekCoverage | None:
        """The gap; without one, the first week that lacks days."""
        return self.gap or self.lack

    @property
    def weeks_to_the_end(self) -> int:
        """From the first problem to the last week that asks for the skill, both counted; 0 without a problem."""
        if self.first_problem is None:
            return 0
        last = max(week.monday for week in self.weeks if week.asked)
        return (last - self.first_problem.monday).days // 7 + 1


@dataclass(frozen=True)
class Leaving:
    """A confirmed assignment that ends before the roadmap does, and how it is handed over.

    `overlap` and `demanded` are working days side by side: those there are, and those the engagement asks for.
    """

    assignment: Assignment
    needed_after: tuple[Skill, ...]
    note: RelayNote | None
    overlap: int
    demanded: int

    @property
    def successor(self) -> Assignment | None:
        return self.note.successor if self.note else None

    @property
    def is_overlap_short(self) -> bool:
        return self.overlap < self.demanded


@dataclass(frozen=True)
class Term:
    """Until when a person is lent: by the assignment, by the agreement and by law."""

    assignment: Assignment
    limit: LoanLimit | None

    @property
    def is_past_the_law(self) -> bool:
        return self.limit is not None and self.limit.is_passed_by(self.assignment.ends_on)

    @property
    def is_past_the_agreement(self) -> bool:
        return self.limit is not None and self.limit.is_past_the_agreement(self.assignment.ends_on)


@dataclass(frozen=True)
class KnownPart:
    """A part of the solution; `only` is the name of the one person who knows it, `only_volunteer` their key if lent.

    `leaves_on` is their last day on the team.
    """

    part: SolutionPart
    knowers: tuple[PartKnowledge, ...]
    learners: tuple[PartKnowledge, ...]
    only: str
    only_volunteer: int | None
    leaves_on: date | None
    is_known_by_beneficiary: bool
    leaves_soon: bool


@dataclass(frozen=True)
class RelayPlan:
    """One engagement's relays, until the last day of its roadmap. `demand` is the working days side by side it asks."""

    mondays: tuple[date, ...]
    ends_on: date | None
    skills: tuple[SkillCoverage, ...]
    leaving: tuple[Leaving, ...]
    terms: tuple[Term, ...]
    parts: tuple[KnownPart, ...]
    demand: int
    notes: tuple[RelayNote, ...]

    @property
    def first_gap(self) -> SkillCoverage | None:
        """The skill that is the first to be without anybody."""
        gaps = [(skill.gap.monday, place) for place, skill in enumerate(self.skills) if skill.gap]
        return self.skills[min(gaps)[1]] if gaps else None

    @property
    def first_lack(self) -> SkillCoverage | None:
        """The skill that is the first to lack days, somebody being there or not."""
        lacks = [
            (skill.lack.monday, place) for place, skill in enumerate(self.skills) if skill.lack
        ]
        return self.skills[min(lacks)[1]] if lacks else None


class Forecast(NamedTuple):
    """The skills that one engagement asks for, in each of these weeks."""

    mondays: Sequence[date] = ()
    skills: tuple[SkillCoverage, ...] = ()


def forecasts_of(
    engagements: Iterable[int], today: date, ends: Mapping[int, date] | None = None
) -> dict[int, Forecast]:
    """{key of an engagement: its forecast} from this week to the end of its roadmap: four queries for any number.

    `ends` is {assignment: day}, to see what would be so if assignments ended on these days.
    """
    last_days = _last_days_of(engagements, today)
    forecasts = {}
    for engagement, needs in coverage.needs_by_engagement(
        list(last_days), today, today, last_days, ends=ends
    ).items():
        mondays = skill_coverage.mondays_between(add_working_days(today, 0), last_days[engagement])
        forecasts[engagement] = Forecast(mondays, _skills_of(needs, mondays))
    return forecasts


def _last_days_of(engagements: Iterable[int], today: date) -> dict[int, date]:
    """{engagement: day} of those that look for something: its last need or milestone, at most MAX_WEEKS weeks away."""
    milestones = (
        Milestone.objects.open()
        .filter(engagement=OuterRef("engagement"))
        .values("engagement")
        .order_by()
    )
    rows = (
        StaffingNeed.objects.open()
        .filter(engagement__in=engagements, ends_on__gte=today)
        .values("engagement")
        .order_by("engagement")
        .annotate(
            last=Max("ends_on"),
            planned=Subquery(milestones.annotate(last=Max("planned_on")).values("last")),
        )
    )
    longest = today + timedelta(days=7 * MAX_WEEKS - 7)
    return {
        row["engagement"]: min(max(row["last"], row["planned"] or row["last"]), longest)
        for row in rows
    }


def _skills_of(
    needs: coverage.EngagementNeeds, mondays: Sequence[date]
) -> tuple[SkillCoverage, ...]:
    """One for each skill and level: what its needs ask for and have together."""
    skills = defaultdict(list)
    for need in needs.needs:
        skills[need.skill_id, need.level].append(need)
    return tuple(
        SkillCoverage(
            group[0].skill,
            level,
            group[0].pk,
            tuple(
                skill_coverage.in_those_weeks(
                    [day for need in group for day in needs.days[need.pk]], mondays
                )
            ),
        )
        for (_skill, level), group in skills.items()
    )


def plan_of(engagement: Engagement, today: date) -> RelayPlan:
    """The relay plan of one engagement: the same number of queries whatever its size."""
    mondays, skills = forecasts_of([engagement.pk], today).get(engagement.pk, Forecast())
    team = list(
        Assignment.objects.filter(engagement=engagement, ends_on__gte=today)
        .select_related("volunteer__user", "sponsor", "engagement")
        .order_by("ends_on", "pk")
    )
    demand = RelayDemand.objects.filter(engagement=engagement).first()
    demanded = demand.overlap_days if demand else DEFAULT_OVERLAP_DAYS
    notes = tuple(RelayNote.objects.filter(assignment__engagement=engagement).for_list())
    loans = loans_of([assignment.volunteer_id for assignment in team])
    return RelayPlan(
        mondays=tuple(mondays),
        ends_on=mondays[-1] + timedelta(days=6) if mondays else None,
        skills=skills,
        leaving=_leaving(notes, team, skills, mondays, demanded),
        terms=tuple(
            Term(
                assignment,
                limit_on(loans[assignment.volunteer_id], assignment.starts_on, assignment.ends_on),
            )
            for assignment in team
        ),
        parts=_parts(engagement, team, today),
        demand=demanded,
        notes=notes,
    )


def _leaving(
    notes: Iterable[RelayNote],
    team: Sequence[Assignment],
    skills: Collection[SkillCoverage],
    mondays: Sequence[date],
    demanded: int,
) -> tuple[Leaving, ...]:
    """Who leaves for good before the roadmap's end: whoever has a later assignment does not leave."""
    note_of = {note.assignment_id: note for note in notes}
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    for row in VolunteerSkill.objects.filter(
        volunteer__in=[one.volunteer_id for one in team]
    ).order_by("pk"):
        levels[row.volunteer_id][row.skill_id] = row.level
    last_days = _last_days(team)
    leaving = []
    for assignment in team:
        if (
            not assignment.is_confirmed
            or not mondays
            or assignment.ends_on >= mondays[-1] + timedelta(days=6)
        ):
            continue
        if last_days[assignment.volunteer_id] > assignment.ends_on:
            continue
        note = note_of.get(assignment.pk)
        leaving.append(
            Leaving(
                assignment=assignment,
                needed_after=tuple(
                    row.skill
                    for row in skills
                    if levels[assignment.volunteer_id].get(row.skill.pk, 0) >= row.level
                    and any(week.asked and week.monday > assignment.ends_on for week in row.weeks)
                ),
                note=note,
                overlap=days_together(assignment, note.successor) if note and note.successor else 0,
                demanded=demanded,
            )
        )
    return tuple(leaving)


def days_together(leaving: Assignment, arriving: Assignment) -> int:
    """Working days on which both are there."""
    first, last = max(leaving.starts_on, arriving.starts_on), min(leaving.ends_on, arriving.ends_on)
    return working_days_between(first - timedelta(days=1), last)


def _last_days(team: Iterable[Assignment]) -> dict[int, date]:
    """{key of a volunteer: the last day of their confirmed assignments}."""
    last: dict[int, date] = {}
    for assignment in team:
        if assignment.is_confirmed:
            last[assignment.volunteer_id] = max(
                assignment.ends_on, last.get(assignment.volunteer_id, date.min)
            )
    return last


def _parts(
    engagement: Engagement, team: Iterable[Assignment], today: date
) -> tuple[KnownPart, ...]:
    """The most urgent first: what only somebody knows who leaves soon, what nobody knows, what one person knows."""
    last_days = _last_days(team)
    soon = today + timedelta(days=7 * SOON_WEEKS)
    parts = [
        _known_part(part, last_days, soon)
        for part in SolutionPart.objects.filter(engagement=engagement).for_list()
    ]
    return tuple(sorted(parts, key=_most_urgent))


def _most_urgent(part: KnownPart) -> tuple[int, date, str, int]:
    rank = 0 if part.leaves_soon else 1 if not part.knowers else 2 if part.only else 3
    return rank, part.leaves_on or date.max, part.part.name, part.part.pk


def _known_part(part: SolutionPart, last_days: Mapping[int, date], soon: date) -> KnownPart:
    current = [
        row for row in part.knowledge.all() if row.contact_id or row.volunteer_id in last_days
    ]
    knowers = [row for row in current if row.knows]
    alone = knowers[0] if len(knowers) == 1 else None
    leaves_on = last_days.get(alone.volunteer_id) if alone and alone.volunteer_id else None
    return KnownPart(
        part=part,
        knowers=tuple(knowers),
        learners=tuple(row for row in current if not row.knows),
        only=alone.name if alone else "",
        only_volunteer=alone.volunteer_id if alone else None,
        leaves_on=leaves_on,
        is_known_by_beneficiary=any(row.contact_id for row in knowers),
        leaves_soon=leaves_on is not None and leaves_on <= soon,
    )


def lacks_of(engagements: Iterable[int], today: date) -> list[tuple[int, SkillCoverage]]:
    """(key of an engagement, skill) of the skills that lack days within SOON_WEEKS, the soonest first."""
    last = today + timedelta(days=7 * SOON_WEEKS)
    lacks = [
        (skill.first_problem.monday, skill.need, engagement, skill)
        for engagement, forecast in forecasts_of(engagements, today).items()
        for skill in forecast.skills
        if skill.lack and skill.lack.monday <= last and skill.first_problem
    ]
    by_urgency = sorted(lacks, key=lambda lack: lack[:2])
    return [(engagement, skill) for _monday, _need, engagement, skill in by_urgency]


def what_if(
    assignment: Assignment, ends_on: date, today: date
) -> tuple[tuple[SkillCoverage, ...], tuple[SkillCoverage, ...]]:
    """The skills of the engagement as they are, and as they would be if the assignment ended on that day."""
    engagement = assignment.engagement_id
    before, after = (
        forecasts_of([engagement], today, ends).get(engagement, Forecast()).skills
        for ends in ({}, {assignment.pk: ends_on})
    )
    return before, after
