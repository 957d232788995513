"""How much there is and how much waits, as numbers for /metrics."""

from django.db.models import Count, Q
from django.utils import timezone

from crm.domain.gauges import Gauge
from crm.domain.request_states import WaitingFor
from crm.models import Job, SupportRequest, User, Worker
from crm.selectors.background import mail_counts


def gauges() -> list[Gauge]:
    """Six queries."""
    by_turn = (
        SupportRequest.objects.open()
        .order_by()
        .values_list("waiting_for")
        .annotate(many=Count("pk"))
    )
    late = SupportRequest.objects.late(timezone.localdate()).count()
    people = User.objects.filter(is_active=True).count()
    return [
        Gauge(
            "relais_requests_open",
            "Support requests that are not closed, by whose turn it is",
            dict.fromkeys(WaitingFor.values, 0) | {turn or "nobody": n for turn, n in by_turn},
            "waiting_for",
        ),
        Gauge("relais_requests_late", "Support requests whose turn is over", {"": late}),
        Gauge("relais_people", "Accounts that may log in", {"": people}),
        *_of_background_work(),
    ]


def _of_background_work() -> list[Gauge]:
    now = timezone.now()
    mails = mail_counts(now)
    jobs = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state__in=[Job.State.WAITING, Job.State.RUNNING])),
        failed=Count("pk", filter=Q(state=Job.State.FAILED)),
    )
    lag = (now - mails.oldest_due_at).total_seconds() if mails.oldest_due_at else 0
    return [
        Gauge("relais_workers", "Processes at work", {"": Worker.objects.present(now).count()}),
        Gauge(
            "relais_mails",
            "Mails that wait, and mails that failed",
            {"waiting": mails.waiting, "failed": mails.failed},
            "state",
        ),
        Gauge("relais_mail_lag_seconds", "Age of the oldest mail that is due", {"": lag}),
        Gauge("relais_jobs", "Jobs that wait or run, and jobs that failed", jobs, "state"),
    ]
