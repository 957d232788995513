"""What the commands of each day run: the functions that the settings name, one app after the other."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from django.core.management.base import CommandError
from django.utils.module_loading import import_string

from crm.services import schedules

logger = logging.getLogger(__name__)


def run_jobs(names: Iterable[str], *, at: datetime, out: TextIO) -> Counter[str]:
    """{what was done: how often}, summed over the jobs, and written to `out`; `failed` is not written.

    A job takes the moment and answers such counts. One that breaks is logged and does not stop the others; the
    command then ends in error, so that cron or the timer tells somebody.
    """
    counts: Counter[str] = Counter()
    broken = []
    for name in names:
        try:
            done = import_string(name)(at=at)
            counts.update(done)
            if not done.get("failed"):
                schedules.mark_done(name, at=at)
        except Exception:
            logger.exception("A job did not finish.", extra={"job": name})
            broken.append(name)
    out.write(", ".join(f"{n} {what}" for what, n in counts.items() if what != "failed") + ".")
    if broken:
        raise CommandError(f"{', '.join(broken)} did not finish; the log says why.")
    return counts
