"""What a relay asks of people: a skill that will be missing, a note that is still to be written."""

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.domain.formatting import day_month
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS, ToDo, key_of
from engagements.models import Engagement
from volunteers.display.relay import in_words
from volunteers.models import Assignment, RelayNote
from volunteers.selectors import relay


def todos_of(user, today):
    return [*_notes_to_write(user, today), *_skills_to_find(user, today)]


def _notes_to_write(user, today):
    if not user.holds(Role.VOLUNTEER):
        return []
    own = RelayNote.objects.filter(
        assignment__in=Assignment.objects.of(user).confirmed().on(today),
        successor__isnull=False,
        written_on=None,
    )
    return [
        ToDo(
            key=key_of("relay-note", note.pk, note.assignment.ends_on),
            title=str(note.successor.volunteer),
            about=note.assignment.engagement.title,
            reason=_("takes over from you: write your relay note before %(day)s")
            % {"day": day_month(note.assignment.ends_on)},
            since=note.assignment.ends_on,
            url=reverse("volunteers:relay-note", args=[note.assignment_id]),
            verb=_("Write the relay note"),
        )
        for note in own.for_list()[:MAX_TODOS]
    ]


def _skills_to_find(user, today):
    """Early enough to find somebody: within relay.SOON_WEEKS weeks."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    theirs = dict(
        Engagement.objects.run_by(user).active().order_by("pk").values_list("pk", "title")
    )
    return [
        ToDo(
            key=key_of("uncovered", row.need, row.first_problem.monday),
            title=str(row.skill),
            about=theirs[engagement],
            reason=in_words(row),
            since=row.first_problem.monday,
            url=reverse("volunteers:relay-plan", args=[engagement]),
            verb=_("See the relay plan"),
        )
        for engagement, row in relay.lacks_of(list(theirs), today)[:MAX_TODOS]
    ]
