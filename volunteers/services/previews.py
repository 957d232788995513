"""What follows if an assignment ends on another day, or is handed over, shown before it is saved."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import day_text, number, plural_of
from crm.domain.workdays import working_days_between
from crm.models import User
from volunteers.display.relay import in_words
from volunteers.models import Assignment
from volunteers.selectors import relay
from volunteers.selectors.loan_limits import limit_on, loans_of
from volunteers.services import assignments
from volunteers.services.relay import Replacement, replace


@dataclass(frozen=True)
class Consequence:
    """One consequence, in a sentence. `level` is a status of the pages (good, watch, act…), `word` its label."""

    level: str
    word: str
    sentence: str


def preview_last_day(assignment: Assignment, ends_on: date, today: date) -> list[Consequence]:
    """What stands in the way of this last day first, then time, law and the skills left without anybody."""
    return [
        *(
            Consequence("act", _("Not possible"), sentence)
            for sentence in assignments.objections(assignment, ends_on=ends_on)
        ),
        _days_between(assignment, ends_on),
        _free_after(assignment, ends_on),
        _law(assignment, ends_on),
        *_skills(assignment, ends_on, today),
    ]


def preview_replacement(
    assignment: Assignment,
    replacement: Replacement,
    *,
    by: User,
    today: date,
    seen: int | None = None,
    past_law: bool = False,
) -> list[Consequence]:
    """What follows if somebody takes over and is confirmed: done, read and rolled back, so refused as it would be."""
    with transaction.atomic():
        note = replace(assignment, replacement, by=by, today=today, seen=seen, past_law=past_law)
        arriving = cast(Assignment, note.successor)  # set by replace()
        assignments.confirm_assignment(arriving, by=by, today=today, seen=arriving.version)
        consequences = [
            _together(arriving, replacement.last_day),
            _free_after(assignment, replacement.last_day),
            _law(arriving, replacement.ends_on),
            *_known_alone(assignment, today),
            *_skills(arriving, replacement.ends_on, today),
        ]
        transaction.set_rollback(True)
    return consequences


def _together(arriving: Assignment, last_day: date) -> Consequence:
    days = working_days_between(arriving.starts_on - timedelta(days=1), last_day)
    words = {"person": arriving.volunteer, "day": day_text(arriving.starts_on), "days": days}
    if not days:
        return Consequence(
            "watch",
            _("Relay"),
            _("%(person)s begins on %(day)s, with no day side by side.") % words,
        )
    sentence = ngettext(
        "%(person)s begins on %(day)s: %(days)s working day side by side.",
        "%(person)s begins on %(day)s: %(days)s working days side by side.",
        days,
    )
    return Consequence("good", _("Relay"), sentence % words)


def _known_alone(assignment: Assignment, today: date) -> list[Consequence]:
    """The parts of the solution that leave with the person unless they are passed on."""
    parts = relay.plan_of(assignment.engagement, today).parts
    alone = [str(row.part) for row in parts if row.only_volunteer == assignment.volunteer_id]
    if not alone:
        return []
    words = {"person": assignment.volunteer, "parts": ", ".join(alone)}
    return [
        Consequence(
            "watch",
            _("Relay"),
            _("Only %(person)s knows: %(parts)s. Pass it on in these days.") % words,
        )
    ]


def _days_between(assignment: Assignment, ends_on: date) -> Consequence:
    first, last = sorted([assignment.ends_on, ends_on])
    days = working_days_between(first, last)
    words = {"days": days, "load": number(assignment.days_a_week)}
    if ends_on > assignment.ends_on:
        sentence = ngettext(
            "%(days)s working day more, at %(load)s days a week.",
            "%(days)s working days more, at %(load)s days a week.",
            days,
        )
    else:
        sentence = ngettext("%(days)s working day less.", "%(days)s working days less.", days)
    return Consequence("good", _("Time"), sentence % words)


def _free_after(assignment: Assignment, ends_on: date) -> Consequence:
    volunteer, day = assignment.volunteer, ends_on + timedelta(days=1)
    words: dict[str, object] = {"person": volunteer, "day": day_text(day)}
    if volunteer.available_to and volunteer.available_to < day:
        return Consequence(
            "good", _("Time"), _("From %(day)s, %(person)s is no longer available.") % words
        )
    others = (
        Assignment.objects.filter(volunteer=volunteer)
        .exclude(pk=assignment.pk)
        .on(day)
        .order_by("pk")
    )
    promised = sum(others.values_list("days_a_week", flat=True), Decimal(0))
    free = volunteer.days_a_week - promised
    words["free"] = number(free)
    sentence = ngettext(
        "From %(day)s, %(person)s has %(free)s day a week free.",
        "From %(day)s, %(person)s has %(free)s days a week free.",
        plural_of(free),
    )
    return Consequence("good", _("Time"), sentence % words)


def _law(assignment: Assignment, ends_on: date) -> Consequence:
    limit = limit_on(
        loans_of([assignment.volunteer_id])[assignment.volunteer_id], assignment.starts_on, ends_on
    )
    if limit is None:
        sentence = _(
            "No loan agreement of %(person)s is in Relais: look up until when they may be lent."
        )
        return Consequence("unknown", _("Law"), sentence % {"person": assignment.volunteer})
    words = {
        "day": day_text(limit.last_day),
        "years": limit.years,
        "agreed": day_text(limit.agreed_until),
    }
    if limit.is_past_the_agreement(ends_on):
        sentence = _(
            "The agreement ends on %(agreed)s: the company has to prolong it (by law until %(day)s at most)."
        )
        return Consequence("watch", _("Agreement"), sentence % words)
    return Consequence(
        "good", _("Law"), _("By law this loan may last until %(day)s (%(years)s years).") % words
    )


def _skills(assignment: Assignment, ends_on: date, today: date) -> list[Consequence]:
    before, after = relay.what_if(assignment, ends_on, today)
    lacks = [
        Consequence(
            "watch",
            _("Relay"),
            _("%(skill)s: %(finding)s.") % {"skill": row.skill, "finding": in_words(row)},
        )
        for row in after
        if row.lack
    ]
    if lacks or not before:
        return lacks
    return [
        Consequence(
            "good", _("Relay"), _("Each skill that is asked for has all its days until the end.")
        )
    ]
