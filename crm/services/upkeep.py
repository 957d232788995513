"""What runs once a day: reminders, requests that are late, and deleting what was kept long enough."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.domain.request_states import OPEN, RequestState, WaitingFor
from crm.domain.workdays import add_working_days
from crm.models import GivenAnswer, Referral, SentForm, SupportRequest
from crm.services.attachments import drop_bytes
from crm.services.jobs import forget_old_jobs
from crm.services.keys import forget_dead_keys, warn_of_expiry
from crm.services.outbox import forget_old_mails
from crm.services.referrals import escalate, remind
from crm.services.tries import forget_old_tries
from crm.services.workers import forget_gone_workers


def run_upkeep(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the daily command, and how often."""
    reminded, escalated = run_clocks(at=at)
    forgotten = forget(at=at)
    forget_old_tries(at=at)
    forget_sent_forms(at=at)
    warn_of_expiry(at=at)
    forget_dead_keys(at)
    forget_old_mails(at=at)
    forget_old_jobs(at=at)
    forget_gone_workers(at=at)
    return {"reminded": reminded, "handed to the desk": escalated, "forgotten": forgotten}


def run_end_of_sessions(*, at: datetime) -> dict[str, int]:
    """Delete the sessions that are over."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return {}


class ClockRun(NamedTuple):
    """How many reminders were sent and how many requests handed back to the desk."""

    reminded: int
    escalated: int


def run_clocks(*, at: datetime) -> ClockRun:
    """Remind members whose answer is due soon, and take back what is late. Run twice, it does nothing more."""
    today = timezone.localdate(at)
    soon = add_working_days(today, settings.REQUEST_CLOCKS["remind"])
    awaited = Referral.objects.open().filter(
        due_on__lte=soon,
        reminded_on=None,
        request__waiting_for=WaitingFor.MEMBER,
        request__due_on__gte=today,
    )
    reminded = sum(remind(referral, at=at) for referral in awaited.order_by("due_on", "pk"))
    late = (
        SupportRequest.objects.late(today)
        .exclude(waiting_for=WaitingFor.DESK)
        .order_by("due_on", "pk")
    )
    return ClockRun(reminded, sum(escalate(support_request, at=at) for support_request in late))


def forget_sent_forms(*, at: datetime) -> int:
    """Delete what recognises a form or a request of the API that is sent twice, after a day; say how many rows."""
    before = at - timedelta(days=1)
    return SentForm.objects.over(before).delete()[0] + GivenAnswer.objects.over(before).delete()[0]


def forget(*, at: datetime) -> int:
    """Delete drafts and closed requests that were kept long enough, with their history and files; say how many.

    Requests that others were merged into and those that became an engagement stay.
    """
    drafts_before = at - timedelta(days=settings.REQUEST_LIMITS["draft_days"])
    closed_before = at - timedelta(days=settings.REQUEST_LIMITS["kept_days"])
    over = Q(state=RequestState.DRAFT, started_at__lt=drafts_before) | (
        ~Q(state__in=[RequestState.DRAFT, *OPEN]) & Q(closed_at__lt=closed_before)
    )
    forgotten = 0
    for support_request in (
        SupportRequest.objects.filter(over, merged=None, engagement=None).order_by("pk").iterator()
    ):
        _forget(support_request)
        forgotten += 1
    return forgotten


@transaction.atomic
def _forget(support_request: SupportRequest) -> None:
    """Delete one with its history: what is to be forgotten must not live on in it."""
    files = list(support_request.attachments.order_by("pk"))
    referrals = list(support_request.referrals.order_by("pk").values_list("pk", flat=True))
    number = support_request.pk
    support_request.delete()
    SupportRequest.history.filter(id=number).delete()
    Referral.history.filter(id__in=referrals).delete()
    for row in files:
        drop_bytes(row)
