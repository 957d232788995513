"""Is it still alive? Asked 3, 6, 12 and 24 months after the organisation stands alone."""

from datetime import datetime, timedelta

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
from engagements.domain.running_costs import months_after
from engagements.models import EngagementLink, SurvivalCheck
from engagements.services.links import language_of, make_link, whom_to_ask

MONTHS = (3, 6, 12, 24)
REMIND_AFTER = timedelta(days=14)
QUESTION_MAIL = mail.Words(
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
)


def plan_checks(engagement, *, today, by):
    """The checks that follow from the day on which the organisation stands alone."""
    for months in MONTHS:
        check = SurvivalCheck(
            engagement=engagement, months=months, due_on=months_after(today, months)
        )
        write.save(check, by=by, why=because("Planned"))


@transaction.atomic
def ask_check(check, *, at, by=None):
    """Send the question to the organisation; asked again, it is a reminder and the older link dies."""
    check = _lock(check)
    today = timezone.localdate(at)
    _refuse_unripe(check, today)
    if check.answered_on:
        raise Refused(_("This check is answered."))
    asked = whom_to_ask(check.engagement, today)
    if asked is None:
        raise Refused(
            _("No contact of the organisation has an e-mail address: write one down first.")
        )
    contact, leads = asked
    name, purpose = contact.full_name, EngagementLink.Purpose.SURVIVAL
    lead = contact if leads else None
    path = make_link(check.engagement, purpose, sent_to=name, at=at, check=check, lead=lead)
    field = "reminded_on" if check.asked_on else "asked_on"
    setattr(check, field, today)
    write.save(check, by=by, why=because("Asked of %(name)s", name=name), fields=[field])
    mail.send_words(
        QUESTION_MAIL,
        contact.email,
        language=language_of(check.engagement),
        path=path,
        title=check.engagement.title,
        since=check.engagement.stage_entered_on,
    )
    return name


@transaction.atomic
def answer_check(
    check,
    *,
    is_running,
    usage,
    keeper,
    answered_by,
    at,
    last_release_on=None,
    comment="",
    by=None,
    seen=None,
):
    """What the organisation says; said again, it changes, and the history keeps what was said before."""
    check = _lock(check)
    write.refuse_if_stale(check, seen)
    today = timezone.localdate(at)
    _refuse_unripe(check, today)
    if last_release_on and last_release_on > today:
        raise Refused({"last_release_on": _("This day is still to come.")})
    check.is_running, check.usage, check.keeper = is_running, usage, keeper
    check.last_release_on, check.comment, check.answered_by = (
        last_release_on,
        comment.strip(),
        answered_by,
    )
    check.answered_on = today
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
        check, by=by, why=because("Answered by %(name)s", name=answered_by), fields=fields
    )


def run_upkeep(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the daily command, and how often."""
    return {"asked if still alive": run_checks(at=at)}


def run_checks(*, at):
    """How many questions went out: of checks that have come due, and once more two weeks later. Run twice: none."""
    today = timezone.localdate(at)
    unasked = Q(asked_on=None)
    unreminded = Q(asked_on__lte=today - REMIND_AFTER, reminded_on=None)
    awaited = SurvivalCheck.objects.awaited(today).filter(unasked | unreminded)
    sent = 0
    for check in awaited.order_by("due_on", "pk"):
        try:
            ask_check(check, at=at)
        except Refused:  # nobody to ask: the coordinator is told on the Monday page
            continue
        sent += 1
    return sent


def _refuse_unripe(check, today):
    if today < check.due_on:
        raise Refused(_("This check is due on %(day)s.") % {"day": day_text(check.due_on)})


def _lock(check):
    checks = SurvivalCheck.objects.select_for_update(of=("self",))
    return checks.select_related("engagement__beneficiary", "engagement__request").get(pk=check.pk)
