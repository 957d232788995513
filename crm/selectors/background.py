"""What Relais does by itself: who works, what comes back each day, what waits and what failed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from crm.models import Job, OutgoingMail, Schedule, Worker

MAX_JOBS = 20


@dataclass(frozen=True)
class MailCounts:
    """How many wait and how many failed; since when the oldest of those that are due waits."""

    waiting: int
    failed: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class Background:
    """`last_seen_at` is when a worker was last heard of, None where none ever was; `jobs` are MAX_JOBS at most."""

    workers: int
    last_seen_at: datetime | None
    schedules: list[Schedule]
    jobs: list[Job]
    remaining_jobs: int
    mails: MailCounts


def background_of(at: datetime) -> Background:
    """In six queries, whatever there is."""
    last_seen_at = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    unfinished = Job.objects.exclude(state=Job.State.DONE)
    total = unfinished.count()
    jobs = list(unfinished.order_by("state", "run_at", "pk")[:MAX_JOBS])
    return Background(
        workers=Worker.objects.present(at).count(),
        last_seen_at=last_seen_at,
        schedules=list(Schedule.objects.order_by("next_at", "name")),
        jobs=jobs,
        remaining_jobs=total - len(jobs),
        mails=mail_counts(at),
    )


def mail_counts(at: datetime) -> MailCounts:
    waiting, failed = Q(state=OutgoingMail.State.WAITING), Q(state=OutgoingMail.State.FAILED)
    counts = OutgoingMail.objects.filter(waiting | failed).aggregate(
        waiting=Count("pk", filter=waiting),
        failed=Count("pk", filter=failed),
        oldest_due_at=Min("made_at", filter=waiting & Q(next_at__lte=at)),
    )
    return MailCounts(**counts)
