"""What is planned and when it ends, as a calendar that programs read (RFC 5545); upper apps add their own dates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from crm.audit import history
from crm.models import User
from engagements.models import EngagementQuerySet, LeadAppointment, Milestone

MAX_CALENDAR_ENTRIES = 1_000
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class CalendarEntry:
    """A whole day of the calendar. `changed_at` is when somebody last changed it: an entry never changes by itself."""

    uid: str
    summary: str
    day: date
    changed_at: datetime
    path: str
    version: int = 1


Dates = Callable[[EngagementQuerySet, User, date], Iterable[CalendarEntry]]
_dates: list[Dates] = []


def dates(function: Dates) -> Dates:
    """Register a function that gives entries of engagements since a day: no more than the owner may see."""
    _dates.append(function)
    return function


def calendar_of(engagements: EngagementQuerySet, owner: User, today: date) -> bytes:
    """The bytes of the calendar: what is planned, and what was done in the last year."""
    from icalendar import Calendar, Event  # a tenth of a second that only calendars need

    calendar = Calendar()
    calendar.add("prodid", "-//Relais//relais//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Relais")
    site = urlsplit(
        settings.SITE_URL
    ).netloc  # keeps the entries of two sites apart in one calendar program
    for function in _dates:
        for entry in function(engagements, owner, today - YEAR):
            event = Event()
            event.add("uid", f"{entry.uid}@{site}")
            event.add("sequence", entry.version)
            event.add("summary", entry.summary)
            event.add("dtstart", entry.day)
            event.add("dtend", entry.day + timedelta(days=1))
            event.add("dtstamp", entry.changed_at.astimezone(UTC))
            event.add("transp", "TRANSPARENT")  # the last day of an assignment makes nobody busy
            event.add("url", settings.SITE_URL + entry.path)
            calendar.add_component(event)
    return calendar.to_ical()


@dates
def milestones(
    engagements: EngagementQuerySet, owner: User, since: date
) -> Iterable[CalendarEntry]:
    milestones_with_day = Milestone.objects.filter(engagement__in=engagements).annotate(
        day=Coalesce("done_on", "planned_on")
    )
    rows = history.with_last_change(milestones_with_day.filter(day__gte=since))
    for row in rows.select_related("engagement").order_by("day", "pk")[:MAX_CALENDAR_ENTRIES]:
        yield CalendarEntry(
            uid=f"milestone-{row.pk}",
            summary=f"{'✓ ' if row.done_on else ''}{row.title} — {row.engagement.title}",
            day=row.day,
            changed_at=row.changed_at,
            path=row.engagement.get_absolute_url(),
            version=row.version,
        )


@dates
def last_days_of_leads(
    engagements: EngagementQuerySet, owner: User, since: date
) -> Iterable[CalendarEntry]:
    rows = history.with_last_change(
        LeadAppointment.objects.filter(engagement__in=engagements, ends_on__gte=since)
    )
    for row in rows.select_related("engagement", "contact").order_by("ends_on", "pk")[
        :MAX_CALENDAR_ENTRIES
    ]:
        words = {"name": row.contact.full_name, "title": row.engagement.title}
        yield CalendarEntry(
            uid=f"lead-{row.pk}",
            summary=_("Last day of %(name)s as lead — %(title)s") % words,
            day=row.ends_on,
            changed_at=row.changed_at,
            path=row.engagement.get_absolute_url(),
        )
