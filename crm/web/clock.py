"""The day that it is where somebody writes.

Everything else is told by the site's own zone (TIME_ZONE): who has access, what is late, what a month holds, which
window a figure or a funding has. But a day on which somebody in Nouméa has worked, tried, met or signed may not have
begun in Paris yet, and it is none the less there for them: "not in the future" is asked of their day.
"""

from contextlib import contextmanager
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

COOKIE = "zone"  # relais.js keeps the browser's zone in it


@lru_cache(maxsize=1)
def _known():
    return frozenset(available_timezones())


def zone_of(request):
    """The zone of the browser; None, the site's own, where it says none or none that there is."""
    name = request.COOKIES.get(COOKIE, "")
    return ZoneInfo(name) if name in _known() else None


def today_of(request):
    """The day where the browser stands: the last one of which somebody can write down that something has happened."""
    return timezone.localdate(timezone=zone_of(request))


@contextmanager
def their_clock(request):
    """Within, today is the day where the browser stands: for what people write of their own days, and nothing else."""
    with timezone.override(zone_of(request)):
        yield
