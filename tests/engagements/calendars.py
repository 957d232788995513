"""A calendar as a program reads it."""

from datetime import date, datetime, timedelta

from icalendar import Calendar

# What RFC 5545 wants of each event of a calendar (3.6.1) and how often; the last three are what we promise besides.
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "SEQUENCE", "URL"}


def read_back(body, site):
    """{uid: event}, each looked at: every calendar of a test passes through here."""
    calendar = Calendar.from_ical(body)
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    events = calendar.walk("VEVENT")
    for event in events:
        _look_at(event, site)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert len({event["uid"] for event in events}) == len(events)
    return {str(event["uid"]): event for event in events}


def _look_at(event, site):
    assert not event.errors
    names = [name for name, _value in event.property_items() if name not in {"BEGIN", "END"}]
    assert sorted(names) == sorted(ONCE)
    stamp, first, end = (event[name].dt for name in ("dtstamp", "dtstart", "dtend"))
    assert isinstance(stamp, datetime)
    assert stamp.utcoffset() == timedelta(0)
    assert event["dtstamp"].to_ical().endswith(b"Z")
    assert (type(first), type(end)) == (date, date)
    assert end - first == timedelta(days=1)
    assert event["transp"] == "TRANSPARENT"
    assert event["uid"].endswith(f"@{site.partition('//')[2]}")
    assert event["url"].startswith(f"{site}/")
