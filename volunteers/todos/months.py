"""What months of days ask of a person: to confirm, to settle, to correct."""

from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.domain.formatting import colon, day_month, month_text, weekday_text
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS, Nature, ToDo, key_of
from engagements.models import Engagement
from engagements.selectors.places import place_of
from volunteers.models import DayDisagreement, MonthSheet

MONTHS = Nature("months", ngettext_lazy("month to confirm", "months to confirm", "many"))
DISPUTED = Nature("days", ngettext_lazy("day to settle", "days to settle", "many"))
TO_CONFIRM = ngettext_lazy("%(many)d month to confirm", "%(many)d months to confirm", "many")
SEEN_OTHERWISE = ngettext_lazy(
    "%(many)d day that somebody sees otherwise",
    "%(many)d days that somebody sees otherwise",
    "many",
)
CORRECTIONS = ngettext_lazy(
    "%(many)d correction asked for", "%(many)d corrections asked for", "many"
)


def todos_of(user, today):
    """Months that wait to be confirmed by the person, their days that are disputed, corrections that are asked for."""
    return [*_months_to_sign(user, today), *_days_seen_otherwise(user), *_corrections_asked(user)]


def _months_to_sign(user, today):
    if not user.holds(Role.LEAD, Role.SPONSOR):
        return []
    sheets = MonthSheet.objects.awaiting(user, today).for_list().reverse()[:MAX_TODOS]
    return [
        ToDo(
            key=key_of("month", sheet.pk, sheet.month),
            title=str(sheet.assignment.volunteer),
            about=sheet.assignment.engagement.title,
            reason=_("Days of %(month)s to confirm") % {"month": month_text(sheet.month)},
            since=sheet.last_day,
            url=reverse("volunteers:month-sheet", args=[sheet.pk]),
            verb=_("Look and confirm"),
            place=place_of(sheet.assignment.engagement)
            if user.holds(Role.LEAD)
            else replace(place_of(sheet.assignment.engagement), url=""),
            nature=MONTHS,
            fact=TO_CONFIRM,
            detail=f"{sheet.assignment.volunteer}{colon()} {month_text(sheet.month)}",
        )
        for sheet in sheets
    ]


def _days_seen_otherwise(user):
    """Days of theirs that somebody disputes: the volunteer changes the day, or their coordinator settles it."""
    if not user.holds(Role.VOLUNTEER):
        return []
    disagreements = DayDisagreement.objects.open().filter(sheet__assignment__volunteer__user=user)
    disagreements = disagreements.exclude(sheet__state=MonthSheet.State.LOCKED)
    return [
        ToDo(
            key=key_of("disagreement", disagreement.pk, disagreement.day),
            title=weekday_text(disagreement.day),
            about=disagreement.sheet.assignment.engagement.title,
            reason=_("%(name)s sees this day otherwise") % {"name": disagreement.author},
            since=disagreement.day,
            url=reverse("volunteers:month-sheet", args=[disagreement.sheet_id]),
            verb=_("Look at it"),
            place=place_of(disagreement.sheet.assignment.engagement),
            nature=DISPUTED,
            fact=SEEN_OTHERWISE,
            detail=weekday_text(disagreement.day)
            + colon()
            + " "
            + _("%(name)s sees this day otherwise") % {"name": disagreement.author},
        )
        for disagreement in disagreements.select_related(
            "author", "sheet__assignment__engagement__beneficiary"
        ).order_by("day", "pk")[:MAX_TODOS]
    ]


def _corrections_asked(user):
    """Disputed days of months that both sides have signed: who runs the engagement corrects the day or settles it."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    engagements = Engagement.objects.run_by(user)
    disagreements = DayDisagreement.objects.asking_to_correct().filter(
        sheet__assignment__engagement__in=engagements
    )
    return [
        ToDo(
            key=key_of("correction", disagreement.pk, disagreement.day),
            title=str(disagreement.sheet.assignment.volunteer),
            about=disagreement.sheet.assignment.engagement.title,
            reason=_("%(name)s asks for a correction of %(day)s")
            % {"name": disagreement.author, "day": day_month(disagreement.day)},
            since=timezone.localdate(disagreement.raised_at),
            url=reverse("volunteers:month-sheet", args=[disagreement.sheet_id]),
            verb=_("Look at it"),
            place=place_of(disagreement.sheet.assignment.engagement),
            nature=DISPUTED,
            fact=CORRECTIONS,
            detail=f"{disagreement.sheet.assignment.volunteer}, {day_month(disagreement.day)}",
        )
        for disagreement in disagreements.select_related(
            "author",
            "sheet__assignment__engagement__beneficiary",
            "sheet__assignment__volunteer__user",
        ).order_by("raised_at", "pk")[:MAX_TODOS]
    ]
