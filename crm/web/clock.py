"""Today's date where the person who writes is.

Everything else goes by the site's own zone (TIME_ZONE): who has access, what is late, what a month holds, which
window a measurement or a funding has. But a day on which somebody in Nouméa has worked, tried, met or signed may not
have begun in Paris yet, and is none the less a day that they have had: "not in the future" is judged by their date.
"""

from contextlib import contextmanager
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

COOKIE = "zone"  # relais.js keeps the browser's zone in it


@lru_cache(maxsize=1)
def _known_zones():
    return frozenset(available_timezones())


def zone_of(request):
    """The zone of the browser; None, which is the site's own, where it names none or an unknown one."""
    name = request.COOKIES.get(COOKIE, "")
    return ZoneInfo(name) if name in _known_zones() else None


def today_of(request):
    """The date where the browser is: the last day on which something that somebody writes down can have happened."""
    return timezone.localdate(timezone=zone_of(request))


@contextmanager
def their_clock(request):
    """Within, today is the date where the browser is: for what people write of their own days, and nothing else."""
    with timezone.override(zone_of(request)):
        yield
