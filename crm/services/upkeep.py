"""What nobody does by hand: reminders, escalations, and forgetting what is kept long enough. Run once a day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.domain.request_states import OPEN, RequestState, WaitingFor
from crm.domain.workdays import add_working_days
from crm.models import GivenAnswer, Referral, SentForm, SupportRequest
from crm.services.attachments import drop_bytes
from crm.services.keys import forget_dead_keys
from crm.services.referrals import escalate, remind
from crm.services.tries import forget_old_tries


def run_upkeep(*, at: datetime) -> dict[str, int]:
    """What was done, in the words of the daily command, and how often."""
    reminded, escalated = run_clocks(at=at)
    forgotten = forget(at=at)
    forget_old_tries(at=at)
    forget_sent_forms(at=at)
    forget_dead_keys(at)
    return {"reminded": reminded, "handed to the desk": escalated, "forgotten": forgotten}


def run_clocks(*, at):
    """(reminders sent, requests handed back to the desk). Run twice, it does nothing more."""
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
    return reminded, sum(escalate(support_request, at=at) for support_request in late)


def forget_sent_forms(*, at):
    """What was sent a day ago is not sent again: forms by a click, requests of the API by a line that broke."""
    before = at - timedelta(days=1)
    return SentForm.objects.over(before).delete()[0] + GivenAnswer.objects.over(before).delete()[0]


def forget(*, at):
    """How many requests were deleted, with all that hangs from them, their history and their files."""
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
def _forget(support_request):
    """History as well: what is to be forgotten must not live on in it."""
    files = list(support_request.attachments.order_by("pk"))
    number, referrals = (
        support_request.pk,
        list(support_request.referrals.order_by("pk").values_list("pk", flat=True)),
    )
    support_request.delete()
    SupportRequest.history.filter(id=number).delete()
    Referral.history.filter(id__in=referrals).delete()
    for row in files:
        drop_bytes(row)
