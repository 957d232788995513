"""The dates of the lent team in the calendar of whoever may see them: assignments, and the agreements they rest on."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.audit import history
from crm.domain.roles import Role
from engagements.calendars import MAX_CALENDAR_ENTRIES, CalendarEntry, dates
from volunteers.models import Assignment, SponsorshipAgreement


def _path(assignment, lent):
    """Where the reader finds it: a company the person whom it lends, or the months of one whom it once lent."""
    if assignment.volunteer.company.pk in lent:
        return reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id])
    return (
        reverse("volunteers:month-list")
        if {assignment.sponsor_id, assignment.company.pk} & lent
        else assignment.engagement.get_absolute_url()
    )


@dates
def assignments(engagements, owner, since):
    """First and last days; a company has those of its own people, whose engagements it does not open."""
    lent = owner.organisations_as(Role.SPONSOR)
    visible = Assignment.objects.visible_to(owner).confirmed().filter(ends_on__gte=since)
    rows = visible.filter(Q(engagement__in=engagements) | Assignment.objects.lent_by(lent))
    rows = rows.for_list().select_related("volunteer__sponsor")
    for row in history.with_last_change(rows).order_by("ends_on", "pk")[:MAX_CALENDAR_ENTRIES]:
        words = {"name": str(row.volunteer), "title": row.engagement.title}
        common = {
            "changed_at": row.changed_at,
            "path": _path(row, lent),
            "version": row.version,
        }
        yield CalendarEntry(
            uid=f"mission-first-{row.pk}",
            summary=_("First day of %(name)s — %(title)s") % words,
            day=row.starts_on,
            **common,
        )
        yield CalendarEntry(
            uid=f"mission-last-{row.pk}",
            summary=_("Last day of %(name)s — %(title)s") % words,
            day=row.ends_on,
            **common,
        )


@dates
def agreements(engagements, owner, since):
    """The last day of each agreement about somebody whose assignment the calendar shows."""
    people = Assignment.objects.filter(engagement__in=engagements).values("volunteer")
    about_them = Q(volunteer__in=people) | Q(sponsor__in=owner.organisations_as(Role.SPONSOR))
    rows = (
        SponsorshipAgreement.objects.visible_to(owner)
        .signed()
        .with_last_day()
        .filter(about_them, stops_on__gte=since)
    )
    rows = (
        history.with_last_change(rows)
        .with_person()
        .select_related("volunteer__user", "sponsor", "host")
    )
    for row in rows.order_by("stops_on", "pk")[:MAX_CALENDAR_ENTRIES]:
        yield CalendarEntry(
            uid=f"agreement-{row.pk}",
            summary=_("The agreement about %(name)s ends") % {"name": row.volunteer},
            day=row.last_day,
            changed_at=row.changed_at,
            path=row.get_absolute_url(),
            version=row.version,
        )
