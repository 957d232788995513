"""The relay of an engagement: which skill is there until when, who hands over to whom, and who alone knows what."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, OuterRef, Subquery

from crm.domain.workdays import add_working_days, working_days_between
from engagements.models import Milestone
from volunteers.domain import skill_coverage
from volunteers.models import (
    Assignment,
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
    def level_name(self):
        return VolunteerSkill.Level(self.level).label

    @property
    def gap(self):
        """The first week that asks for it and has nobody confirmed; None where there is no such week."""
        return next((week for week in self.weeks if week.level == "nobody"), None)

    @property
    def lack(self):
        """The first week in which confirmed missions do not give all that is asked for; None where they always do."""
        return next((week for week in self.weeks if week.asked and week.lacking), None)

    @property
    def weeks_to_the_end(self):
        """Between the first week that lacks somebody and the last that asks for the skill, both counted."""
        last = max(week.monday for week in self.weeks if week.asked)
        return (last - (self.gap or self.lack).monday).days // 7 + 1


@dataclass(frozen=True)
class Leaving:
    """A confirmed mission that ends before the roadmap does, and how it is handed over."""

    assignment: Assignment
    needed_after: tuple[Skill, ...]
    note: RelayNote | None
    overlap: int
    demanded: int

    @property
    def successor(self):
        return self.note.successor if self.note else None

    @property
    def is_overlap_short(self):
        return self.overlap < self.demanded


@dataclass(frozen=True)
class Term:
    """Until when a person is lent: by the mission, by the agreement and by law."""

    assignment: Assignment
    limit: LoanLimit | None

    @property
    def is_past_the_law(self):
        return self.limit is not None and self.limit.is_passed_by(self.assignment.ends_on)

    @property
    def is_past_the_agreement(self):
        return self.limit is not None and self.limit.is_past_the_agreement(self.assignment.ends_on)


@dataclass(frozen=True)
class KnownPart:
    """A part of the solution; `only` is the name of the one person who knows it, `only_volunteer` their key if lent.

    `leaves_on` is their last day on the team.
    """

    part: SolutionPart
    knowers: tuple
    learners: tuple
    only: str
    only_volunteer: int | None
    leaves_on: date | None
    is_known_by_beneficiary: bool
    leaves_soon: bool


@dataclass(frozen=True)
class RelayPlan:
    mondays: tuple[date, ...]
    ends_on: date | None
    skills: tuple[SkillCoverage, ...]
    leaving: tuple[Leaving, ...]
    terms: tuple[Term, ...]
    parts: tuple[KnownPart, ...]
    demand: int
    notes: tuple[RelayNote, ...]

    @property
    def first_gap(self):
        """The line that is first without anybody."""
        return min(
            (line for line in self.skills if line.gap),
            key=lambda line: line.gap.monday,
            default=None,
        )

    @property
    def first_lack(self):
        """The line that is the first to lack days, somebody being there or not."""
        return min(
            (line for line in self.skills if line.lack),
            key=lambda line: line.lack.monday,
            default=None,
        )


def skills_by_engagement(engagements, today, ends=None):
    """{engagement: (mondays, [SkillCoverage])} from this week to the end of each roadmap: four queries for any number.

    `ends` is {assignment: day} where one wants to see what would be so if missions ended on other days.
    """
    last_days = _last_days_of(engagements, today)
    found = {}
    for engagement, needs in coverage.needs_by_engagement(
        list(last_days), today, today, last_days, ends=ends
    ).items():
        mondays = skill_coverage.mondays_between(add_working_days(today, 0), last_days[engagement])
        found[engagement] = (mondays, _lines(needs, mondays))
    return found


def _last_days_of(engagements, today):
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


def _lines(needs, mondays):
    """One for each skill and level: what its needs ask for and have together."""
    skills = defaultdict(list)
    for need in needs.rows:
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


def plan_of(engagement, today):
    """The RelayPlan of one engagement: the same number of statements whatever its size."""
    mondays, skills = skills_by_engagement([engagement.pk], today).get(engagement.pk, ([], ()))
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


def _leaving(notes, team, skills, mondays, demanded):
    """Who leaves for good before the roadmap's end: a second mission of the same person is no departure."""
    notes = {note.assignment_id: note for note in notes}
    held = defaultdict(dict)
    for row in VolunteerSkill.objects.filter(
        volunteer__in=[one.volunteer_id for one in team]
    ).order_by("pk"):
        held[row.volunteer_id][row.skill_id] = row.level
    last_days = _last_days(team)
    found = []
    for assignment in team:
        if (
            not assignment.is_confirmed
            or not mondays
            or assignment.ends_on >= mondays[-1] + timedelta(days=6)
        ):
            continue
        if last_days[assignment.volunteer_id] > assignment.ends_on:
            continue
        note = notes.get(assignment.pk)
        found.append(
            Leaving(
                assignment=assignment,
                needed_after=tuple(
                    line.skill
                    for line in skills
                    if held[assignment.volunteer_id].get(line.skill.pk, 0) >= line.level
                    and any(week.asked and week.monday > assignment.ends_on for week in line.weeks)
                ),
                note=note,
                overlap=days_together(assignment, note.successor) if note and note.successor else 0,
                demanded=demanded,
            )
        )
    return tuple(found)


