"""One mail with what waits for a person; none when nothing waits. All apps are asked, hence its place at the top."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from crm import mail, needs
from crm import services as people
from crm import summaries as requests
from crm.models import User
from crm.templatetags.formats import colon
from crm.workdays import is_working_day
from engagements import summaries as engagements
from impact import needs as impact
from volunteers import summaries as volunteers

SUBJECT = ngettext_lazy("%(many)d thing waits for you", "%(many)d things wait for you", "many")


@dataclass(frozen=True)
class Sent:
    mails: int
    without: int


def needs_of(user, today):
    """[ToDo] of all apps, without what the person has put off; what is shown is what the pages show."""
    found = (app.needs_of(user, today) for app in (requests, engagements, volunteers, impact))
    put_off = requests.put_off_by(user, today)
    return [todo for of_app in found for todo in needs.apart(of_app, put_off)]


def send_digests(*, at):
    """Mails to those whose day it is. Run twice on one day, it sends nothing more."""
    today = timezone.localdate(at)
    mails = without = 0
    for user in User.objects.filter(is_active=True).exclude(digest_sent_on=today).order_by("pk").iterator():
        if _is_due(user, today) and people.claim_digest(user, today=today):
            if _send(user, today):
                mails += 1
            else:
                without += 1
    return Sent(mails, without)


def _is_due(user, today):
    if user.chosen_digest == User.Digest.DAILY:
        return is_working_day(today)
    return user.chosen_digest == User.Digest.WEEKLY and today.weekday() == 0


@transaction.atomic
def _send(user, today):
    with translation.override(user.language):
        found = needs_of(user, today)
        if not found:
            return False
        words = mail.Words(
            SUBJECT % {"many": len(found)},
            tuple(_line(todo) for todo in found),
            _("Open Relais"),
        )
        leave = reverse("crm:digest-leave", args=[requests.token_of_digest(user)])
        mail.send_words(words, user.email, language=user.language, path="/", leave=leave)
    return True


def _line(todo):
    """What people typed holds no place for a fact: a per cent sign stays one."""
    told = [f"{todo.word}{colon()} {todo.mailed_title}" if todo.word else todo.mailed_title, todo.about, todo.reason]
    return " — ".join(part for part in told if part).replace("%", "%%")
