"""What comes back each day: when it is due next, and when it was last done. Each name is that of a function."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from crm.models import Schedule


class Unfinished(Exception):
    """A part of a job did not go through; the log says which. It is run again later."""


def hours() -> dict[str, time]:
    """{name of a function: the time of day at which it runs}, of all that the settings name."""
    return {
        **dict.fromkeys(settings.DAILY_JOBS, settings.DAILY_AT),
        **dict.fromkeys(settings.MORNING_JOBS, settings.MORNING_AT),
    }


def advance(enqueue: Callable[[str], object], *, at: datetime) -> int:
    """Have `enqueue` write down each job whose time has come, and say how many. Of two workers one does it.

    What was due while nothing ran is done once, however often it was missed. What is new begins with its next time.
    """
    known = _known(at)
    return sum(
        _advance_one(name, next_at, hours()[name], enqueue, at)
        for name, next_at in known.items()
        if next_at <= at
    )


def _known(at: datetime) -> dict[str, datetime]:
    """{name: when it is due next}, once each name of the settings has its row and no other one has."""
    saved = dict(Schedule.objects.values_list("name", "next_at"))
    names = hours()
    if gone := saved.keys() - names.keys():
        Schedule.objects.filter(pk__in=gone).delete()
    for name in names.keys() - saved.keys():
        new = {"next_at": next_time(names[name], at)}
        saved[name] = Schedule.objects.get_or_create(name=name, defaults=new)[0].next_at
    return {name: saved[name] for name in names}


@transaction.atomic
def _advance_one(
    name: str, next_at: datetime, hour: time, enqueue: Callable[[str], object], at: datetime
) -> bool:
    """Whether it was this worker that moved the schedule on; the job is written in the same transaction."""
    moved = Schedule.objects.filter(pk=name, next_at=next_at).update(next_at=next_time(hour, at))
    if moved:
        enqueue(name)
    return bool(moved)


def next_time(hour: time, at: datetime) -> datetime:
    """The next moment after `at` at which clocks here show that time; the first one where they show it twice."""
    day = timezone.localdate(at)
    while True:
        moment = timezone.make_aware(datetime.combine(day, hour))
        if moment > at:
            return moment
        day += timedelta(days=1)


def run(name: str, *, at: datetime) -> dict[str, int]:
    """Run one job of the settings and save that it was done; Unfinished where a part of it failed."""
    if name not in hours():
        raise ValueError("No job of the settings has this name.")
    counts = dict(import_string(name)(at=at))
    if counts.get("failed"):
        raise Unfinished
    mark_done(name, at=at)
    return counts


def mark_done(name: str, *, at: datetime) -> None:
    """Save when it was last done, by a worker or by a command; a new one is done before its first time comes."""
    Schedule.objects.update_or_create(
        name=name,
        defaults={"done_at": at},
        create_defaults={"done_at": at, "next_at": next_time(hours()[name], at)},
    )