def days_together(leaving, arriving):
    """Working days on which both are there."""
    first, last = max(leaving.starts_on, arriving.starts_on), min(leaving.ends_on, arriving.ends_on)
    return working_days_between(first - timedelta(days=1), last)


def _last_days(team):
    last = {}
    for assignment in team:
        if assignment.is_confirmed:
            last[assignment.volunteer_id] = max(
                assignment.ends_on, last.get(assignment.volunteer_id, date.min)
            )
    return last


def _parts(engagement, team, today):
    """What only one person knows whose last day comes soonest, first; then what one knows, then the others by name."""
    last_days = _last_days(team)
    soon = today + timedelta(days=7 * SOON_WEEKS)
    parts = [
        _known(part, last_days, soon)
        for part in SolutionPart.objects.filter(engagement=engagement).for_list()
    ]
    return tuple(sorted(parts, key=_most_urgent))


def _most_urgent(part):
    rank = 0 if part.leaves_soon else 1 if not part.knowers else 2 if part.only else 3
    return rank, part.leaves_on or date.max, part.part.name, part.part.pk


def _known(part, last_days, soon):
    there = [row for row in part.knowledge.all() if row.contact_id or row.volunteer_id in last_days]
    knowers = [row for row in there if row.knows]
    alone = knowers[0] if len(knowers) == 1 else None
    leaves_on = last_days.get(alone.volunteer_id) if alone else None
    return KnownPart(
        part=part,
        knowers=tuple(knowers),
        learners=tuple(row for row in there if not row.knows),
        only=alone.name if alone else "",
        only_volunteer=alone.volunteer_id if alone else None,
        leaves_on=leaves_on,
        is_known_by_beneficiary=any(row.contact_id for row in knowers),
        leaves_soon=leaves_on is not None and leaves_on <= soon,
    )


def lacks_of(engagements, today):
    """[(engagement, SkillCoverage)] of the skills that lack days within SOON_WEEKS weeks, the soonest first."""
    last = today + timedelta(days=7 * SOON_WEEKS)
    found = [
        (engagement, line)
        for engagement, (_mondays, skills) in skills_by_engagement(engagements, today).items()
        for line in skills
        if line.lack and line.lack.monday <= last
    ]
    return sorted(found, key=lambda each: ((each[1].gap or each[1].lack).monday, each[1].need))


def what_if(assignment, ends_on, today):
    """The lines of the engagement if the mission ended on another day: (before, after)."""
    before, after = (
        skills_by_engagement([assignment.engagement_id], today, ends).get(
            assignment.engagement_id, ([], ())
        )[1]
        for ends in ({}, {assignment.pk: ends_on})
    )
    return before, after
