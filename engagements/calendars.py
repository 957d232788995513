"""Milestones and last days as a calendar that programs read (RFC 5545)."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from engagements.models import LeadAppointment, Milestone

MOST = 1_000


def calendar_of(engagements, today):
    """The bytes of the calendar of these engagements: what is planned, what was done in the last year."""
    from icalendar import Calendar, Event  # a tenth of a second that only calendars need

    calendar = Calendar()
    calendar.add("prodid", "-//Relais//relais//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Relais")
    since = today - timedelta(days=365)
    milestones = Milestone.objects.filter(engagement__in=engagements, planned_on__gte=since)
    for row in milestones.select_related("engagement").order_by("planned_on", "pk")[:MOST]:
        event = Event()
        event.add("uid", f"milestone-{row.pk}@relais")
        event.add("sequence", row.version)
        event.add("summary", f"{'✓ ' if row.done_on else ''}{row.title} — {row.engagement.title}")
        _on(event, row.done_on or row.planned_on, row.engagement)
        calendar.add_component(event)
    ends = LeadAppointment.objects.filter(engagement__in=engagements, ends_on__gte=since)
    for row in ends.select_related("engagement", "contact").order_by("ends_on", "pk")[:MOST]:
        event = Event()
        event.add("uid", f"lead-{row.pk}@relais")
        words = {"name": row.contact.full_name, "title": row.engagement.title}
        event.add("summary", _("Last day of %(name)s as lead — %(title)s") % words)
        _on(event, row.ends_on, row.engagement)
        calendar.add_component(event)
    return calendar.to_ical()


def _on(event, day, engagement):
    """A whole day, with the address of what it is about; its stamp is the day, so that nothing changes by itself."""
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("dtstamp", engagement.started_on)
    event.add("url", settings.SITE_URL + engagement.get_absolute_url())
