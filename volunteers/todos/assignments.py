"""What assignments ask of a person: a week to log, an assignment to confirm, to extend, somebody silent to call."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.domain.formatting import day_month
from crm.domain.todos import Nature, ToDo, key_of
from crm.domain.workdays import monday_of
from engagements.selectors.places import place_of
from volunteers.selectors import silent_weeks
from volunteers.selectors.teams import endings_of, silent_of
from volunteers.selectors.weeks import unlogged_weeks_of, week_due

WEEKS = Nature("weeks", ngettext_lazy("week to log", "weeks to log", "many"))
TEAM = Nature(
    "team",
    ngettext_lazy("mission or relay to look after", "missions or relays to look after", "many"),
)
CONFIRM = ngettext_lazy("%(many)d mission to confirm", "%(many)d missions to confirm", "many")
SILENT = ngettext_lazy(
    "%(many)d person without a word for three weeks",
    "%(many)d persons without a word for three weeks",
    "many",
)
ENDING = ngettext_lazy("%(many)d mission that ends", "%(many)d missions that end", "many")


def todos_of(user, today):
    """The person's weeks to log, then the assignments of their engagements to confirm and to prolong."""
    ending, proposed = endings_of(user, today)
    monday = week_due(today)
    return [
        *(
            ToDo(
                key=key_of("week", assignment.pk, monday),
                title=assignment.engagement.title,
                about="",
                reason=_("The week of %(day)s is not logged yet.") % {"day": day_month(monday)},
                since=monday,
                url=f"{reverse('volunteers:log-work', args=[assignment.pk])}?week={monday.isoformat()}",
                verb=_("Log my week"),
                place=place_of(assignment.engagement),
                nature=WEEKS,
            )
            for assignment in unlogged_weeks_of(user, monday, today)
        ),
        *(
            _of_assignment(
                assignment,
                kind="confirm",
                reason=_("to confirm"),
                since=assignment.starts_on,
                url=f"{assignment.engagement.get_absolute_url()}#team",
                verb=_("See the team"),
                fact=CONFIRM,
                detail=_("%(name)s, from %(day)s")
                % {"name": assignment.volunteer, "day": day_month(assignment.starts_on)},
                due=assignment.starts_on,
            )
            for assignment in proposed
        ),
        *(
            _of_assignment(
                assignment,
                kind="silent",
                reason=_("no word for three weeks: call them, rather than one more mail"),
                since=monday_of(today) - timedelta(weeks=silent_weeks.FLAG_AFTER_WEEKS),
                url=reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id]),
                verb=_("See the person"),
                fact=SILENT,
                detail=_("%(name)s: call, rather than one more mail")
                % {"name": assignment.volunteer},
            )
            for assignment in silent_of(user, today)
        ),
        *(
            _of_assignment(
                assignment,
                kind="ending",
                reason=_("mission ends on %(day)s") % {"day": day_month(assignment.ends_on)},
                since=assignment.ends_on,
                url=reverse("volunteers:assignment-extend", args=[assignment.pk]),
                verb=_("Extend"),
                fact=ENDING,
                detail=_("%(name)s, on %(day)s")
                % {"name": assignment.volunteer, "day": day_month(assignment.ends_on)},
                due=assignment.ends_on,
            )
            for assignment in ending
        ),
    ]


def _of_assignment(assignment, *, kind, since, **words):
    return ToDo(
        key=key_of(kind, assignment.pk, since),
        title=str(assignment.volunteer),
        about=assignment.engagement.title,
        since=since,
        place=place_of(assignment.engagement),
        nature=TEAM,
        **words,
    )
