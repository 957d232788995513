"""What follows if a mission ends on another day, said before it is saved."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.domain.formatting import day_text, number, plural_of
from crm.domain.workdays import working_days_between
from volunteers.display.relay import in_words
from volunteers.models import Assignment
from volunteers.selectors import relay
from volunteers.selectors.loan_limits import limit_on, loans_of
from volunteers.services import assignments
from volunteers.services.relay import replace


@dataclass(frozen=True)
class Follows:
    """One consequence; `level` and `word` are a status of the pages."""

    level: str
    word: str
    sentence: str


def what_follows(assignment, ends_on, today):
    """[Follows]: what stands in the way first, then time, law and the skills that are left without anybody."""
    return [
        *(
            Follows("act", _("Not possible"), sentence)
            for sentence in assignments.objections(assignment, ends_on=ends_on)
        ),
        _days_between(assignment, ends_on),
        _free_after(assignment, ends_on),
        _law(assignment, ends_on),
        *_skills(assignment, ends_on, today),
    ]


def what_follows_a_relay(assignment, *, by, today, **asked):
    """[Follows] if somebody took over and was confirmed: it is done, looked at and undone. Refused as it would be."""
    with transaction.atomic():
        arriving = replace(assignment, **asked, by=by, today=today).successor
        assignments.confirm_assignment(arriving, by=by, today=today, seen=arriving.version)
        found = [
            _together(arriving, asked["last_day"]),
            _free_after(assignment, asked["last_day"]),
            _law(arriving, asked["ends_on"]),
            *_known_alone(assignment, today),
            *_skills(arriving, asked["ends_on"], today),
        ]
        transaction.set_rollback(True)
    return found


def _together(arriving, last_day):
    days = working_days_between(arriving.starts_on - timedelta(days=1), last_day)
    words = {"person": arriving.volunteer, "day": _said(arriving.starts_on), "days": days}
    if not days:
        return Follows(
            "watch",
            _("Relay"),
            _("%(person)s begins on %(day)s, with no day side by side.") % words,
        )
    sentence = ngettext(
        "%(person)s begins on %(day)s: %(days)s working day side by side.",
        "%(person)s begins on %(day)s: %(days)s working days side by side.",
        days,
    )
    return Follows("good", _("Relay"), sentence % words)


def _known_alone(assignment, today):
    """The parts of the solution that leave with the person unless they are passed on."""
    parts = relay.plan_of(assignment.engagement, today).parts
    alone = [str(known.part) for known in parts if known.only_volunteer == assignment.volunteer_id]
    if not alone:
        return []
    words = {"person": assignment.volunteer, "parts": ", ".join(alone)}
    return [
        Follows(
            "watch",
            _("Relay"),
            _("Only %(person)s knows: %(parts)s. Pass it on in these days.") % words,
        )
    ]


def _days_between(assignment, ends_on):
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
    return Follows("good", _("Time"), sentence % words)


def _free_after(assignment, ends_on):
    volunteer, day = assignment.volunteer, ends_on + timedelta(days=1)
    words = {"person": volunteer, "day": _said(day)}
    if volunteer.available_to and volunteer.available_to < day:
        return Follows(
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
    return Follows("good", _("Time"), sentence % words)


def _law(assignment, ends_on):
    limit = limit_on(
        loans_of([assignment.volunteer_id])[assignment.volunteer_id], assignment.starts_on, ends_on
    )
    if limit is None:
        sentence = _(
            "No loan agreement of %(person)s is in Relais: look up until when they may be lent."
        )
        return Follows("unknown", _("Law"), sentence % {"person": assignment.volunteer})
    words = {
        "day": _said(limit.last_day),
        "years": limit.years,
        "agreed": _said(limit.agreed_until),
    }
    if limit.is_past_what_was_agreed(ends_on):
        sentence = _(
            "The agreement ends on %(agreed)s: the company has to prolong it (by law until %(day)s at most)."
        )
        return Follows("watch", _("Agreement"), sentence % words)
    return Follows(
        "good", _("Law"), _("By law this loan may last until %(day)s (%(years)s years).") % words
    )


def _skills(assignment, ends_on, today):
    before, after = relay.what_if(assignment, ends_on, today)
    found = [
        Follows(
            "watch",
            _("Relay"),
            _("%(skill)s: %(finding)s.") % {"skill": line.skill, "finding": in_words(line)},
        )
        for line in after
        if line.lack
    ]
    if found or not before:
        return found
    return [
        Follows(
            "good", _("Relay"), _("Each skill that is asked for has all its days until the end.")
        )
    ]


def _said(day):
    return day_text(day)
