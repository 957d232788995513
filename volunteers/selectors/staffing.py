"""Needs beside the people who could cover them, as pages and the API show them: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import day_text
from crm.domain.workdays import monday_of
from crm.models import User
from volunteers.domain import allocation, matching, skill_coverage
from volunteers.models import Assignment, StaffingNeed, Volunteer, VolunteerSkill
from volunteers.selectors import capacity, coverage, loan_limits

MAX_NEEDS = 60


@dataclass(frozen=True)
class Proposed:
    """A person for a need, with what speaks for and against in words; `first_day` and `last_day` of the stay."""

    need: StaffingNeed
    volunteer: Volunteer
    days: Decimal
    share: float
    first_day: date
    last_day: date
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    weeks: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True)
class Allocated:
    """What the best use of people gives one need: `left` is the share that stays uncovered."""

    need: StaffingNeed
    proposals: tuple[Proposed, ...]
    left: float


@dataclass(frozen=True)
class LentPerson:
    """A person with the periods of their loans, the earliest first."""

    volunteer: Volunteer
    loans: list[loan_limits.LoanPeriod]


@dataclass(frozen=True)
class _Sides:
    """What needs lack from today on, and who could give it: `unmet` and `people` stand in the order of the needs.

    `lent` is {key of a volunteer: the person}, `coverage` {key of a need: its coverage}.
    """

    unmet: list[matching.UnmetNeed]
    people: list[list[matching.Person]]
    lent: dict[int, LentPerson]
    coverage: dict[int, skill_coverage.NeedCoverage]


def proposals_for(need: StaffingNeed, user: User, today: date) -> tuple[list[Proposed], int]:
    """(who could cover the need, best first; how many hold or wish the skill and have no time): eight queries.

    A need that is closed, or of an engagement that is over, looks for nobody.
    """
    if need.closed_on or not need.engagement.is_active:
        return [], 0
    sides = _sides([need], user, today)
    unmet, people = sides.unmet[0], sides.people[0]
    proposals = matching.propose(unmet, people)
    proposed = [_in_words(need, unmet, proposal, sides, today) for proposal in proposals]
    return proposed, len(people) - len(proposals)


def allocation_for(
    needs: Sequence[StaffingNeed], user: User, today: date
) -> tuple[list[Allocated], bool]:
    """(what each need is given, in their order; whether it is surely the best): the same eight queries."""
    sides = _sides(needs, user, today)
    best = allocation.allocate(list(zip(sides.unmet, sides.people, strict=True)))
    allocated = []
    for need, unmet, people in zip(needs, sides.unmet, sides.people, strict=True):
        by_key = {person.key: person for person in people}
        chosen = [stay for stay in best.chosen if stay.need == need.pk]
        proposals = [_as_chosen(unmet, by_key[stay.person], stay) for stay in chosen]
        proposed = tuple(_in_words(need, unmet, proposal, sides, today) for proposal in proposals)
        covered = sum(each.share for each in proposed) if unmet.total else 1.0
        allocated.append(Allocated(need, proposed, max(0.0, 1 - covered)))
    return allocated, best.is_best


def _sides(needs: Sequence[StaffingNeed], user: User, today: date) -> _Sides:
    covered = coverage.coverage_of(needs, today)
    lacking = {need.pk: _lacking(covered[need.pk], need, today) for need in needs}
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    rows = VolunteerSkill.objects.filter(skill__in={need.skill_id for need in needs}).order_by("pk")
    for skill, volunteer, level in rows.values_list("skill", "volunteer", "level"):
        levels[skill][volunteer] = level
    skilled = {volunteer for level_of in levels.values() for volunteer in level_of}
    candidates = Volunteer.objects.visible_to(user).filter(pk__in=skilled).for_list()
    volunteers = {volunteer.pk: volunteer for volunteer in candidates}
    mondays = sorted({monday for weeks in lacking.values() for monday in weeks})
    free = capacity.weeks_of(list(volunteers.values()), mondays) if volunteers and mondays else {}
    place = {monday: number for number, monday in enumerate(mondays)}
    histories = _histories(needs, volunteers)
    loans = loan_limits.loans_of(list(volunteers))
    unmet, people = [], []
    for need in needs:
        weeks = lacking[need.pk]
        until = {key: _last_day_by_law(loans[key], need) for key in volunteers}
        unmet.append(
            matching.UnmetNeed(
                key=need.pk,
                skill=need.skill_id,
                level=need.level,
                mondays=tuple(weeks),
                days=tuple(weeks.values()),
            )
        )
        people.append(
            [
                matching.Person(
                    key=key,
                    level=levels[need.skill_id][key],
                    free=tuple(
                        free[key][place[monday]].free if monday <= until[key] else None
                        for monday in weeks
                    ),
                    knows_engagement=need.engagement_id in histories[key].engagements,
                    knows_organisation=need.engagement.beneficiary_id
                    in histories[key].organisations,
                )
                for key in volunteers
                if key in levels[need.skill_id]
            ]
        )
    lent = {key: LentPerson(volunteer, loans[key]) for key, volunteer in volunteers.items()}
    return _Sides(unmet, people, lent, covered)


def _lacking(
    covered: skill_coverage.NeedCoverage, need: StaffingNeed, today: date
) -> dict[date, Decimal]:
    """{Monday: days a week} that are still to be found, on the day of each week that lacks most."""
    if need.ends_on < today:
        return {}
    most: dict[date, Decimal] = {}
    for day in covered.days:
        monday = monday_of(day.day)
        lacks = (day.asked - day.confirmed - day.proposed) * skill_coverage.WEEKDAYS
        most[monday] = max(lacks, most.get(monday, lacks))
    return most


class _History(NamedTuple):
    """Keys of the engagements and organisations that a person has worked for."""

    engagements: set[int]
    organisations: set[int]


def _histories(needs: Iterable[StaffingNeed], volunteers: Collection[int]) -> dict[int, _History]:
    """{key of a volunteer: what they have worked for}, as far as these needs are concerned."""
    organisations = {need.engagement.beneficiary_id for need in needs}
    rows = Assignment.objects.filter(
        volunteer__in=volunteers, engagement__beneficiary__in=organisations
    )
    histories: dict[int, _History] = defaultdict(lambda: _History(set(), set()))
    for volunteer, engagement, organisation in rows.order_by("pk").values_list(
        "volunteer", "engagement", "engagement__beneficiary"
    ):
        histories[volunteer].engagements.add(engagement)
        histories[volunteer].organisations.add(organisation)
    return histories


def _last_day_by_law(loans: Iterable[loan_limits.LoanPeriod], need: StaffingNeed) -> date:
    limit = loan_limits.limit_on(loans, need.starts_on, need.ends_on)
    return limit.last_day if limit else date.max


def _as_chosen(
    unmet: matching.UnmetNeed, person: matching.Person, chosen: allocation.Chosen
) -> matching.Proposal:
    """The proposal of that person, cut to what the allocation gives."""
    (whole,) = matching.propose(unmet, [person])
    covered = tuple(min(chosen.days, days) for days in whole.covered)
    share = float(sum(covered, Decimal(0)) / unmet.total)
    return replace(whole, days=chosen.days, covered=covered, share=share)


def _in_words(
    need: StaffingNeed,
    unmet: matching.UnmetNeed,
    proposal: matching.Proposal,
    sides: _Sides,
    today: date,
) -> Proposed:
    person, covered = sides.lent[proposal.person], sides.coverage[need.pk]
    volunteer, by_law = person.volunteer, _last_day_by_law(person.loans, need)
    first = max(today, need.starts_on, unmet.mondays[proposal.first], volunteer.available_from)
    sunday = unmet.mondays[proposal.last] + timedelta(days=6)
    ends = [need.ends_on, sunday, by_law, *filter(None, [volunteer.available_to])]
    last = max(first, min(ends))
    added = _added(covered, proposal.days, first, last)
    return Proposed(
        need=need,
        volunteer=volunteer,
        days=proposal.days,
        share=skill_coverage.share_of(sum(added.values(), Decimal(0)), covered.lacking),
        first_day=first,
        last_day=last,
        reasons_for=tuple(_for(need, proposal)),
        reasons_against=tuple(_against(need, proposal, by_law)),
        weeks=tuple(added.items()),
    )


def _added(
    covered: skill_coverage.NeedCoverage, days_a_week: Decimal, first: date, last: date
) -> dict[date, Decimal]:
    """{Monday: days} that an assignment would add to the need's coverage, as its page counts them once it is made."""
    added = {week.monday: Decimal(0) for week in covered.weeks}
    for day in covered.days:
        if first <= day.day <= last:
            lacks = day.asked - day.confirmed - day.proposed
            added[monday_of(day.day)] += min(days_a_week / skill_coverage.WEEKDAYS, lacks)
    return added


