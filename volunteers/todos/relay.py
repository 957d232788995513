"""What a relay asks of people: a skill that will be missing, a note that is still to be written."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from crm.domain.formatting import day_month
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS, ToDo, key_of
from engagements.models import Engagement
from engagements.selectors.places import place_of
from volunteers.display.relay import in_words
from volunteers.models import Assignment, RelayNote
from volunteers.selectors import relay
from volunteers.todos.assignments import TEAM

SKILLS = ngettext_lazy("%(many)d skill to find", "%(many)d skills to find", "many")
NOTES = ngettext_lazy("%(many)d relay note to write", "%(many)d relay notes to write", "many")


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
            place=place_of(note.assignment.engagement),
            nature=TEAM,
            fact=NOTES,
            detail=_("%(name)s takes over from you on %(day)s")
            % {"name": note.successor.volunteer, "day": day_month(note.assignment.ends_on)},
            due=note.assignment.ends_on,
        )
        for note in own.for_list().select_related(
            "assignment__volunteer__user",
            "assignment__engagement__beneficiary",
            "successor__volunteer__user",
        )[:MAX_TODOS]
    ]


def _skills_to_find(user, today):
    """Early enough to find somebody: within relay.SOON_WEEKS weeks."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    theirs = {
        engagement.pk: engagement
        for engagement in Engagement.objects.run_by(user)
        .active()
        .order_by("pk")
        .select_related("beneficiary")
        .only("title", "beneficiary__name")
    }
    return [
        ToDo(
            key=key_of("uncovered", row.need, row.first_problem.monday),
            title=str(row.skill),
            about=theirs[engagement].title,
            reason=in_words(row),
            since=row.first_problem.monday,
            url=reverse("volunteers:relay-plan", args=[engagement]),
            verb=_("See the relay plan"),
            place=place_of(theirs[engagement]),
            nature=TEAM,
            fact=SKILLS,
            detail=_("%(name)s, from %(day)s")
            % {"name": row.skill, "day": day_month(row.first_problem.monday)},
            due=row.first_problem.monday,
        )
        for engagement, row in relay.lacks_of(list(theirs), today)[:MAX_TODOS]
    ]
