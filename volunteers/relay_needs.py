"""What a relay asks of people: a skill that will be missing, a note that is still to be written."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.needs import ToDo, key_of
from crm.roles import Role
from engagements.models import Engagement
from volunteers import relay
from volunteers.models import RelayNote

MOST = 20


def needs_of(user, today):
    return [*_notes_to_write(user, today), *_skills_to_find(user, today)]


def _notes_to_write(user, today):
    if not user.holds(Role.VOLUNTEER):
        return []
    own = RelayNote.objects.filter(
        assignment__volunteer__user=user, assignment__ends_on__gte=today, successor__isnull=False, written_on=None
    )
    return [
        ToDo(
            key=key_of("relay-note", note.pk, note.assignment.ends_on),
            title=str(note.successor.volunteer),
            about=note.assignment.engagement.title,
            reason=_("takes over from you: write your relay note before %(day)s")
            % {"day": date_format(note.assignment.ends_on, "j F")},
            since=note.assignment.ends_on,
            url=reverse("volunteers:relay-note", args=[note.assignment_id]),
            verb=_("Write the relay note"),
        )
        for note in own.for_list()[:MOST]
    ]


def _skills_to_find(user, today):
    """Early enough to find somebody: within relay.SOON weeks."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    theirs = dict(Engagement.objects.run_by(user).active().order_by("pk").values_list("pk", "title"))
    return [
        ToDo(
            key=key_of("uncovered", line.need, line.gap.monday),
            title=str(line.skill),
            about=theirs[engagement],
            reason=in_words(line),
            since=line.gap.monday,
            url=reverse("volunteers:relay-plan", args=[engagement]),
            verb=_("See the relay plan"),
        )
        for engagement, line in relay.gaps_of(list(theirs), today)[:MOST]
    ]


def in_words(line):
    """Since when nobody is there for the skill, and for how long it is asked for."""
    weeks = line.weeks_to_the_end
    words = {"day": date_format(line.gap.monday, "j F Y"), "weeks": weeks}
    sentence = ngettext(
        "without anybody from %(day)s; %(weeks)s week before the end",
        "without anybody from %(day)s; %(weeks)s weeks before the end",
        weeks,
    )
    return sentence % words
