"""The background work of a process: schedules, jobs, mails. Any number of processes share it."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Event, Thread
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from crm import tasks
from crm.services import jobs, outbox, schedules, workers

POLL = 2.0  # seconds between two looks at the tables, when there is nothing to do
SEEN_EVERY = 30.0
PAUSE = 60.0  # after a mail server did not answer, or the database
logger = logging.getLogger(__name__)


class Work:
    """One process that works until `stop` is set; `name` tells it from the others."""

    def __init__(self, stop: Event | None = None, *, seen_every: float = SEEN_EVERY):
        self.stop = stop or Event()
        self._seen_every = seen_every
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}"
        self._started_at = timezone.now()
        self._no_mails_before = 0.0
        self._seen_again = 0.0

    def run(self, *, seconds: float | None = None) -> None:
        """Work until `stop` is set, or for so many seconds."""
        ends = monotonic() + seconds if seconds is not None else float("inf")
        called = None if is_embedded() else Thread(target=self._be_called, name="jobs", daemon=True)
        if called:
            called.start()
        try:
            while not self.stop.is_set() and monotonic() < ends:
                self.stop.wait(min(self._round(), max(0.0, ends - monotonic())))
        finally:
            self.stop.set()
            if called:
                called.join()
            self.leave()

    def _be_called(self) -> None:
        """Run the jobs for which the engine of the settings calls; what breaks is logged, and begun anew."""
        while not self.stop.is_set():
            try:
                engine().work(self.name, self.stop)
            except Exception:
                logger.exception("The engine of the jobs was interrupted.")
                self.stop.wait(PAUSE)

    def once(self) -> int:
        """Do what is due, mails first since somebody waits for them, and say how many things were done."""
        self._be_seen()
        with self._seen_meanwhile():
            delivered = self._deliver()
            schedules.advance(tasks.run_scheduled.enqueue, at=timezone.now())
            return delivered + (jobs.run_due(self.name, most=1) if is_embedded() else 0)

    def once_through(self) -> None:
        """Do all that is due, and leave."""
        while self.once():
            pass
        if not is_embedded():
            with self._seen_meanwhile():
                engine().work_once(self.name)
        self.leave()

    def _round(self) -> float:
        """Seconds until the next one. Nothing ends the work: what went wrong is logged, and tried again."""
        close_old_connections()
        try:
            return 0.0 if self.once() else POLL
        except Exception:
            logger.exception("The background work was interrupted.")
            return PAUSE
        finally:
            close_old_connections()

    def _be_seen(self) -> None:
        if monotonic() >= self._seen_again:
            workers.be_seen(self.name, started_at=self._started_at, at=timezone.now())
            self._seen_again = monotonic() + self._seen_every

    @contextmanager
    def _seen_meanwhile(self) -> Iterator[None]:
        """Within, a thread of its own says that this worker is there: a job or a hundred mails may take their time."""
        ended = Event()

        def go_on() -> None:
            while not ended.wait(self._seen_every):
                try:
                    self._be_seen()
                except Exception:
                    logger.exception("A worker could not say that it is there.")
                finally:
                    connections.close_all()  # this thread's own: nobody else would close it

        thread = Thread(target=go_on, name="seen", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _deliver(self) -> int:
        if monotonic() < self._no_mails_before:
            return 0
        delivery = outbox.deliver_due()
        if delivery.is_server_down:
            self._no_mails_before = monotonic() + PAUSE
        return delivery.sent + delivery.failed

    def leave(self) -> None:
        try:
            workers.leave(self.name)
        except Exception:
            logger.exception("A worker left without saying so.")
        finally:
            connections.close_all()


def is_embedded() -> bool:
    """Whether workers look for jobs themselves; mails and schedules are ours with any engine."""
    return not settings.CALLS_FOR_JOBS


def engine() -> Any:
    """The module of the engine that calls: its packages are there where it is chosen alone."""
    return import_module(settings.CALLS_FOR_JOBS.rpartition(".")[0])


_inside: tuple[Work, Thread] | None = None


def start_inside() -> None:
    """Work beside the pages, in a thread of this web process, unless RELAIS_WORK says that workers run apart."""
    global _inside
    if settings.WORK == "inside" and _inside is None:
        work = Work()
        thread = Thread(target=work.run, name="work", daemon=True)
        _inside = (work, thread)
        thread.start()


def stop_inside(seconds: float = 10) -> None:
    """Let it end what it is at; a mail that is cut off would be sent again."""
    if _inside is not None:
        work, thread = _inside
        work.stop.set()
        thread.join(seconds)
