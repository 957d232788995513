"""Is it still alive? Asked 3, 6, 12 and 24 months after the organisation stands alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import mail
from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.models import User
from engagements.domain.running_costs import months_after
from engagements.models import Engagement, EngagementLink, SurvivalCheck
from engagements.services.links import addressee_of, language_of, make_link

MONTHS = (3, 6, 12, 24)
REMIND_AFTER = timedelta(days=14)
QUESTION_MAIL = mail.declare(
    "survival",
    mail.Words(
        gettext_lazy("%(title)s: does it still serve you?"),
        (
            gettext_lazy(
                "You have run the solution by yourselves since %(since)s. Three questions, one minute."
            ),
            gettext_lazy(
                "Whatever the answer, it helps the next organisations. The link opens this one page."
            ),
        ),
        gettext_lazy("Answer"),
        mail.FOR_CONTACT,
    ),
)


def plan_checks(engagement: Engagement, *, today: date, by: User) -> None:
    """Save the checks that are due so many months after today, the day on which the organisation stands alone."""
    for months in MONTHS:
        check = SurvivalCheck(
            engagement=engagement, months=months, due_on=months_after(today, months)
        )
        write.save(check, by=by, why=because("Planned"))


@transaction.atomic
def ask_check(check: SurvivalCheck, *, at: datetime, by: User | None = None) -> str:
    """Mail the question to the organisation; sent again, it is a reminder and the older link ends.

    Gives the name that it went to.
    """
    check = _lock(check)
    today = timezone.localdate(at)
    _refuse_unripe(check, today)
    if check.answered_on:
        raise Refused(_("This check is answered."))
    addressee = addressee_of(check.engagement, today)
    if addressee is None:
        raise Refused(
            _("No contact of the organisation has an e-mail address: write one down first.")
        )
    contact = addressee.contact
    name, purpose = contact.full_name, EngagementLink.Purpose.SURVIVAL
    lead = contact if addressee.is_lead else None
    path = make_link(check.engagement, purpose, sent_to=name, at=at, check=check, lead=lead)
    field = "reminded_on" if check.asked_on else "asked_on"
    setattr(check, field, today)
    write.save(check, by=by, why=because("Asked of %(name)s", name=name), fields=[field])
    mail.send_words(
        QUESTION_MAIL,
        contact.email,
        language=language_of(check.engagement),
        path=path,
        kind="survival",
        title=check.engagement.title,
        since=check.engagement.stage_entered_on,
    )
    return name


@dataclass(frozen=True)
class SurvivalAnswer:
    """What the organisation says of its solution: whether it runs, how often it is used, who keeps it running."""

    is_running: bool
    usage: str
    keeper: str
    answered_by: str
    last_release_on: date | None = None
    comment: str = ""


@transaction.atomic
def answer_check(
    check: SurvivalCheck,
    answer: SurvivalAnswer,
    *,
    at: datetime,
    by: User | None = None,
    seen: int | None = None,
) -> SurvivalCheck:
    """Save the answer, or change the one that is saved: the history keeps the earlier words."""
    check = _lock(check)
    write.refuse_if_stale(check, seen)
    today = timezone.localdate(at)
    _refuse_unripe(check, today)
    if answer.last_release_on and answer.last_release_on > today:
        raise Refused({"last_release_on": _("This day is still to come.")})
    check.is_running, check.usage, check.keeper = answer.is_running, answer.usage, answer.keeper
    check.last_release_on, check.comment = answer.last_release_on, answer.comment.strip()
    check.answered_by, check.answered_on = answer.answered_by, today
    fields = [
        "is_running",
        "usage",
        "keeper",
        "last_release_on",
        "comment",
        "answered_by",
        "answered_on",
    ]
    return write.save(
        check, by=by, why=because("Answered by %(name)s", name=answer.answered_by), fields=fields
    )


def run_upkeep(*, at: datetime) -> dict[str, int]:
    """What the daily command does here: {what was done, in its words: how often}."""
    return {"asked if still alive": run_checks(at=at)}


def run_checks(*, at: datetime) -> int:
    """Mail the questions that have come due, and once more two weeks later; gives how many mails went out.

    Run again on the same day, it sends nothing.
    """
    today = timezone.localdate(at)
    unasked = Q(asked_on=None)
    unreminded = Q(asked_on__lte=today - REMIND_AFTER, reminded_on=None)
    awaited = SurvivalCheck.objects.awaited(today).filter(unasked | unreminded)
    sent = 0
    for check in awaited.order_by("due_on", "pk"):
        try:
            ask_check(check, at=at)
        except Refused:  # nobody to ask: it is a to-do of the coordinator
            continue
        sent += 1
    return sent


def _refuse_unripe(check: SurvivalCheck, today: date) -> None:
    if today < check.due_on:
        raise Refused(_("This check is due on %(day)s.") % {"day": day_text(check.due_on)})


def _lock(check: SurvivalCheck) -> SurvivalCheck:
    checks = SurvivalCheck.objects.select_for_update(of=("self",))
    return checks.select_related("engagement__beneficiary", "engagement__request").get(pk=check.pk)
