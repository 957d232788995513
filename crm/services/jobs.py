"""The jobs of the tasks API are rows, leased by whichever worker comes first, or by the one that the engine calls.

A worker that is killed loses none: the lease of its job ends, and another one runs it again. So each job is one that
may run twice and does nothing more the second time.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from crm.domain import traces
from crm.domain.refusals import Refused
from crm.models import Job
from crm.models.jobs import JobQuerySet

LEASE = timedelta(seconds=60)
RENEWED_EVERY = 15.0  # seconds
WAITS = [*(timedelta(minutes=each) for each in (1, 5, 30)), timedelta(hours=2)]
KEPT_DAYS = 30
Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


def add_job(
    task: str,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    at: datetime,
    run_at: datetime | None = None,
) -> Job:
    """A job of the task with that dotted path, in the caller's transaction."""
    job = Job.objects.create(task=task, args=args, kwargs=kwargs, made_at=at, run_at=run_at or at)
    _call_for(job)
    return job


def _call_for(job: Job) -> None:
    """Tell the engine of the settings of the job; the embedded one looks by itself."""
    if settings.CALLS_FOR_JOBS:
        import_string(settings.CALLS_FOR_JOBS)(job)


def run_due(worker: str, *, clock: Clock = timezone.now, most: int = 20) -> int:
    """Run the jobs that are due, one after the other, and say how many were run."""
    for done in range(most):
        job = _lease(worker, clock())
        if job is None:
            return done
        _run(job, clock)
    return most


def run_one(key: UUID, worker: str, *, clock: Clock = timezone.now) -> datetime | None:
    """Run that job if it is due and nobody runs it; the moment at which to look at it again, None once it has ended."""
    one = Job.objects.filter(pk=key)
    job = _lease(worker, clock(), one)
    if job is not None:
        _run(job, clock)
    left = one.unfinished().first()
    return (left.leased_until or left.run_at) if left else None


@transaction.atomic
def _lease(worker: str, at: datetime, among: JobQuerySet | None = None) -> Job | None:
    """Take one that is due, of all or of some."""
    jobs = Job.objects.all() if among is None else among
    job = jobs.due(at).select_for_update(skip_locked=True).first()
    if job is not None:
        job.state, job.worker, job.started_at = Job.State.RUNNING, worker, at
        job.leased_until = at + LEASE
        job.attempts += 1
        job.save(update_fields=["state", "worker", "started_at", "leased_until", "attempts"])
    return job


def _run(job: Job, clock: Clock) -> None:
    """Run it; what goes wrong is logged, and it is tried again later each time, at last failed."""
    try:
        with _renewed(job, clock):
            result = import_string(job.task).call(*job.args, **job.kwargs)
            json.dumps(result)
    except Exception as error:
        logger.exception("A job did not finish.", extra={"job": job.task, "row": job})
        _put_back(job, error, clock())
        return
    _mine(job).update(
        state=Job.State.DONE, ended_at=clock(), leased_until=None, result=result, trouble=""
    )


def _put_back(job: Job, error: Exception, at: datetime) -> None:
    trouble = "\n".join([traces.type_of(error), *traces.stack_of(error)])
    if job.attempts > len(WAITS):
        _mine(job).update(state=Job.State.FAILED, ended_at=at, leased_until=None, trouble=trouble)
        return
    later = at + WAITS[job.attempts - 1]
    _mine(job).update(state=Job.State.WAITING, run_at=later, leased_until=None, trouble=trouble)


def _mine(job: Job) -> QuerySet[Job]:
    """The row, unless another worker has taken it since."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


@contextmanager
def _renewed(job: Job, clock: Clock) -> Iterator[None]:
    """Within, the lease goes on, by a thread of its own: a job may take longer than a lease, a dead worker not."""
    ended = Event()

    def renew() -> None:
        while not ended.wait(RENEWED_EVERY):
            try:
                _mine(job).update(leased_until=clock() + LEASE)
            except Exception:
                logger.exception("A lease was not renewed.", extra={"row": job})
            finally:
                connections.close_all()  # this thread's own: nobody else would close it

    thread = Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@transaction.atomic
def try_again(job: Job, *, at: datetime) -> None:
    """Run a job that failed, or waits for its next try, as soon as may be."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state not in {Job.State.WAITING, Job.State.FAILED}:
        raise Refused(_("This job is done, or runs this very moment."))
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.WAITING, run_at=at, ended_at=None, attempts=0
    )
    job.run_at = at
    _call_for(job)


def forget_old_jobs(*, at: datetime) -> int:
    """Delete what ended more than KEPT_DAYS ago, and say how many."""
    return Job.objects.filter(ended_at__lt=at - timedelta(days=KEPT_DAYS)).delete()[0]
