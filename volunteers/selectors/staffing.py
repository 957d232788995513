"""Needs beside the people who could cover them, as pages and the API show them: a fixed number of statements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import day_text
from crm.domain.workdays import monday_of
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
    """A person with the periods of their loans."""

    volunteer: Volunteer
    loans: list


def proposals_for(need, user, today):
    """([Proposed] best first, how many hold or wish the skill and have no time): eight statements."""
    (asked, people), lent, found_covers = _sides([need], user, today)
    found = matching.propose(asked[0], people[0])
    cover = found_covers[need.pk]
    proposed = [_in_words(need, cover, asked[0], each, lent[each.person], today) for each in found]
    return proposed, len(people[0]) - len(found)


def allocation_for(needs, user, today):
    """([Allocated] in the order of the needs, whether it is surely the best): the same eight statements."""
    (asked, people), lent, found_covers = _sides(needs, user, today)
    best = allocation.allocate(list(zip(asked, people, strict=True)))
    lines = []
    for need, wanted, candidates in zip(needs, asked, people, strict=True):
        by_key = {person.key: person for person in candidates}
        chosen = [each for each in best.chosen if each.need == need.pk]
        proposals = [_as_chosen(wanted, by_key[each.person], each) for each in chosen]
        cover = found_covers[need.pk]
        made = tuple(
            _in_words(need, cover, wanted, each, lent[each.person], today) for each in proposals
        )
        covered = sum(each.share for each in made) if wanted.total else 1.0
        lines.append(Allocated(need, made, max(0.0, 1 - covered)))
    return lines, best.is_best


def _sides(needs, user, today):
    """((what each need lacks from today on, who could give it), {key: LentPerson}, {need: NeedCoverage})."""
    found_covers = coverage.coverage_of(needs, today)
    covered = {need.pk: _lacking(found_covers[need.pk], need, today) for need in needs}
    levels = defaultdict(dict)
    rows = VolunteerSkill.objects.filter(skill__in={need.skill_id for need in needs}).order_by("pk")
    for skill, volunteer, level in rows.values_list("skill", "volunteer", "level"):
        levels[skill][volunteer] = level
    wanted = {volunteer for held in levels.values() for volunteer in held}
    rows = Volunteer.objects.visible_to(user).filter(pk__in=wanted).for_list()
    volunteers = {volunteer.pk: volunteer for volunteer in rows}
    mondays = sorted({monday for weeks in covered.values() for monday, _days in weeks})
    free = capacity.weeks_of(list(volunteers.values()), mondays) if volunteers and mondays else {}
    place = {monday: number for number, monday in enumerate(mondays)}
    known = _histories(needs, volunteers)
    loans = loan_limits.loans_of(list(volunteers))
    asked, people = [], []
    for need in needs:
        weeks = covered[need.pk]
        until = {key: _last_day_by_law(loans[key], need) for key in volunteers}
        asked.append(
            matching.UnmetNeed(
                key=need.pk,
                skill=need.skill_id,
                level=need.level,
                mondays=tuple(monday for monday, _days in weeks),
                days=tuple(days for _monday, days in weeks),
            )
        )
        people.append(
            [
                matching.Person(
                    key=key,
                    level=levels[need.skill_id][key],
                    free=tuple(
                        free[key][place[monday]].free if monday <= until[key] else None
                        for monday, _days in weeks
                    ),
                    knows_engagement=need.engagement_id in known[key][0],
                    knows_organisation=need.engagement.beneficiary_id in known[key][1],
                )
                for key in volunteers
                if key in levels[need.skill_id]
            ]
        )
    return (
        (asked, people),
        {key: LentPerson(volunteer, loans[key]) for key, volunteer in volunteers.items()},
        found_covers,
    )


def _lacking(cover, need, today):
    """[(Monday, days a week)] that are still to be found, on the day of each week that lacks most."""
    if need.ends_on < today:
        return []
    found = {}
    for day in cover.days:
        monday = monday_of(day.day)
        lacks = (day.asked - day.confirmed - day.proposed) * skill_coverage.WEEKDAYS
        found[monday] = max(lacks, found.get(monday, lacks))
    return list(found.items())


def _histories(needs, volunteers):
    """{volunteer: (engagements, organisations) that they have worked for}, of those that matter here."""
    organisations = {need.engagement.beneficiary_id for need in needs}
    rows = Assignment.objects.filter(
        volunteer__in=volunteers, engagement__beneficiary__in=organisations
    )
    known = defaultdict(lambda: (set(), set()))
    for volunteer, engagement, organisation in rows.order_by("pk").values_list(
        "volunteer", "engagement", "engagement__beneficiary"
    ):
        known[volunteer][0].add(engagement)
        known[volunteer][1].add(organisation)
    return known


def _last_day_by_law(loans, need):
    limit = loan_limits.limit_on(loans, need.starts_on, need.ends_on)
    return limit.last_day if limit else date.max


def _as_chosen(asked, person, chosen):
    """The proposal of that person, cut to what the allocation gives."""
    (whole,) = matching.propose(asked, [person])
    covered = tuple(min(chosen.days, days) for days in whole.covered)
    share = float(sum(covered, Decimal(0)) / asked.total)
    values = {name: getattr(whole, name) for name in whole.__dataclass_fields__}
    return matching.Proposal(**values | {"days": chosen.days, "covered": covered, "share": share})


def _in_words(need, cover, asked, proposal, person, today):
    volunteer, by_law = person.volunteer, _last_day_by_law(person.loans, need)
    first = max(today, need.starts_on, asked.mondays[proposal.first], volunteer.available_from)
    sunday = asked.mondays[proposal.last] + timedelta(days=6)
    ends = [need.ends_on, sunday, by_law, *filter(None, [volunteer.available_to])]
    last = max(first, min(ends))
    added = _added(cover, proposal.days, first, last)
    return Proposed(
        need=need,
        volunteer=volunteer,
        days=proposal.days,
        share=skill_coverage.share_of(sum(added.values(), Decimal(0)), cover.lacking),
        first_day=first,
        last_day=last,
        reasons_for=tuple(_for(need, proposal)),
        reasons_against=tuple(_against(need, proposal, by_law)),
        weeks=tuple(added.items()),
    )


def _added(cover, days_a_week, first, last):
    """{Monday: days} that a mission would add to what the need has: the figure that its page shows once it is made."""
    found = {cell.monday: Decimal(0) for cell in cover.weeks}
    for day in cover.days:
        if first <= day.day <= last:
            lacks = day.asked - day.confirmed - day.proposed
            found[monday_of(day.day)] += min(days_a_week / skill_coverage.WEEKDAYS, lacks)
    return found


def _for(need, proposal):
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


def _against(need, proposal, by_law):
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