def _for(need: StaffingNeed, proposal: matching.Proposal) -> Iterator[str]:
    if proposal.fit == "meets":
        yield _("%(skill)s: the level that is asked for, or more") % {"skill": need.skill}
    if proposal.fit == "wishes":
        yield _("would like to learn it")
    if proposal.wants_more:
        yield _("is learning it")
    if proposal.knows_engagement:
        yield _("knows this engagement")
    elif proposal.knows_organisation:
        yield _("has worked for this organisation")
    if not proposal.away and not proposal.short:
        yield _("has the time in every week")


def _against(need: StaffingNeed, proposal: matching.Proposal, by_law: date) -> Iterator[str]:
    if by_law < need.ends_on:
        yield _("may be lent until %(day)s by law") % {"day": day_text(by_law)}
    if proposal.fit == "below":
        yield _("%(skill)s: below the level that is asked for") % {"skill": need.skill}
    if proposal.fit == "wishes":
        yield _("does not hold the skill yet")
    if proposal.away:
        yield ngettext("away in %(weeks)s week", "away in %(weeks)s weeks", proposal.away) % {
            "weeks": proposal.away
        }
    if proposal.short:
        words = ngettext(
            "too little time in %(weeks)s week",
            "too little time in %(weeks)s weeks",
            proposal.short,
        )
        yield words % {"weeks": proposal.short}
