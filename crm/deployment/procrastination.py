"""Jobs handed out by procrastinate (RELAIS_JOBS=procrastinate): PostgreSQL wakes a worker at once, and many share them.

The row of a job stays what it is, so that pages, tries and leases are those of the embedded engine. What procrastinate
holds is a call for each: to look at that job, at that moment. A call too many finds nothing to do.
"""

import asyncio
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from crm.models import Job
from crm.services import jobs

CALL = QUEUE = "relais"
LOOK_EVERY = 15.0  # seconds between two looks for calls of workers that died
OVERDUE = timedelta(
    minutes=1
)  # after which a job is called for again: a call too few would be for ever
KEPT_HOURS = 24
WORKER: dict[str, Any] = {"queues": [QUEUE], "concurrency": 1, "install_signal_handlers": False}


def register(ready: App) -> None:
    """PROCRASTINATE_ON_APP_READY: the one task that procrastinate knows."""
    ready.task(name=CALL, queue=QUEUE, pass_context=True)(_run)


def call(job: Job) -> None:
    """Have some worker look at the job when its time has come, in the caller's transaction."""
    _call(job.pk, job.run_at)


def _call(key: UUID, at: datetime, lock: str | None = None) -> None:
    app.configure_task(CALL, schedule_at=at, queueing_lock=lock).defer(key=str(key))


def _run(context: Any, key: str) -> None:
    close_old_connections()
    try:
        if again := jobs.run_one(UUID(key), context.additional_context["worker"]):
            _call(UUID(key), again)
    finally:
        close_old_connections()


def work(name: str, stop: Event) -> None:
    """Run what is called for until `stop` is set; the job that is being run is ended first."""
    asyncio.run(_work(name, stop))


def work_once(name: str) -> None:
    """Run what is called for by now, and end."""
    asyncio.run(_work(name, None))


async def _work(name: str, stop: Event | None) -> None:
    """On an app of its own: that of the pages writes in their transactions, this one over connections of its own."""
    given: Any = app.connector
    mine = App(connector=given.get_worker_connector())
    register(mine)
    options = WORKER | {"name": name, "additional_context": {"worker": name}}
    async with mine.open_async():
        await _look_after(mine)
        if stop is None:
            await mine.run_worker_async(**options, wait=False, listen_notify=False)
            return
        worker = asyncio.create_task(mine.run_worker_async(**options))
        looked = monotonic()
        while not stop.is_set() and not worker.done():
            await asyncio.sleep(0.5)
            if monotonic() - looked >= LOOK_EVERY:
                await _look_after(mine)
                looked = monotonic()
        is_over = worker.done()
        worker.cancel()
        [outcome] = await asyncio.gather(worker, return_exceptions=True)
        if is_over and isinstance(outcome, BaseException):
            raise outcome


async def _look_after(mine: App) -> None:
    """Call again for what a dead worker was called for, and for what is due and called for by nobody."""
    for lost in await mine.job_manager.get_stalled_jobs(queue=QUEUE):
        await mine.job_manager.retry_job(lost)
    await sync_to_async(_call_overdue, thread_sensitive=False)()
    await mine.job_manager.delete_old_jobs(KEPT_HOURS, queue=QUEUE, include_failed=True)


def _call_overdue() -> None:
    """Those of before this engine was chosen are among them."""
    close_old_connections()
    now = timezone.now()
    for key in Job.objects.due(now - OVERDUE).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                _call(key, now, lock=f"overdue {key}")
        except AlreadyEnqueued:
            pass
    close_old_connections()
