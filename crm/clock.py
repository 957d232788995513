"""The day that it is where somebody writes.

Everything else is told by the site's own zone (TIME_ZONE): who has access, what is late, what a month holds. But a day
that somebody in Nouméa has worked may not have begun in Paris yet, and is none the less over for them.
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


@contextmanager
def their_clock(request):
    """Within, today is the day where the browser stands: for what people write of their own days, and nothing else."""
    with timezone.override(zone_of(request)):
        yield
